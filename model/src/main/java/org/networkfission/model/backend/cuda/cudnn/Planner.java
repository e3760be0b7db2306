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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how cuDNN computes convolutions: the first engine that its heuristics propose and that
 * gives the same bits each time, compiles nothing at run time, needs no more room than {@link
 * #WORKSPACE_LIMIT}, keeps the precision and computes right ({@link EngineCheck}). So the choice is
 * a function of the GPU's model and cuDNN's version, and a run that is resumed on the same has the
 * same bits.
 */
public final class Planner implements AutoCloseable {
  /** Bytes of room that an engine may need. */
  public static final long WORKSPACE_LIMIT = 512L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Planner.class);
  private static final int[] MODES = {Constants.HEUR_MODE_A, Constants.HEUR_MODE_FALLBACK};
  private static final List<Integer> WINOGRAD =
      List.of(
          Constants.NUMERICAL_NOTE_WINOGRAD,
          Constants.NUMERICAL_NOTE_WINOGRAD_TILE_4x4,
          Constants.NUMERICAL_NOTE_WINOGRAD_TILE_6x6,
          Constants.NUMERICAL_NOTE_WINOGRAD_TILE_13x13);

  /** The one note of behaviour that does no harm: that a CUDA graph can hold it. */
  private static final int FOR_GRAPHS = Constants.BEHAVIOR_NOTE_SUPPORTS_CUDA_GRAPH_NATIVE_API;

  private static final long BYTE_ALIGNMENT = 16;

  private final long handle;
  private final Optional<EngineCheck> check;
  private final Optional<Descriptor> described;
  private final Map<Problem, Plan> plans = new HashMap<>();
  private final List<Descriptor> made = new ArrayList<>();

  private Planner(long handle, Optional<EngineCheck> check, Optional<Descriptor> described) {
    this.handle = handle;
    this.check = check;
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
    return new Planner(handle.getValue(), Optional.of(new EngineCheck(device)), Optional.empty());
  }

  /**
   * Prepares for a GPU that is not here.
   *
   * @param description cuDNN's JSON of a device, as of version 9.8
   */
  public static Planner of(String description) {
    require();
    Descriptor device =
        new Descriptor(Constants.BACKEND_DEVICEPROP_DESCRIPTOR)
            .text(
                Constants.ATTR_DEVICEPROP_JSON_REPRESENTATION,
                description.getBytes(StandardCharsets.UTF_8))
            .finish();
    Planner planner = new Planner(0, Optional.empty(), Optional.of(device));
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
        if (plan.isPresent() && right(problem, plan.get())) {
          return plan.get();
        }
      }
    }
    throw new CudaException(
        "Cannot compute %s with cuDNN %s: none of %d engines computes it right, with the same bits each time, within %d MB"
            .formatted(problem, Cudnn.version(), rank, WORKSPACE_LIMIT >> 20));
  }

  private boolean right(Problem problem, Plan plan) {
    if (check.isEmpty() || check.get().right(handle, problem, plan)) {
      return true;
    }
    LOG.warn(
        "cuDNN {} computes {} wrong on this GPU by its engine {}; the next one is taken",
        Cudnn.version(),
        problem,
        plan.engine());
    return false;
  }

  private Descriptor graph(Problem problem) {
    Direction direction = problem.direction();
    Descriptor convolution =
        keep(new Descriptor(Constants.BACKEND_CONVOLUTION_DESCRIPTOR))
            .number(
                Constants.ATTR_CONVOLUTION_COMP_TYPE,
                Constants.TYPE_DATA_TYPE,
                Constants.DATA_FLOAT)
            .number(
                Constants.ATTR_CONVOLUTION_CONV_MODE,
                Constants.TYPE_CONVOLUTION_MODE,
                Constants.CROSS_CORRELATION)
            .longs(Constants.ATTR_CONVOLUTION_SPATIAL_DIMS, 2)
            .longs(Constants.ATTR_CONVOLUTION_PRE_PADDINGS, array(problem.before()))
            .longs(Constants.ATTR_CONVOLUTION_POST_PADDINGS, array(problem.after()))
            .longs(Constants.ATTR_CONVOLUTION_DILATIONS, problem.dilation(), problem.dilation())
            .longs(Constants.ATTR_CONVOLUTION_FILTER_STRIDES, problem.stride(), problem.stride())
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
    Descriptor graph =
        keep(new Descriptor(Constants.BACKEND_OPERATIONGRAPH_DESCRIPTOR))
            .descriptor(Constants.ATTR_OPERATIONGRAPH_OPS, operation);
    if (described.isEmpty()) {
      graph.values(Constants.ATTR_OPERATIONGRAPH_HANDLE, Constants.TYPE_HANDLE, handle);
    }
    return graph.finish();
  }

  /** A tensor [n, c, h, w] that lies [n, h, w, c]. */
  private Descriptor tensor(long id, DataType type, List<Long> dims) {
    long channels = dims.get(1);
    long row = dims.get(3) * channels;
    return keep(new Descriptor(Constants.BACKEND_TENSOR_DESCRIPTOR))
        .number(
            Constants.ATTR_TENSOR_DATA_TYPE,
            Constants.TYPE_DATA_TYPE,
            type == DataType.BFLOAT16 ? Constants.DATA_BFLOAT16 : Constants.DATA_FLOAT)
        .longs(Constants.ATTR_TENSOR_DIMENSIONS, array(dims))
        .longs(Constants.ATTR_TENSOR_STRIDES, dims.get(2) * row, 1, row, channels)
        .longs(Constants.ATTR_TENSOR_UNIQUE_ID, id)
        .longs(Constants.ATTR_TENSOR_BYTE_ALIGNMENT, BYTE_ALIGNMENT)
        .finish();
  }

  private List<Descriptor> configurations(Descriptor graph, int mode) {
    Descriptor heuristics =
        keep(new Descriptor(Constants.BACKEND_ENGINEHEUR_DESCRIPTOR))
            .descriptor(Constants.ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
            .number(Constants.ATTR_ENGINEHEUR_MODE, Constants.TYPE_HEUR_MODE, mode);
    described.ifPresent(
        device -> heuristics.descriptor(Constants.ATTR_ENGINEHEUR_DEVICEPROP, device));
    int count =
        heuristics.finishes()
            ? heuristics.count(Constants.ATTR_ENGINEHEUR_RESULTS, Constants.TYPE_BACKEND_DESCRIPTOR)
            : 0;
    if (count == 0) {
      return List.of();
    }
    List<Descriptor> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(keep(new Descriptor(Constants.BACKEND_ENGINECFG_DESCRIPTOR)));
    }
    long[] handles = all.stream().mapToLong(one -> one.handle).toArray();
    return all.subList(0, heuristics.descriptors(Constants.ATTR_ENGINEHEUR_RESULTS, handles));
  }

  /** Plans a configuration; empty where it breaks a rule. */
  private Optional<Plan> plan(Descriptor configuration, DataType type, int rank) {
    try (Descriptor engine = new Descriptor(Constants.BACKEND_ENGINE_DESCRIPTOR)) {
      if (configuration.descriptors(Constants.ATTR_ENGINECFG_ENGINE, new long[] {engine.handle})
          == 0) {
        return Optional.empty();
      }
      List<Integer> notes =
          list(engine.numbers(Constants.ATTR_ENGINE_NUMERICAL_NOTE, Constants.TYPE_NUMERICAL_NOTE));
      List<Integer> behaviour =
          list(engine.numbers(Constants.ATTR_ENGINE_BEHAVIOR_NOTE, Constants.TYPE_BEHAVIOR_NOTE));
      if (!allowed(type, notes) || behaviour.stream().anyMatch(note -> note != FOR_GRAPHS)) {
        return Optional.empty();
      }
      Descriptor plan =
          keep(new Descriptor(Constants.BACKEND_EXECUTION_PLAN_DESCRIPTOR))
              .descriptor(Constants.ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
      if (described.isPresent()) {
        plan.descriptor(Constants.ATTR_EXECUTION_PLAN_DEVICEPROP, described.get());
      } else {
        plan.values(Constants.ATTR_EXECUTION_PLAN_HANDLE, Constants.TYPE_HANDLE, handle);
      }
      if (!plan.finishes()) {
        return Optional.empty();
      }
      long workspace = plan.number(Constants.ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
      long number = engine.number(Constants.ATTR_ENGINE_GLOBAL_INDEX);
      return workspace > WORKSPACE_LIMIT
          ? Optional.empty()
          : Optional.of(
              new Plan(
                  plan.handle,
                  workspace,
                  number,
                  rank,
                  notes.contains(Constants.NUMERICAL_NOTE_TENSOR_CORE)));
    }
  }

  private static boolean allowed(DataType type, List<Integer> notes) {
    if (notes.contains(Constants.NUMERICAL_NOTE_NONDETERMINISTIC)
        || notes.contains(Constants.NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION)) {
      return false;
    }
    return type != DataType.FLOAT32
        || !(notes.contains(Constants.NUMERICAL_NOTE_TENSOR_CORE)
            || notes.contains(Constants.NUMERICAL_NOTE_DOWN_CONVERT_INPUTS)
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
