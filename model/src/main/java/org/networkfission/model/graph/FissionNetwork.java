package org.networkfission.model.graph;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.LossSpec;
import org.networkfission.model.loss.LossSpec.TaskWeights;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.BatchNorm;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;
import org.networkfission.prep.frame.InputException;

/**
 * A network of the family with its parameters: predicts, and computes gradients for whoever updates
 * them. For one thread at a time.
 *
 * <p>Deterministic: the same spec and seed give the same parameters bit for bit, the same
 * parameters and batch the same gradient on the same machine with the same number of threads.
 */
public final class FissionNetwork implements Predictor {
  /**
   * Metres that a new network predicts on average: about a room's, for Adam moves a shift by at
   * most the learning rate in a step and would take thousands of steps to get there from 0.
   */
  private static final double FIRST_DEPTH = 2.5;

  /**
   * Shift of depth's and disparity's 1x1 before its ReLU: the only channel begins mostly above 0,
   * for once all of it is below 0 nothing is learnt any more.
   */
  private static final double FIRST_DEPTH_FEATURE = 1;

  private static final WorkspaceConfiguration WORKSPACE =
      WorkspaceConfiguration.builder()
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyAllocation(AllocationPolicy.STRICT)
          .build();

  private final NetworkSpec spec;
  private final LossSpec losses;
  private final FissionGraph graph;
  private final List<Stage> stages = new ArrayList<>();
  private final List<ParameterRange> ranges = new ArrayList<>();
  private long lossNanos;
  private final String workspace = "fission-" + System.identityHashCode(this);

  /**
   * Builds the network.
   *
   * @param parameters null to make new ones
   */
  private FissionNetwork(
      NetworkSpec spec, LossSpec losses, long seed, DataType type, INDArray parameters) {
    this.spec = spec;
    this.losses = losses;
    this.graph = new FissionGraph(configuration(spec, seed, type), this);
    graph.init(parameters, false);
    graph.initGradientsView();
    int offset = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex instanceof Stage stage) {
        stages.add(stage);
        for (ParameterRange r : stage.ranges()) {
          ranges.add(
              new ParameterRange(r.name(), offset + r.offset(), r.length(), r.shape(), r.kind()));
        }
        offset += Math.toIntExact(stage.numParams());
      }
    }
    Stage.shareMemory(stages);
  }

  /**
   * Creates a network with new parameters.
   *
   * @param seed decides the parameters, and with the step what dropout drops
   */
  public static FissionNetwork create(NetworkSpec spec, LossSpec losses, long seed) {
    FissionNetwork network = new FissionNetwork(spec, losses, seed, DataType.FLOAT, null);
    for (ParameterRange range : network.ranges()) {
      beginAt(network, Task.DEPTH, FIRST_DEPTH, range);
      beginAt(network, Task.DISPARITY, 1 / FIRST_DEPTH, range);
    }
    return network;
  }

  /** Sets the shifts of a task of a single channel. */
  private static void beginAt(
      FissionNetwork network, Task task, double value, ParameterRange range) {
    int channel = NetworkBuilder.shiftOf(task, network.spec(), range.name());
    if (channel >= 0) {
      network.parameters().putScalar(range.offset() + channel, value);
    } else if (range.name().equals(NetworkBuilder.head(task) + ".c78.bn.bias")) {
      network.parameters().putScalar(range.offset(), FIRST_DEPTH_FEATURE);
    }
  }

  /** Creates a network in double precision, which only ND4J computes. */
  static FissionNetwork createDouble(NetworkSpec spec, LossSpec losses, long seed) {
    return new FissionNetwork(spec.on(Compute.ND4J), losses, seed, DataType.DOUBLE, null);
  }

  /**
   * Reads a network that {@link #save} wrote; its dropout goes on with the same seed.
   *
   * @throws IOException if the file is not such a network, or not whole
   */
  public static FissionNetwork load(InputStream in) throws IOException {
    return load(in, Compute.AUTO);
  }

  /** Reads a network that {@link #save} wrote, to compute on something else. */
  public static FissionNetwork load(InputStream in, Compute compute) throws IOException {
    NetworkFile file = NetworkFile.read(in);
    NetworkSpec spec = file.spec().on(compute);
    long expected = stages(spec).stream().mapToLong(StageProgram::parameterCount).sum();
    if (file.parameters().length() != expected) {
      throw new IOException(
          "Cannot read model: it has %d parameters, its spec asks for %d"
              .formatted(file.parameters().length(), expected));
    }
    return new FissionNetwork(spec, file.losses(), file.seed(), DataType.FLOAT, file.parameters());
  }

  private static ComputationGraphConfiguration configuration(
      NetworkSpec spec, long seed, DataType type) {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .updater(new NoOp())
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .graphBuilder()
            .addInputs(NetworkBuilder.IMAGE);
    // A stage is known by the feature map that it makes.
    Map<String, String> makers = new LinkedHashMap<>();
    makers.put(NetworkBuilder.IMAGE, NetworkBuilder.IMAGE);
    for (StageProgram stage : new NetworkBuilder(spec).build()) {
      String[] inputs =
          stage.inputs().stream().map(FeatureMap::name).map(makers::get).toArray(String[]::new);
      builder.addVertex(stage.name(), new StageVertex(stage, spec.compute()), inputs);
      makers.put(stage.output().name(), stage.name());
    }
    return builder.setOutputs(outputs(spec).toArray(String[]::new)).build();
  }

  /** Names of the outputs, task by task: main, and in training the auxiliary ones. */
  private static List<String> outputs(NetworkSpec spec) {
    List<String> outputs = new ArrayList<>();
    for (Task task : spec.tasks()) {
      outputs.add(NetworkBuilder.head(task));
      if (spec.auxiliaryHeads()) {
        outputs.add(NetworkBuilder.auxiliary(task, 1));
        outputs.add(NetworkBuilder.auxiliary(task, 2));
      }
    }
    return outputs;
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  public LossSpec losses() {
    return losses;
  }

  /** All parameters, running statistics included: float [n], a live view. */
  public INDArray parameters() {
    INDArray parameters = graph.params();
    return parameters.reshape(parameters.length());
  }

  /**
   * The gradient of the last {@link #computeGradient}: float [n], a live view. It belongs to the
   * mean over the batch, so gradients of equally large batches average. In the ranges of running
   * statistics it holds old minus new: new = old - gradient.
   */
  public INDArray gradient() {
    INDArray gradient = graph.getFlattenedGradients();
    return gradient.reshape(gradient.length());
  }

  /**
   * Keeps tensors as they are from now on, running statistics too: their gradients are zero. Batch
   * norms go on normalising with the statistics of the minibatch.
   *
   * @param names beginnings of names at a dot, e.g. {@code enc} or {@code s1.x}
   * @return how many tensors are frozen
   * @throws IllegalArgumentException if no tensor's name begins so
   */
  public int freeze(List<String> names) {
    int frozen = 0;
    for (String name : names) {
      int before = frozen;
      for (int i = 0; i < ranges.size(); i++) {
        ParameterRange r = ranges.get(i);
        if (begins(r.name(), name)) {
          ranges.set(
              i,
              new ParameterRange(
                  r.name(), r.offset(), r.length(), r.shape(), ParameterRange.Kind.FROZEN));
          frozen++;
        }
      }
      if (frozen == before) {
        throw new IllegalArgumentException(
            "Cannot freeze %s: no tensor's name begins so; stages are %s"
                .formatted(name, stages.stream().map(Stage::getVertexName).toList()));
      }
    }
    return frozen;
  }

  private static boolean begins(String tensor, String name) {
    return tensor.equals(name) || tensor.startsWith(name + ".");
  }

  /**
   * How many of a network's tensors {@link #freeze} would freeze, without building it.
   *
   * @param name beginning of names at a dot
   * @return 0 where no tensor's name begins so
   */
  public static long countTensors(NetworkSpec spec, String name) {
    return stages(spec).stream()
        .flatMap(stage -> stage.tensorNames().stream())
        .filter(tensor -> begins(tensor, name))
        .count();
  }

  /**
   * Trains together with other replicas from now on: synchronised batch norms take their statistics
   * over the minibatches of all. Every replica then computes gradients the same number of times, of
   * minibatches of the same size.
   *
   * @throws IllegalStateException if the network's batch norms are not synchronised
   */
  public void join(Replicas replicas) {
    if (spec.batchNorm() != BatchNorm.SYNCHRONISED) {
      throw new IllegalStateException(
          "Cannot join replicas: the network's batch norm is %s".formatted(spec.batchNorm()));
    }
    stages.forEach(stage -> stage.join(replicas));
  }

  private void clearFrozen() {
    INDArray gradient = gradient();
    for (ParameterRange r : ranges) {
      if (r.kind() == ParameterRange.Kind.FROZEN) {
        gradient.get(NDArrayIndex.interval(r.offset(), r.offset() + r.length())).assign(0);
      }
    }
  }

  /** Where each tensor lies in {@link #parameters} and {@link #gradient}, in order. */
  public List<ParameterRange> ranges() {
    return List.copyOf(ranges);
  }

  /**
   * Computes losses and {@link #gradient} in training mode. Parameters stay as they are.
   *
   * @param step decides, with the network's seed, what dropout drops
   * @throws IllegalArgumentException if the batch does not fit
   * @throws InputException if an image holds a value that is not finite
   */
  @SuppressWarnings("try")
  public StepLosses computeGradient(Batch batch, long step) {
    check(batch.images());
    requireFinite(batch.images(), batch.keys());
    try (MemoryWorkspace scope = open()) {
      Map<String, INDArray> made = forward(batch.images(), true, step);
      long start = System.nanoTime();
      Map<String, INDArray> flowing = new HashMap<>();
      Map<Task, StepLosses.TaskLosses> taskLosses = new LinkedHashMap<>();
      double total = 0;
      for (Task task : spec.tasks()) {
        TaskWeights weights = losses.weights(task);
        double[] headWeights = {1, weights.aux1(), weights.aux2()};
        double[] values = new double[headWeights.length];
        TaskLoss loss = new TaskLoss(task, batch, losses, spec.classes());
        double peak = 0;
        for (int i = 0; i < (spec.auxiliaryHeads() ? values.length : 1); i++) {
          String name = i == 0 ? NetworkBuilder.head(task) : NetworkBuilder.auxiliary(task, i);
          double weight = weights.weight() * headWeights[i];
          TaskLoss.Result result = loss.compute(made.get(name), weight);
          values[i] = result.loss();
          peak = i == 0 ? result.peak() : peak;
          total += weight * result.loss();
          flowing.put(name, result.gradient());
        }
        taskLosses.put(task, new StepLosses.TaskLosses(values[0], values[1], values[2], peak));
      }
      lossNanos += System.nanoTime() - start;
      backward(flowing);
      clearFrozen();
      return new StepLosses(total, taskLosses);
    }
  }

  /** The network as a graph that DL4J's own trainers fit; the parameters stay this network's. */
  public FissionGraph trainedByDl4j(GraphTraining training) {
    graph.prepare(training, stages);
    return graph;
  }

  /**
   * Promises that {@link #parameters} stay as they are from now on: predictions then prepare
   * kernels once, which takes as much memory as they have, and not each time.
   */
  public void fixParameters() {
    stages.forEach(Stage::fixParameters);
  }

  /**
   * Predicts with running statistics.
   *
   * @param images [batch, channels, height, width]
   * @return labels: class scores [batch, classes, height, width]; normals: unit vectors [batch, 3,
   *     height, width]; depth: metres [batch, 1, height, width]; disparity: [batch, 1, height,
   *     width]
   */
  @Override
  public Map<Task, INDArray> predict(INDArray images) {
    Map<Task, INDArray> predictions = new LinkedHashMap<>();
    feedForward(images)
        .forEach(
            (task, output) -> predictions.put(task, task == Task.NORMALS ? unit(output) : output));
    return predictions;
  }

  /** The outputs of the main heads as they are, in inference. */
  @SuppressWarnings("try")
  Map<Task, INDArray> feedForward(INDArray images) {
    check(images);
    requireFinite(images, List.of());
    Map<Task, INDArray> outputs = new LinkedHashMap<>();
    try (MemoryWorkspace scope = open()) {
      Map<String, INDArray> made = forward(images, false, 0);
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        for (Task task : spec.tasks()) {
          outputs.put(task, made.get(NetworkBuilder.head(task)).dup('c'));
        }
      }
    }
    return outputs;
  }

  /**
   * Computes every stage in order. DL4J's own walk through the graph refuses to run in a workspace,
   * and would compute auxiliary heads in inference too.
   *
   * @return the output of each stage under the stage's name
   */
  private Map<String, INDArray> forward(INDArray images, boolean training, long step) {
    Map<String, INDArray> made = new HashMap<>();
    made.put(NetworkBuilder.IMAGE, images);
    for (Stage stage : stages) {
      if (training || !stage.trainingOnly()) {
        INDArray[] inputs = inputs(stage).map(made::get).toArray(INDArray[]::new);
        made.put(stage.getVertexName(), stage.forward(inputs, training, step));
      }
    }
    return made;
  }

  /**
   * Computes every stage's gradients, last stage first.
   *
   * @param flowing the gradient of each output of the network under its stage's name
   */
  private void backward(Map<String, INDArray> flowing) {
    for (int i = stages.size() - 1; i >= 0; i--) {
      Stage stage = stages.get(i);
      INDArray[] gradients = stage.backward(flowing.remove(stage.getVertexName()));
      List<String> inputs = inputs(stage).toList();
      for (int k = 0; k < gradients.length; k++) {
        if (gradients[k] != null) {
          flowing.merge(inputs.get(k), gradients[k], INDArray::add);
        }
      }
    }
  }

  private Stream<String> inputs(Stage stage) {
    return graph.getConfiguration().getVertexInputs().get(stage.getVertexName()).stream();
  }

  /** Vectors of length 1; a vector of no length becomes one that faces the camera. */
  private static INDArray unit(INDArray vectors) {
    INDArray length = Transforms.sqrt(vectors.mul(vectors).sum(true, 1), false);
    INDArray none = length.lt(1e-12).castTo(vectors.dataType());
    INDArray units = vectors.divi(length.addi(none));
    units
        .get(
            NDArrayIndex.all(), NDArrayIndex.interval(2, 3), NDArrayIndex.all(), NDArrayIndex.all())
        .subi(none);
    return units;
  }

  private void check(INDArray images) {
    long[] shape = images.shape();
    boolean fits =
        shape.length == 4
            && shape[0] > 0
            && shape[1] == spec.input().channels()
            && shape[2] == spec.height()
            && shape[3] == spec.width();
    if (!fits) {
      throw new IllegalArgumentException(
          "Cannot use images of shape %s: the network takes [batch, %d, %d, %d]"
              .formatted(
                  java.util.Arrays.toString(shape),
                  spec.input().channels(),
                  spec.height(),
                  spec.width()));
    }
  }

  /**
   * Refuses what is not a number, which batch norm would spread over the whole minibatch.
   *
   * @param keys the images' names; none where they have none
   */
  private static void requireFinite(INDArray images, List<String> keys) {
    if (Double.isFinite(images.sumNumber().doubleValue())) {
      return;
    }
    INDArray rows = images.dup('c');
    long length = rows.length() / rows.size(0);
    for (long i = 0; i < rows.length(); i++) {
      double value = rows.data().getDouble(i);
      if (!Double.isFinite(value)) {
        long pixels = rows.size(2) * rows.size(3);
        int image = Math.toIntExact(i / length);
        throw new InputException(
            "Cannot use image %s: channel %d, row %d, column %d is %s; it must be a finite number"
                .formatted(
                    keys.isEmpty() ? image : keys.get(image),
                    i % length / pixels,
                    i % pixels / rows.size(3),
                    i % rows.size(3),
                    value));
      }
    }
  }

  private MemoryWorkspace open() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, workspace);
  }

  /** Writes the network with its spec and losses; {@link #load} reads it. */
  public void save(OutputStream out) throws IOException {
    new NetworkFile(spec, losses, seed(), parameters()).write(graph, out);
  }

  /** Starts measuring the time of each kind of operation. */
  public void startClocks() {
    stages.forEach(stage -> stage.clock().start());
    lossNanos = 0;
  }

  /** Seconds by pass and kind of operation since {@link #startClocks}. */
  public Map<String, Double> layerSeconds() {
    Map<String, Double> seconds = new TreeMap<>();
    for (Stage stage : stages) {
      stage.clock().seconds().forEach((label, s) -> seconds.merge(label, s, Double::sum));
    }
    seconds.put("losses", lossNanos / 1e9);
    return seconds;
  }

  private long seed() {
    return graph.getConfiguration().getDefaultConfiguration().getSeed();
  }

  /** The stages of a network in order, without building it. */
  public static List<StageProgram> stages(NetworkSpec spec) {
    return new NetworkBuilder(spec).build();
  }

  /** The name of the stage that makes a task's output. */
  public static String headOf(Task task) {
    return NetworkBuilder.head(task);
  }

  @Override
  public void close() {
    stages.forEach(Stage::close);
    Nd4j.getWorkspaceManager().destroyWorkspace(open());
  }
}
