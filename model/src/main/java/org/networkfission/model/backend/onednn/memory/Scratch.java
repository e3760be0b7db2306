package org.networkfission.model.backend.onednn.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory that the plans of a network's stages use one after the other, for what need not outlive a
 * pass through one stage: as large as the plan that needs most.
 */
public final class Scratch {
  private final List<PlanMemory> users = new ArrayList<>();
  private NativeBuffer buffer = new NativeBuffer(0);

  /** Gives a plan its part, which may move all plans to larger memory. */
  void lend(PlanMemory plan, long bytes) {
    users.add(plan);
    if (bytes > buffer.bytes()) {
      buffer.close();
      buffer = new NativeBuffer(bytes);
      users.forEach(user -> user.place(buffer.start()));
    } else {
      plan.place(buffer.start());
    }
  }

  /** How large it is. */
  public long bytes() {
    return buffer.bytes();
  }

  /** Takes a plan's part back; without plans there is no memory. */
  void takeBack(PlanMemory plan) {
    if (users.remove(plan) && users.isEmpty()) {
      buffer.close();
      buffer = new NativeBuffer(0);
    }
  }
}
