package org.networkfission.model.backend.cuda.cudnn;

import com.sun.jna.ptr.LongByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.op.DataType;

/**
 * Chooses how cuDNN computes convolutions: the first engine that its heuristics propose and that
 * gives the same bits each time, compiles nothing at run time, needs no more room than {@link
 * #WORKSPACE_LIMIT} and keeps the precision. So the choice is a function of the GPU's model and
 * cuDNN's version, and a run that is resumed on the same has the same bits.
 */
public final class Planner implements AutoCloseable {
  /** Bytes of room that an engine may need. */
  public static final long WORKSPACE_LIMIT = 512L << 20;

  // cuDNN's numbers of descriptors, attributes and notes.
  private static final int CONVOLUTION = 1;
  private static final int ENGINE = 2;
  private static final int CONFIGURATION = 3;
  private static final int HEURISTICS = 4;
  private static final int PLAN = 5;
  private static final int GRAPH = 15;
  private static final int TENSOR = 17;
  private static final int DEVICE = 38;
  private static final int FLOAT = 0;
  private static final int BFLOAT16 = 9;
  private static final int[] MODES = {3, 2};
  private static final int TENSOR_CORE = 0;
  private static final int DOWN_CONVERT = 1;
  private static final int REDUCED_PRECISION = 2;
  private static final int NONDETERMINISTIC = 4;
  private static final List<Integer> WINOGRAD = List.of(5, 6, 7, 8);

  /** The one note of behaviour that does no harm: that a CUDA graph can hold it. */
  private static final int FOR_GRAPHS = 3;

  private static final long BYTE_ALIGNMENT = 16;

  private final long handle;
  private final Optional<Descriptor> described;
  private final Map<Problem, Plan> plans = new HashMap<>();
  private final List<Descriptor> made = new ArrayList<>();

  private Planner(long handle, Optional<Descriptor> described) {
    this.handle = handle;
    this.described = described;
  }

  /**
   * A plan of a convolution.
   *
   * @param handle cuDNN's descriptor of it
   * @param workspace bytes of room that it needs
   * @param engine cuDNN's number of the engine
   * @param rank of the engine among those proposed, from 1
   * @param tensorCores whether it computes on them
   */
  record Plan(long handle, long workspace, long engine, int rank, boolean tensorCores) {}

  /**
   * Prepares for a GPU.
   *
   * @throws CudaException if cuDNN is not here, or does not start
   */
  public static Planner of(Device device) {
    require();
    LongByReference handle = new LongByReference();
    Cudnn.check(Cudnn.cudnnCreate(handle), "start");
    Cudnn.check(Cudnn.cudnnSetStream(handle.getValue(), device.stream()), "start");
    return new Planner(handle.getValue(), Optional.empty());
  }

  /**
   * Prepares for a GPU that is not here.
   *
   * @param description cuDNN's JSON of a device, as of version 9.8
   */
  public static Planner of(String description) {
    require();
    Descriptor device =
        new Descriptor(DEVICE).text(2702, description.getBytes(StandardCharsets.UTF_8)).finish();
    Planner planner = new Planner(0, Optional.of(device));
    planner.made.add(device);
    return planner;
  }

  private static void require() {
    Cudnn.missing()
        .ifPresent(
            why -> {
              throw new CudaException("Cannot compute on a GPU: " + why);
            });
  }

  long handle() {
    return handle;
  }

  /** Bytes of room that a convolution needs. */
  public long workspace(Problem problem) {
    return plan(problem).workspace();
  }

  /** How it is computed, e.g. {@code engine 6, rank 1, tensor cores}. */
  public String describe(Problem problem) {
    Plan plan = plan(problem);
    return "engine %d, rank %d%s, %,d bytes of workspace"
        .formatted(
            plan.engine(),
            plan.rank(),
            plan.tensorCores() ? ", tensor cores" : "",
            plan.workspace());
  }

  /**
   * Plans a convolution.
   *
   * @throws CudaException if no engine keeps the rules
   */
  Plan plan(Problem problem) {
    Plan plan = plans.get(problem);
    if (plan == null) {
      plan = choose(problem);
      plans.put(problem, plan);
    }
    return plan;
  }

  private Plan choose(Problem problem) {
    Descriptor graph = graph(problem);
    int rank = 0;
    for (int mode : MODES) {
      for (Descriptor configuration : configurations(graph, mode)) {
        rank++;
        Optional<Plan> plan = plan(configuration, problem.type(), rank);
        if (plan.isPresent()) {
          return plan.get();
        }
      }
    }
    throw new CudaException(
        "Cannot compute %s with cuDNN %s: none of %d engines gives the same bits each time within %d MB"
            .formatted(problem, Cudnn.version(), rank, WORKSPACE_LIMIT >> 20));
  }

  private Descriptor graph(Problem problem) {
    Direction direction = problem.direction();
    Descriptor convolution =
        keep(new Descriptor(CONVOLUTION))
            .number(100, Descriptor.DATA_TYPE, FLOAT)
            .number(101, Descriptor.CONVOLUTION_MODE, 1)
            .longs(106, 2)
            .longs(105, array(problem.before()))
            .longs(104, array(problem.after()))
            .longs(102, problem.dilation(), problem.dilation())
            .longs(103, problem.stride(), problem.stride())
            .finish();
    Descriptor operation =
        keep(new Descriptor(direction.descriptor))
            .descriptor(direction.input, tensor(Convolution.INPUT, problem.type(), problem.input()))
            .descriptor(
                direction.kernel, tensor(Convolution.KERNEL, problem.type(), problem.kernel()))
            .descriptor(
                direction.output, tensor(Convolution.OUTPUT, problem.type(), problem.output()))
            .descriptor(direction.convolution, convolution)
            .real(direction.alpha, 1)
            .real(direction.beta, 0)
            .finish();
    Descriptor graph = keep(new Descriptor(GRAPH)).descriptor(801, operation);
    if (described.isEmpty()) {
      graph.values(800, Descriptor.HANDLE, handle);
    }
    return graph.finish();
  }

  /** A tensor [n, c, h, w] that lies [n, h, w, c]. */
  private Descriptor tensor(long id, DataType type, List<Long> dims) {
    long channels = dims.get(1);
    long row = dims.get(3) * channels;
    return keep(new Descriptor(TENSOR))
        .number(901, Descriptor.DATA_TYPE, type == DataType.BFLOAT16 ? BFLOAT16 : FLOAT)
        .longs(902, array(dims))
        .longs(903, dims.get(2) * row, 1, row, channels)
        .longs(906, id)
        .longs(900, BYTE_ALIGNMENT)
        .finish();
  }

  private List<Descriptor> configurations(Descriptor graph, int mode) {
    Descriptor heuristics =
        keep(new Descriptor(HEURISTICS))
            .descriptor(201, graph)
            .number(200, Descriptor.HEURISTIC_MODE, mode);
    described.ifPresent(device -> heuristics.descriptor(204, device));
    int count = heuristics.finishes() ? heuristics.count(202, Descriptor.DESCRIPTOR) : 0;
    if (count == 0) {
      return List.of();
    }
    List<Descriptor> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(keep(new Descriptor(CONFIGURATION)));
    }
    long[] handles = all.stream().mapToLong(one -> one.handle).toArray();
    return all.subList(0, heuristics.descriptors(202, handles));
  }

  /** Plans a configuration; empty where it breaks a rule. */
  private Optional<Plan> plan(Descriptor configuration, DataType type, int rank) {
    try (Descriptor engine = new Descriptor(ENGINE)) {
      if (configuration.descriptors(300, new long[] {engine.handle}) == 0) {
        return Optional.empty();
      }
      List<Integer> notes = list(engine.numbers(1303, Descriptor.NUMERICAL_NOTE));
      List<Integer> behaviour = list(engine.numbers(1305, Descriptor.BEHAVIOUR_NOTE));
      if (!allowed(type, notes) || behaviour.stream().anyMatch(note -> note != FOR_GRAPHS)) {
        return Optional.empty();
      }
      Descriptor plan = keep(new Descriptor(PLAN)).descriptor(401, configuration);
      if (described.isPresent()) {
        plan.descriptor(407, described.get());
      } else {
        plan.values(400, Descriptor.HANDLE, handle);
      }
      if (!plan.finishes()) {
        return Optional.empty();
      }
      long workspace = plan.number(402);
      long number = engine.number(1301);
      return workspace > WORKSPACE_LIMIT
          ? Optional.empty()
          : Optional.of(
              new Plan(plan.handle, workspace, number, rank, notes.contains(TENSOR_CORE)));
    }
  }

  private static boolean allowed(DataType type, List<Integer> notes) {
    if (notes.contains(NONDETERMINISTIC) || notes.contains(REDUCED_PRECISION)) {
      return false;
    }
    return type != DataType.FLOAT32
        || !(notes.contains(TENSOR_CORE)
            || notes.contains(DOWN_CONVERT)
            || !Collections.disjoint(notes, WINOGRAD));
  }

  private static List<Integer> list(int[] numbers) {
    return java.util.Arrays.stream(numbers).boxed().toList();
  }

  private static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private Descriptor keep(Descriptor descriptor) {
    made.add(descriptor);
    return descriptor;
  }

  @Override
  public void close() {
    Collections.reverse(made); // What refers to others goes before them.
    made.forEach(Descriptor::close);
    made.clear();
    plans.clear();
    if (described.isEmpty()) {
      Cudnn.check(Cudnn.cudnnDestroy(handle), "end");
    }
  }
}
