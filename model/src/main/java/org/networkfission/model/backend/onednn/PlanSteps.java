package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.backend.OperationClock;

/** The steps of a plan in order: what is done once, in each forward and in each backward pass. */
final class PlanSteps {
  private final List<Step> once = new ArrayList<>();
  private final List<Step> forward = new ArrayList<>();
  private final List<Step> backward = new ArrayList<>();
  private List<Step> current = forward;

  /** One piece of work. */
  private record Step(String label, Runnable work) {}

  /** From here on, steps belong to the backward pass. */
  void turnBack() {
    current = backward;
  }

  void add(String label, Runnable work) {
    current.add(new Step(label, work));
  }

  /** Steps that are added within are done before the first forward pass only. */
  void once(Runnable adding) {
    List<Step> before = current;
    current = once;
    adding.run();
    current = before;
  }

  /** The number of the next step of the two passes. */
  int next() {
    return forward.size() + backward.size();
  }

  /** The number of the backward pass's first step. */
  int firstBackward() {
    return forward.size();
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
}
