package org.networkfission.model.backend.cuda.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.networkfission.model.backend.Recomputation;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Launch;
import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.backend.cuda.memory.Slot;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/** Writes the steps of a plan, and keeps track of where features and gradients are. */
public final class PlanBuilder {
  /** Bytes of features that a thread reads or writes at once. */
  private static final int AT_ONCE = 16;

  private final int batch;
  private final boolean training;
  private final long seed;
  private final Layout layout;
  private final Optional<Replicas> replicas;
  private final List<Step> steps = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final Map<String, Place> values = new HashMap<>();
  private final Map<String, Flow> flows = new HashMap<>();
  private final List<Integer> phases = new ArrayList<>();
  private final Set<String> withoutGradient = new HashSet<>();
  private final Slot come = new Slot(0);
  private final Slot arriving = new Slot(0);
  private long hostBytes;

  /** The number of the step that dropout takes, on the device. */
  private final Place stepNumber;

  private record Stage(StageProgram program, List<Operation> operations) {}

  /**
   * A gradient on its way back.
   *
   * @param owned whether no other feature map has the same memory as its gradient
   */
  private record Flow(Place place, boolean owned) {}

  /**
   * A part of the plan's pinned memory in this machine.
   *
   * @param from its first byte
   */
  public record HostPart(long from, long bytes) {}

  /**
   * Begins a plan.
   *
   * @param seed decides, with the step, what dropout drops
   * @param replicas over whose minibatches batch norms take their statistics, if not over this
   */
  public PlanBuilder(
      int batch, boolean training, long seed, Layout layout, Optional<Replicas> replicas) {
    this.batch = batch;
    this.training = training;
    this.seed = seed;
    this.layout = layout;
    this.replicas = replicas;
    this.stepNumber = allocateBytes(Long.BYTES);
  }

  int batch() {
    return batch;
  }

  boolean training() {
    return training;
  }

  long seed() {
    return seed;
  }

  Optional<Replicas> replicas() {
    return replicas;
  }

  Place stepNumber() {
    return stepNumber;
  }

  // ---------------------------------------------------------------- memory

  /** Room for bytes. */
  Place allocateBytes(long bytes) {
    Slot slot = new Slot(bytes);
    slots.add(slot);
    return new Place(Place.Area.PLAN, slot, 0, bytes);
  }

  /** Room for floats. */
  Place allocate(long floats) {
    return allocateBytes(floats * Float.BYTES);
  }

  /** Room for features of a minibatch. */
  Place allocate(FeatureMap map) {
    return allocateBytes((long) count(map) * map.type().bytes());
  }

  /** Room in the block in which a minibatch comes, there and, under the same numbers, here. */
  Place come(long bytes) {
    arriving.extend(bytes);
    return new Place(Place.Area.PLAN, come, come.extend(bytes), bytes);
  }

  /** Adds the step that takes the block in which a minibatch comes. */
  public void takeMinibatch() {
    slots.add(arriving);
    slots.add(come);
    add(
        new Step.Take(
            new Place(Place.Area.PLAN, arriving, 0, 0), new Place(Place.Area.PLAN, come, 0, 0)));
  }

  /** Pinned memory of this machine. */
  HostPart host(long bytes) {
    HostPart part = new HostPart(hostBytes, bytes);
    hostBytes += Device.aligned(bytes);
    return part;
  }

  /** How many features a minibatch has. */
  int count(FeatureMap map) {
    return Math.toIntExact(Math.multiplyExact(batch, map.features()));
  }

  /** Pixels of a minibatch. */
  int rows(FeatureMap map) {
    return batch * map.height() * map.width();
  }

  Place parameter(String name) {
    return layout.flat(Place.Area.PARAMETERS, name);
  }

  Place gradient(String name) {
    return layout.flat(Place.Area.GRADIENT, name);
  }

  Place kernel(String name) {
    return layout.kernel(Place.Area.KERNELS, name);
  }

  Place kernelGradient(String name) {
    return layout.kernel(Place.Area.KERNEL_GRADIENTS, name);
  }

  // ---------------------------------------------------------------- steps

  void add(Step step) {
    steps.add(step);
  }

  private void launch(String label, String kernel, Grid grid, Object... arguments) {
    add(new Step.Kernel(label, kernel, grid, Arrays.asList(arguments)));
  }

  /** A kernel that takes its elements one by one. */
  void each(String label, String kernel, int count, Object... arguments) {
    launch(label, kernel, Grid.each(count), arguments);
  }

  /** The name of a kernel over features of a map's type. */
  static String over(String kernel, FeatureMap map) {
    return Launch.over(kernel, map.type());
  }

  /** A kernel over features of a map's type that takes its elements one by one. */
  void each(String label, String kernel, FeatureMap map, int count, Object... arguments) {
    each(label, over(kernel, map), count, arguments);
  }

  /** A kernel over features of a map's type whose threads take as many at once as they can. */
  void wide(String label, String kernel, FeatureMap map, int count, Object... arguments) {
    launch(label, over(kernel, map), Grid.wide(count, AT_ONCE / map.type().bytes()), arguments);
  }

  /** A kernel whose blocks each sum over columns of channels and, in lines, over something else. */
  void columns(String label, String kernel, int channels, int blocks, Object... arguments) {
    launch(label, kernel, Grid.columns(channels, blocks), arguments);
  }

  /** Likewise, over features of a map's type, of which a thread takes as many as it can. */
  void wideColumns(String label, String kernel, FeatureMap map, int blocks, Object... arguments) {
    int atOnce = AT_ONCE / map.type().bytes();
    int channels = map.channels();
    int columns = channels % atOnce == 0 ? channels / atOnce : channels;
    columns(label, over(kernel, map), columns, blocks, arguments);
  }

  /** A kernel that adds up what blocks have summed, a block for some of the sums each. */
  void finish(String label, String kernel, int sums, Object... arguments) {
    launch(label, kernel, Grid.sums(sums), arguments);
  }

  /** A kernel over features of a map's type, in blocks that have rows of features each. */
  void rows(
      String label, String kernel, FeatureMap map, int rows, int length, Object... arguments) {
    launch(label, over(kernel, map), Grid.rows(rows, length), arguments);
  }

  /** A kernel whose blocks of 256 threads sum over pixels. */
  void blocks(String label, String kernel, int x, int y, Object... arguments) {
    launch(label, kernel, new Grid(x, y, Grid.THREADS, 1), arguments);
  }

  /** The next step begins a phase, which {@link Plan#run} runs by its number. */
  public void phase() {
    phases.add(steps.size());
  }

  // ---------------------------------------------------------------- features and gradients

  Place value(FeatureMap map) {
    return values.get(map.name());
  }

  /** Features in another type: a copy, where they do not lie so already. */
  Place value(FeatureMap map, DataType type) {
    return converted(map, value(map), map.type(), type);
  }

  /** The gradient of a feature map in another type, likewise. */
  Place flowing(FeatureMap map, DataType type) {
    return converted(map, flowing(map), map.type(), type);
  }

  private Place converted(FeatureMap map, Place place, DataType from, DataType to) {
    if (from.bytes() == to.bytes()) {
      return place;
    }
    Place copy = allocate(map.as(to));
    int n = count(map);
    each("conversion", to == DataType.BFLOAT16 ? "narrow" : "widen", n, place, n, copy);
    return copy;
  }

  void value(FeatureMap map, Place place) {
    values.put(map.name(), place);
  }

  /** Says that nobody wants a feature map's gradient: it is the image. */
  public void noGradient(FeatureMap map) {
    withoutGradient.add(map.name());
  }

  boolean wantsGradient(FeatureMap map) {
    return !withoutGradient.contains(map.name());
  }

  /** The gradient of a feature map, null where nothing reads it. */
  Place flowing(FeatureMap map) {
    Flow flow = flows.get(map.name());
    return flow == null ? null : flow.place();
  }

  /**
   * Adds a contribution to a gradient.
   *
   * @param owned whether its memory is no other feature map's gradient
   */
  void flow(FeatureMap map, Place contribution, boolean owned) {
    Flow before = flows.get(map.name());
    if (before == null) {
      flows.put(map.name(), new Flow(contribution, owned));
      return;
    }
    Place sum = owned ? contribution : before.owned() ? before.place() : allocate(map);
    wide("sum", "add", map, count(map), before.place(), contribution, count(map), sum);
    flows.put(map.name(), new Flow(sum, true));
  }

  /**
   * Adds a contribution that was computed in another type.
   *
   * @param type of the contribution, whose memory is no other feature map's gradient
   */
  void flow(FeatureMap map, Place contribution, DataType type) {
    flow(map, converted(map, contribution, type, map.type()), true);
  }

  /** The forward steps of a stage. */
  public void forward(StageProgram program) {
    Stage stage = new Stage(program, new ArrayList<>());
    for (Op op : program.ops()) {
      Operation operation = op.accept(new Operations());
      operation.forward(this);
      stage.operations().add(operation);
    }
    stages.add(stage);
  }

  /**
   * The backward steps of all stages so far, the last operation's first.
   *
   * @param recompute what is computed again before
   */
  public void backward(Recompute recompute) {
    for (int i = stages.size() - 1; i >= 0; i--) {
      List<Operation> operations = stages.get(i).operations();
      List<Boolean> again = Recomputation.again(stages.get(i).program(), recompute);
      for (int k = 0; k < operations.size(); k++) {
        if (again.get(k)) {
          operations.get(k).repeat(this);
        }
      }
      for (int k = operations.size() - 1; k >= 0; k--) {
        if (flowing(operations.get(k).op().output()) != null) {
          operations.get(k).backward(this);
        }
      }
    }
  }

  /** Ends the plan. */
  public Plan build() {
    for (int i = 0; i < steps.size(); i++) {
      for (Place place : steps.get(i).places()) {
        if (place.slot() != null) {
          place.slot().use(i);
        }
      }
    }
    if (arriving.bytes() > 0) { // The next one comes at any time.
      arriving.use(0);
      arriving.use(steps.size() - 1);
    }
    return new Plan(steps, phases, Slot.pack(slots), hostBytes);
  }
}
