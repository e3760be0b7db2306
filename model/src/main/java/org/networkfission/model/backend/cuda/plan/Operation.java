package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.op.Op;

/** Writes the steps of one operation. */
abstract class Operation {
  /** What it computes. */
  abstract Op op();

  abstract void forward(PlanBuilder plan);

  /** Adds the forward steps once more: the backward steps then ask for these features. */
  void repeat(PlanBuilder plan) {
    forward(plan);
  }

  /** Only called in training, and where something reads the output. */
  abstract void backward(PlanBuilder plan);
}
