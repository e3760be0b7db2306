package org.networkfission.model.backend.onednn;

/** Adds the steps of one operation to a plan. */
abstract class OneDnnKernel {
  /** Adds the forward pass: makes the output's memory. */
  abstract void forward(OneDnnPlan plan);

  /**
   * Adds the forward pass once more, before the backward pass, which then asks for these features.
   */
  void repeat(OneDnnPlan plan) {
    forward(plan);
  }

  /** Adds the backward pass: the output's gradient is there, the inputs' are added to. */
  abstract void backward(OneDnnPlan plan);
}
