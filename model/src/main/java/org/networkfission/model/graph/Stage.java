package org.networkfission.model.graph;

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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.network.Compute;
import org.networkfission.model.op.StageProgram;

/**
 * A stage as a vertex of a DL4J graph, with its tensors as views of the graph's vectors. A graph
 * that DL4J itself computes, such as one that it restored from a file, computes stage by stage.
 */
@SuppressWarnings("overrides") // of setInputs, within DL4J
final class Stage extends BaseGraphVertex {
  private final transient StageProgram program;
  private final transient Compute compute;
  private final transient INDArray parameters;
  private transient INDArray gradients;
  private transient StageRunner runner;
  private transient TrainingConfig config;

  Stage(
      ComputationGraph graph,
      String name,
      int index,
      StageProgram program,
      Compute compute,
      org.nd4j.linalg.api.buffer.DataType type,
      INDArray parameters) {
    super(graph, name, index, null, null, type);
    this.program = program;
    this.compute = compute;
    this.parameters = parameters;
    this.config = new DummyConfig(name);
  }

  private StageRunner runner() {
    if (runner == null) {
      long seed = graph.getConfiguration().getDefaultConfiguration().getSeed();
      Tensors tensors = Tensors.of(program.parameters(), parameters, gradients);
      runner =
          Backends.of(new ComputeSettings(compute, program.output().type()))
              .runner(program, tensors, seed, new OperationClock());
    }
    return runner;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    if (program.trainingOnly() && !training) {
      return Nd4j.scalar(dataType, 0);
    }
    return runner().forward(inputs, training, 0);
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
    INDArray[] inputGradients = runner().backward(epsilon);
    Gradient gradient = new DefaultGradient(gradients);
    Tensors.views(program.parameters(), gradients).forEach(gradient::setGradientFor);
    return new Pair<>(gradient, inputGradients);
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradients = view;
    if (runner != null) {
      runner.close();
      runner = null;
    }
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
    return Tensors.views(program.parameters(), parameters);
  }

  @Override
  public TrainingConfig getConfig() {
    return config;
  }

  /** Says what DL4J's updater shall do to the tensors; nothing unless it is said. */
  void trainingConfig(TrainingConfig training) {
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
  public String toString() {
    return "stage " + vertexName;
  }
}
