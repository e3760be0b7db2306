package org.networkfission.jobs.inference;

/** Which parameters of a checkpoint predict. */
public enum Weights {
  /** As they were after the last step. */
  TRAINED,
  /** Their moving average over the steps, which {@code train.average-decay} asks for. */
  AVERAGE
}
