package org.networkfission.model.graph;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.balance.GradientScope;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
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
  private final NetworkSpec spec;
  private final LossSpec losses;
  private final long seed;
  private final ComputeSettings compute;
  private final NetworkProgram program;
  private final Engine engine;

  private FissionNetwork(
      NetworkSpec spec,
      LossSpec losses,
      long seed,
      ComputeSettings compute,
      GradientCompute gradients) {
    this.spec = spec;
    this.losses = losses;
    this.seed = seed;
    this.compute = compute;
    this.program =
        new NetworkBuilder(spec, compute.type()).program(losses, seed).computing(gradients);
    this.engine = Backends.of(compute).engine(program);
  }

  /**
   * Creates a network with new parameters.
   *
   * @param seed decides the parameters, and with the step what dropout drops
   */
  public static FissionNetwork create(NetworkSpec spec, LossSpec losses, long seed) {
    return create(spec, losses, seed, GradientCompute.PLAIN);
  }

  /**
   * Creates a network with new parameters.
   *
   * @param gradients how its gradients are computed, where the back end can
   */
  public static FissionNetwork create(
      NetworkSpec spec, LossSpec losses, long seed, GradientCompute gradients) {
    FissionNetwork network =
        new FissionNetwork(spec, losses, seed, Backends.settings(spec), gradients);
    FirstParameters.write(network.engine, network.program, spec, seed);
    if (spec.depthStart() == DepthStart.ROOM) {
      FirstParameters.beginInARoom(network.engine, spec);
    }
    return network;
  }

  /** Creates a network in double precision, which only ND4J computes. */
  static FissionNetwork createDouble(NetworkSpec spec, LossSpec losses, long seed) {
    ComputeSettings exact = new ComputeSettings(Compute.ND4J, DataType.FLOAT64);
    FissionNetwork network = new FissionNetwork(spec, losses, seed, exact, GradientCompute.PLAIN);
    FirstParameters.write(network.engine, network.program, spec, seed);
    return network;
  }

  /**
   * Reads a network that {@link #save} wrote; its dropout goes on with the same seed.
   *
   * @throws IOException if the file is not such a network, or not whole
   */
  public static FissionNetwork load(InputStream in) throws IOException {
    return load(in, Compute.AUTO);
  }

  /**
   * Reads a network that {@link #save} wrote, to compute on something else. One that computed in
   * bfloat16 or TF32 does so again where that is possible.
   */
  public static FissionNetwork load(InputStream in, Compute compute) throws IOException {
    NetworkFile file = NetworkFile.read(in);
    NetworkSpec there = file.spec().on(compute);
    NetworkSpec spec = there.in(Backends.nearest(there));
    FissionNetwork network =
        new FissionNetwork(
            spec, file.losses(), file.seed(), Backends.settings(spec), GradientCompute.PLAIN);
    network.engine.parameters().write(0, file.parameters());
    return network;
  }

  /** Which network a file holds, which is read to its end as {@link #load} does, and not built. */
  public static NetworkSpec check(InputStream in) throws IOException {
    return NetworkFile.check(in);
  }

  /**
   * The same network for images of another size, with a copy of its parameters.
   *
   * @param width columns, divisible by 16
   * @param height rows, divisible by 16
   */
  public FissionNetwork sized(int width, int height) {
    FissionNetwork other =
        new FissionNetwork(spec.sized(width, height), losses, seed, compute, GradientCompute.PLAIN);
    other.engine.parameters().write(0, engine.parameters().read());
    return other;
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  /** What its features are computed in here. */
  public DataType precision() {
    return compute.type();
  }

  public LossSpec losses() {
    return losses;
  }

  /** What computes the network, and owns its parameters and gradient. */
  public Engine engine() {
    return engine;
  }

  /**
   * All parameters, running statistics included: float [n], a live view, where the back end
   * computes in this machine's memory.
   */
  public INDArray parameters() {
    return engine.parameters().live().orElseThrow();
  }

  /**
   * The gradient of the last {@link #computeGradient}: float [n], a live view. It belongs to the
   * mean over the batch, so gradients of equally large batches average. In the ranges of running
   * statistics it holds old minus new: new = old - gradient.
   */
  public INDArray gradient() {
    return engine.gradient().live().orElseThrow();
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
    List<String> all = ranges().stream().map(ParameterRange::name).toList();
    Set<String> frozen = new LinkedHashSet<>();
    for (String name : names) {
      List<String> chosen = all.stream().filter(tensor -> begins(tensor, name)).toList();
      if (chosen.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot freeze %s: no tensor's name begins so; stages are %s"
                .formatted(name, program.stages().stream().map(StageProgram::name).toList()));
      }
      frozen.addAll(chosen);
    }
    engine.freeze(List.copyOf(frozen));
    return frozen.size();
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

  /** Where the tensors of a scope lie that learn: frozen ones and running statistics do not. */
  public List<ParameterRange> shared(GradientScope scope) {
    Set<String> names = Set.copyOf(new SharedTensors(program).in(scope));
    return ranges().stream()
        .filter(range -> range.kind() != ParameterRange.Kind.FROZEN && names.contains(range.name()))
        .toList();
  }

  /**
   * Trains together with other replicas from now on: synchronised batch norms take their statistics
   * over the minibatches of all. Every replica then computes gradients the same number of times, of
   * minibatches of the same size.
   *
   * @throws IllegalStateException if the network's batch norms are not synchronised
   */
  public void join(Replicas replicas) {
    if (spec.batchNorm() != BatchStatistics.SYNCHRONISED) {
      throw new IllegalStateException(
          "Cannot join replicas: the network's batch norm is %s".formatted(spec.batchNorm()));
    }
    engine.join(replicas);
  }

  /** Where each tensor lies in {@link #parameters} and {@link #gradient}, in order. */
  public List<ParameterRange> ranges() {
    return engine.ranges();
  }

  /**
   * Computes losses and {@link #gradient} in training mode. Parameters stay as they are.
   *
   * @param step decides, with the network's seed, what dropout drops
   * @throws IllegalArgumentException if the batch does not fit
   * @throws InputException if an image holds a value that is not finite
   */
  public StepLosses computeGradient(Batch batch, long step) {
    return computeGradient(batch, step, Map.of());
  }

  /**
   * Computes losses and {@link #gradient} in training mode, as {@link #computeGradient(Batch,
   * long)}.
   *
   * @param factors what each task's losses are multiplied with besides their weights; 1 where a
   *     task is not named
   */
  public StepLosses computeGradient(Batch batch, long step, Map<Task, Double> factors) {
    check(batch.images());
    return engine.computeGradient(batch, step, factors);
  }

  /** The network as a graph that DL4J's own trainers fit; the parameters stay this network's. */
  public FissionGraph trainedByDl4j(GraphTraining training) {
    return new FissionGraph(GraphFormat.configuration(spec, seed), this, training);
  }

  /**
   * Promises that {@link #parameters} stay as they are from now on: predictions then prepare
   * kernels once, which takes as much memory as they have, and not each time.
   */
  public void fixParameters() {
    engine.fixParameters();
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
            (task, output) ->
                predictions.put(
                    task, task.definition().unitVectors() ? UnitVectors.of(output) : output));
    return predictions;
  }

  /** The outputs of the main heads as they are, in inference. */
  Map<Task, INDArray> feedForward(INDArray images) {
    check(images);
    return engine.predict(images);
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

  /** Writes the network with its spec and losses; {@link #load} reads it. */
  public void save(OutputStream out) throws IOException {
    new NetworkFile(spec, losses, seed, engine.parameters().read())
        .write(GraphFormat.configuration(spec, seed), out);
  }

  /** The stages of a network in order, without building it. */
  public static List<StageProgram> stages(NetworkSpec spec) {
    return new NetworkBuilder(spec, DataType.FLOAT32).build();
  }

  /** What a back end is told of a network, without building it; of auto's precisions the widest. */
  public static NetworkProgram program(NetworkSpec spec, LossSpec losses) {
    return new NetworkBuilder(spec, Backends.type(spec.precision())).program(losses, 0);
  }

  /** The name of the stage that makes a task's output. */
  public static String headOf(Task task) {
    return NetworkBuilder.head(task);
  }

  @Override
  public void close() {
    engine.close();
  }
}
