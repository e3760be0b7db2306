package org.networkfission.model.backend.onednn;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.memory;
import org.networkfission.model.op.FeatureMap;

/** The gradients of feature maps on their way back: sums of what their readers contribute. */
final class GradientFlows {
  private final OneDnnPlan plan;
  private final Map<String, Flow> flows = new HashMap<>();

  /**
   * A gradient on its way back.
   *
   * @param owned whether no other feature map has the same memory as its gradient
   */
  private record Flow(memory place, boolean owned) {}

  GradientFlows(OneDnnPlan plan) {
    this.plan = plan;
  }

  /** The gradient of a feature map, null where nothing reads it. */
  memory of(FeatureMap map) {
    Flow flow = flows.get(map.name());
    return flow == null ? null : flow.place();
  }

  /**
   * Adds a contribution.
   *
   * @param owned whether its memory is no other feature map's gradient
   */
  void add(FeatureMap map, memory contribution, boolean owned) {
    Flow before = flows.get(map.name());
    if (before == null) {
      flows.put(map.name(), new Flow(contribution, owned));
      return;
    }
    memory.desc description = contribution.get_desc();
    memory sum = owned ? contribution : plan.allocate(description);
    plan.sum(contribution, plan.as(before.place(), description), sum);
    flows.put(map.name(), new Flow(sum, true));
  }
}
