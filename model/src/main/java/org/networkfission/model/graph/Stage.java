package org.networkfission.model.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.LayerClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.host.StageRunner;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.op.Initialisation;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/** A stage at work: a vertex of a DL4J graph with its tensors as views of the graph's vectors. */
@SuppressWarnings("overrides") // of setInputs, within DL4J
public final class Stage extends BaseGraphVertex implements AutoCloseable {
  private final transient StageProgram program;
  private final transient StageRunner runner;
  private final transient INDArray parameters;
  private final transient Map<String, INDArray> parameterViews;
  private final transient LayerClock clock = new LayerClock();
  private transient INDArray gradients;
  private transient TrainingConfig config;

  Stage(
      ComputationGraph graph,
      String name,
      int index,
      StageProgram program,
      Compute compute,
      DataType type,
      INDArray parameters) {
    super(graph, name, index, null, null, type);
    this.program = program;
    this.parameters = parameters;
    this.parameterViews = views(parameters);
    long seed = graph.getConfiguration().getDefaultConfiguration().getSeed();
    this.config = new DummyConfig(name);
    this.runner = StageRunners.create(program, compute, type, parameterViews, seed, clock);
  }

  /** Where each tensor lies in the stage's own vector. */
  public List<ParameterRange> ranges() {
    List<ParameterRange> ranges = new ArrayList<>();
    int offset = 0;
    for (Parameter p : program.parameters()) {
      ranges.add(new ParameterRange(p.name(), offset, p.length(), p.longShape(), p.kind()));
      offset += p.length();
    }
    return ranges;
  }

  /** Measures the stage's operations once it is started. */
  public LayerClock clock() {
    return clock;
  }

  /** Whether only training needs it, as an auxiliary head. */
  public boolean trainingOnly() {
    return program.trainingOnly();
  }

  /**
   * Computes the stage's output, [batch, channels, height, width]; valid until the next call.
   *
   * @param stageInputs read again by {@link #backward}
   * @param step decides, with the graph's seed, what dropout drops
   */
  public INDArray forward(INDArray[] stageInputs, boolean training, long step) {
    return runner.forward(stageInputs, training, step);
  }

  /**
   * Writes the stage's gradients after {@link #forward} in training.
   *
   * @return the gradient of each input, null for the image
   */
  public INDArray[] backward(INDArray outputGradient) {
    return runner.backward(outputGradient);
  }

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  public void join(Replicas replicas) {
    runner.join(replicas);
  }

  /** Lets stages, which run one after the other, use the same memory for what is short-lived. */
  public static void shareMemory(List<Stage> stages) {
    StageRunners.shareMemory(stages.stream().map(stage -> stage.runner).toList());
  }

  /** Parameters stay as they are from now on: predictions may prepare them once. */
  public void fixParameters() {
    runner.fixParameters();
  }

  void initialise(long seed) {
    for (Parameter parameter : program.parameters()) {
      Initialisation.fill(parameterViews.get(parameter.name()), parameter, program.ops(), seed);
    }
  }

  private Map<String, INDArray> views(INDArray flat) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    if (flat == null) {
      return views;
    }
    INDArray vector = flat.reshape(flat.length());
    long offset = 0;
    for (Parameter p : program.parameters()) {
      views.put(
          p.name(),
          vector
              .get(NDArrayIndex.interval(offset, offset + p.length()))
              .reshape('c', p.longShape()));
      offset += p.length();
    }
    return views;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    if (program.trainingOnly() && !training) {
      return Nd4j.scalar(dataType, 0);
    }
    return forward(inputs, training, 0);
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
    INDArray[] inputGradients = backward(epsilon);
    Gradient gradient = new DefaultGradient(gradients == null ? null : gradients);
    views(gradients).forEach(gradient::setGradientFor);
    return new Pair<>(gradient, inputGradients);
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradients = view;
    runner.gradients(views(view));
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradients;
  }

  @Override
  public INDArray params() {
    return parameters;
  }

  @Override
  public long numParams() {
    return parameters == null ? 0 : parameters.length();
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropOnly) {
    return parameterViews;
  }

  @Override
  public TrainingConfig getConfig() {
    return config;
  }

  /** Says what DL4J's updater shall do to the tensors; nothing unless it is said. */
  public void trainingConfig(TrainingConfig training) {
    config = training;
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatch) {
    return null;
  }

  @Override
  public VertexIndices[] getInputVertices() {
    return inputVertices;
  }

  @Override
  public void close() {
    runner.close();
  }

  @Override
  public String toString() {
    return "stage " + vertexName;
  }
}
