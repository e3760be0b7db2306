package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reduction;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.FeatureMap;

/**
 * The steps of a stage for one batch size: primitives with their arguments, made once and run many
 * times. Features keep the layout in which they were made until a primitive asks for another.
 *
 * <p>What the backward pass needs of the forward pass is the plan's own memory; all else lies in
 * {@link Scratch} that the plans of a network share.
 */
final class OneDnnPlan implements AutoCloseable {
  private final int batch;
  private final boolean training;
  private final Tensors tensors;
  private final Optional<Replicas> replicas;
  private final Scratch scratch;
  private final boolean fixed;
  private final stream queue = new stream(OneDnn.engine());
  private final List<Step> once = new ArrayList<>();
  private final List<Step> forward = new ArrayList<>();
  private final List<Step> backward = new ArrayList<>();
  private final Map<String, memory> values = new HashMap<>();
  private final Map<String, Flow> gradients = new HashMap<>();
  private final List<Conversion> conversions = new ArrayList<>();
  private final List<NativeBuffer> buffers = new ArrayList<>();
  private final Lifetimes lifetimes = new Lifetimes();
  private Lifetimes.Packing shared;
  private List<Step> current = forward;
  private long step;

  /** One piece of work. */
  private record Step(String label, Runnable work) {}

  /** The same numbers in two layouts. */
  private record Conversion(memory from, memory to) {}

  /**
   * A gradient on its way back.
   *
   * @param owned whether no other feature map has the same memory as its gradient
   */
  private record Flow(memory place, boolean owned) {}

  /**
   * Begins a plan.
   *
   * @param replicas whose statistics batch norms take; none where this one trains by itself
   * @param scratch shared with the plans of other stages
   * @param fixed whether the parameters stay as they are, so that kernels are reordered once
   */
  OneDnnPlan(
      int batch,
      boolean training,
      Tensors tensors,
      Optional<Replicas> replicas,
      Scratch scratch,
      boolean fixed) {
    this.batch = batch;
    this.training = training;
    this.tensors = tensors;
    this.replicas = replicas;
    this.scratch = scratch;
    this.fixed = fixed;
  }

  int batch() {
    return batch;
  }

  boolean training() {
    return training;
  }

  Tensors tensors() {
    return tensors;
  }

  /** The replicas whose statistics batch norms take, if not this one's alone. */
  Optional<Replicas> replicas() {
    return replicas;
  }

  /** The number that decides what dropout drops. */
  long step() {
    return step;
  }

  void step(long number) {
    step = number;
  }

  long[] dims(FeatureMap map) {
    return OneDnn.dims(batch, map);
  }

  // ---- steps ----

  /** From here on, steps belong to the backward pass. */
  void turnBack() {
    current = backward;
  }

  /**
   * Adds a step of Java.
   *
   * @param used memory from {@link #allocate} that it reads or writes
   */
  void add(String label, Runnable work, memory... used) {
    for (memory place : used) {
      lifetimes.use(place, forward.size() + backward.size());
    }
    current.add(new Step(label, work));
  }

  /**
   * Adds a primitive.
   *
   * @param arguments pairs of argument index and memory
   */
  void add(String label, primitive work, primitive_desc_base description, Object... arguments) {
    IntMemoryMap map = new IntMemoryMap();
    List<memory> used = new ArrayList<>();
    for (int i = 0; i < arguments.length; i += 2) {
      memory place = (memory) arguments[i + 1];
      map.put((Integer) arguments[i], place);
      used.add(place);
    }
    if (description.scratchpad_desc().get_size() > 0) {
      memory scratchpad = allocate(description.scratchpad_desc());
      map.put(dnnl.DNNL_ARG_SCRATCHPAD, scratchpad);
      used.add(scratchpad);
    }
    add(label, () -> work.execute(queue, map), used.toArray(memory[]::new));
  }

  /** Ends the plan: finds a place for all memory. */
  void finish() {
    Lifetimes.Packing own = lifetimes.across(forward.size());
    own.place(buffer(own.bytes()));
    shared = lifetimes.within(forward.size());
    scratch.lend(this, shared.bytes());
  }

  /** Tells what lies in shared memory where that begins. */
  void place(Pointer start) {
    shared.place(start);
  }

  void runForward(OperationClock clock) {
    run(once, clock, "once ");
    once.clear();
    run(forward, clock, "forward ");
  }

  void runBackward(OperationClock clock) {
    run(backward, clock, "backward ");
  }

  private static void run(List<Step> steps, OperationClock clock, String pass) {
    for (Step step : steps) {
      clock.time(pass, step.label(), step.work());
    }
  }

  // ---- memory ----

  /**
   * Memory from the first step that uses it to the last; it holds anything at first. Its place is
   * known when the plan runs.
   */
  memory allocate(memory.desc description) {
    return lifetimes.add(description);
  }

  /** Memory for the plan's lifetime, zero at first. */
  memory keep(memory.desc description) {
    return new memory(description, OneDnn.engine(), buffer(description.get_size()));
  }

  /** Memory over an array that outlives the plan. */
  memory wrap(memory.desc description, INDArray array) {
    return new memory(description, OneDnn.engine(), OneDnn.pointer(array));
  }

  /** Memory whose place is told later. */
  static memory placeholder(memory.desc description) {
    return new memory(description, OneDnn.engine(), new Pointer());
  }

  private Pointer buffer(long bytes) {
    NativeBuffer buffer = new NativeBuffer(bytes);
    buffers.add(buffer);
    return buffer.start();
  }

  /** The memory in a layout; adds a step that reorders it if it has another. */
  memory as(memory from, memory.desc description) {
    if (from.get_desc().equals(description)) {
      return from;
    }
    for (Conversion known : conversions) {
      if (known.from().equals(from) && known.to().get_desc().equals(description)) {
        return known.to();
      }
    }
    memory to = allocate(description);
    copy("reorder", from, to);
    conversions.add(new Conversion(from, to));
    return to;
  }

  /** Some channels of memory from {@link #allocate}, in place. */
  memory channels(memory whole, FeatureMap part, long from) {
    memory.desc description =
        whole.get_desc().submemory_desc(dims(part), new long[] {0, from, 0, 0});
    return lifetimes.part(whole, description, 0);
  }

  /**
   * One image of memory from {@link #allocate}, in place.
   *
   * @param description of one image in the memory's layout
   */
  memory image(memory whole, memory.desc description, int index) {
    long bytes = description.get_size();
    return lifetimes.part(whole, description, index * bytes);
  }

  /** The memory in a layout, never where an input or output of the stage lies. */
  memory own(memory from, memory.desc description) {
    memory converted = as(from, description);
    if (lifetimes.contains(converted)) {
      return converted;
    }
    memory copy = allocate(description);
    copy("reorder", from, copy);
    return copy;
  }

  /** Adds a step that copies, changing the layout. */
  void copy(String label, memory from, memory to) {
    reorder.primitive_desc description =
        new reorder.primitive_desc(
            OneDnn.engine(),
            from.get_desc(),
            OneDnn.engine(),
            to.get_desc(),
            OneDnn.attributes(),
            false);
    add(
        label,
        new reorder(description),
        description,
        dnnl.DNNL_ARG_FROM,
        from,
        dnnl.DNNL_ARG_TO,
        to);
  }

  // ---- features ----

  void value(FeatureMap map, memory place) {
    values.put(map.name(), place);
  }

  memory value(FeatureMap map) {
    return values.get(map.name());
  }

  /**
   * A feature map in a layout that element-wise work is fast in: row-major is three to seven times
   * slower. A few channels have no better layout.
   */
  memory features(FeatureMap map) {
    memory value = value(map);
    boolean plain = value.get_desc().equals(OneDnn.plain(dims(map)));
    return plain && map.channels() >= 8 ? as(value, OneDnn.features(dims(map))) : value;
  }

  /**
   * A kernel in the layout that a primitive asks for, reordered in each pass, or once where the
   * parameters stay as they are.
   */
  memory weight(String name, memory.desc plain, memory.desc description) {
    memory from = wrap(plain, tensors.parameter(name));
    if (plain.equals(description)) {
      return from;
    }
    if (fixed) {
      List<Step> before = current;
      current = once;
      memory kept = keep(description);
      copy("reorder weights", from, kept);
      current = before;
      return kept;
    }
    memory to = allocate(description);
    copy("reorder weights", from, to);
    return to;
  }

  /**
   * Lets a primitive write a kernel's gradient in the layout that it likes, then brings it into the
   * flat vector's.
   */
  void weightGradient(
      String name, memory.desc plain, memory.desc description, Consumer<memory> primitive) {
    memory target = wrap(plain, tensors.gradient(name));
    if (plain.equals(description)) {
      primitive.accept(target);
      return;
    }
    memory gradient = allocate(description);
    primitive.accept(gradient);
    copy("reorder weight gradients", gradient, target);
  }

  // ---- gradients ----

  /** The gradient of what an operation made, null where nothing reads it. */
  memory gradient(FeatureMap map) {
    Flow flow = gradients.get(map.name());
    return flow == null ? null : flow.place();
  }

  /** Adds a contribution, in memory of its own, to the gradient of what an operation read. */
  void addGradient(FeatureMap map, memory contribution) {
    addGradient(map, new Flow(contribution, true));
  }

  /** Adds a contribution whose memory is the gradient of another feature map too. */
  void addSharedGradient(FeatureMap map, memory contribution) {
    addGradient(map, new Flow(contribution, false));
  }

  private void addGradient(FeatureMap map, Flow added) {
    Flow before = gradients.get(map.name());
    if (before == null) {
      gradients.put(map.name(), added);
      return;
    }
    memory.desc description = added.place().get_desc();
    memory sum = added.owned() ? added.place() : allocate(description);
    sum(added.place(), as(before.place(), description), sum);
    gradients.put(map.name(), new Flow(sum, true));
  }

  /** Adds a step that adds two memories of one layout; the sum may be the first. */
  void sum(memory left, memory right, memory sum) {
    binary(dnnl.dnnl_binary_add, "add", left, right, sum);
  }

  /** Adds an element-wise step of two memories of one layout. */
  void binary(int algorithm, String label, memory left, memory right, memory result) {
    binary.primitive_desc description =
        new binary.primitive_desc(
            new binary.desc(algorithm, left.get_desc(), right.get_desc(), result.get_desc()),
            OneDnn.attributes(),
            OneDnn.engine());
    add(
        label,
        new binary(description),
        description,
        dnnl.DNNL_ARG_SRC_0,
        left,
        dnnl.DNNL_ARG_SRC_1,
        right,
        dnnl.DNNL_ARG_DST,
        result);
  }

  /** Adds a step that sums over the dimensions in which the result has one element. */
  void reduce(String label, memory from, memory to) {
    reduction.primitive_desc description =
        new reduction.primitive_desc(
            new reduction.desc(dnnl.dnnl_reduction_sum, from.get_desc(), to.get_desc(), 0, 0),
            OneDnn.attributes(),
            OneDnn.engine());
    add(
        label,
        new reduction(description),
        description,
        dnnl.DNNL_ARG_SRC,
        from,
        dnnl.DNNL_ARG_DST,
        to);
  }

  @Override
  public void close() {
    buffers.forEach(NativeBuffer::close);
    scratch.takeBack(this);
  }
}
