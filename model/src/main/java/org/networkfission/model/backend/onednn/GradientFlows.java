package org.networkfission.model.backend.onednn;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.memory;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;

/**
 * The gradients of feature maps on their way back: sums of what their readers contribute. What the
 * operations of a stage contribute to an input is summed up first, then added to what other stages
 * did, whose readers come later.
 */
final class GradientFlows {
  private final OneDnnPlan plan;
  private final Map<String, Flow> between = new HashMap<>();
  private final Map<String, Flow> within = new HashMap<>();
  private Map<String, Flow> current = between;

  /**
   * A gradient on its way back.
   *
   * @param owned whether no other feature map has the same memory as its gradient
   */
  private record Flow(memory place, boolean owned) {}

  GradientFlows(OneDnnPlan plan) {
    this.plan = plan;
  }

  /** From here on, contributions are those of a stage's operations. */
  void enter(StageProgram stage) {
    within.put(stage.output().name(), between.remove(stage.output().name()));
    current = within;
  }

  /** From here on, contributions are between stages; those of the stage are added to them. */
  void leave(StageProgram stage) {
    current = between;
    for (FeatureMap input : stage.inputs()) {
      Flow flow = within.get(input.name());
      if (flow != null) {
        add(input, flow.place(), flow.owned());
      }
    }
    within.clear();
  }

  /** The gradient of a feature map, null where nothing reads it. */
  memory of(FeatureMap map) {
    Flow flow = current.get(map.name());
    return flow == null ? null : flow.place();
  }

  /**
   * Adds a contribution.
   *
   * @param owned whether its memory is no other feature map's gradient
   */
  void add(FeatureMap map, memory contribution, boolean owned) {
    Flow before = current.get(map.name());
    if (before == null) {
      current.put(map.name(), new Flow(contribution, owned));
      return;
    }
    memory.desc description = contribution.get_desc();
    memory sum = owned ? contribution : plan.allocate(description);
    plan.sum(contribution, plan.as(before.place(), description), sum);
    current.put(map.name(), new Flow(sum, true));
  }
}
