package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reduction;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.backend.onednn.memory.PlanMemory;
import org.networkfission.model.backend.onednn.memory.Scratch;
import org.networkfission.model.network.ConvolutionAlgorithm;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;

/**
 * The steps of some stages for one batch size: primitives with their arguments, made once and run
 * many times. Features keep the layout in which they were made until a primitive asks for another.
 */
final class OneDnnPlan extends PlanMemory {
  private final boolean training;
  private final ConvolutionAlgorithm convolution;
  private final Tensors tensors;
  private final Optional<Replicas> replicas;
  private final boolean fixed;
  private final Weights weights;
  private final stream queue = new stream(OneDnn.engine());
  private final PlanSteps steps = new PlanSteps();
  private final Map<String, memory> values = new HashMap<>();
  private final GradientFlows gradients = new GradientFlows(this);
  private final List<Conversion> conversions = new ArrayList<>();
  private Set<String> entering = Set.of();
  private long step;

  /** The same numbers in two layouts. */
  private record Conversion(memory from, memory to) {
    boolean widens() {
      return !OneDnn.sameType(from.get_desc(), to.get_desc())
          && to.get_desc().get_size() > from.get_desc().get_size();
    }
  }

  /**
   * Begins a plan.
   *
   * @param convolution how convolutions are computed where they can be so
   * @param replicas whose statistics batch norms take; none where this one trains by itself
   * @param scratch shared with the plans of other stages
   * @param fixed whether the parameters stay as they are, so that kernels are reordered once
   */
  OneDnnPlan(
      int batch,
      boolean training,
      ConvolutionAlgorithm convolution,
      Tensors tensors,
      Optional<Replicas> replicas,
      Scratch scratch,
      boolean fixed) {
    super(batch, scratch);
    this.training = training;
    this.convolution = convolution;
    this.tensors = tensors;
    this.replicas = replicas;
    this.fixed = fixed;
    this.weights = new Weights(this, tensors);
  }

  boolean training() {
    return training;
  }

  ConvolutionAlgorithm convolution() {
    return convolution;
  }

  /** Whether convolutions do what is behind them: where parameters stay as they are. */
  boolean folded() {
    return fixed;
  }

  Tensors tensors() {
    return tensors;
  }

  /** The replicas whose statistics batch norms take, if not this one's alone. */
  Optional<Replicas> replicas() {
    return replicas;
  }

  long step() {
    return step;
  }

  void step(long number) {
    step = number;
  }

  // ---- steps ----

  /** From here on, steps belong to the backward pass. */
  void turnBack() {
    steps.turnBack();
    conversions.removeIf(Conversion::widens); // Made once more rather than kept for so long.
  }

  /** From here on, steps are those of a stage. */
  void enter(StageProgram stage) {
    entering = stage.inputs().stream().map(FeatureMap::name).collect(Collectors.toSet());
  }

  /** From here on, gradients are those of a stage's operations. */
  void enterGradients(StageProgram stage) {
    gradients.enter(stage);
  }

  /** From here on, gradients are between stages again. */
  void leaveGradients(StageProgram stage) {
    gradients.leave(stage);
  }

  /**
   * Adds a step of Java.
   *
   * @param used memory from {@link #allocate} that it reads or writes
   */
  void add(String label, Runnable work, memory... used) {
    for (memory place : used) {
      use(place, steps.next());
    }
    steps.add(label, work);
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

  /** Steps that are added within are done before the first forward pass only. */
  void once(Runnable adding) {
    steps.once(adding);
  }

  /** Ends the plan: finds a place for all memory. */
  void finish() {
    finish(steps.firstBackward());
  }

  void runForward(OperationClock clock) {
    steps.runForward(clock);
  }

  void runBackward(OperationClock clock) {
    steps.runBackward(clock);
  }

  // ---- memory ----

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

  /** From here on, memory is reordered anew: what was made before need not live until here. */
  void forgetConversions() {
    conversions.clear();
  }

  /** Memory holds something else from here on. */
  void overwritten(memory place) {
    conversions.removeIf(known -> known.from().equals(place) || known.to().equals(place));
  }

  /** The memory in a layout, never where an input or output of the stage lies. */
  memory own(memory from, memory.desc description) {
    memory converted = as(from, description);
    if (isOwn(converted)) {
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
   * slower. A few channels have no better layout. What another stage made is in blocks in any case,
   * for statistics depend on the layout in their last bits, and a stage gives the same by itself as
   * in a network.
   */
  memory features(FeatureMap map) {
    memory value = value(map);
    memory.desc plain = plain(map);
    boolean foreign = entering.contains(map.name());
    if (map.channels() < 8) {
      return foreign ? as(value, plain) : value;
    }
    return foreign || value.get_desc().equals(plain) ? as(value, blocked(map)) : value;
  }

  /** The kernels of convolutions in the layouts that primitives ask for. */
  Weights weights() {
    return weights;
  }

  // ---- gradients ----

  /** The gradient of what an operation made, null where nothing reads it. */
  memory gradient(FeatureMap map) {
    return gradients.of(map);
  }

  /** Adds a contribution, in memory of its own, to the gradient of what an operation read. */
  void addGradient(FeatureMap map, memory contribution) {
    gradients.add(map, contribution, true);
  }

  /** Adds a contribution whose memory is the gradient of another feature map too. */
  void addSharedGradient(FeatureMap map, memory contribution) {
    gradients.add(map, contribution, false);
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
}
