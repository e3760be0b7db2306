package org.networkfission.jobs.train.plan;

/** How replicas work together. */
public enum TrainMode {
  /** Every step is one step of Adam on the mean gradient of all replicas, the same on all. */
  SYNCHRONOUS,
  /**
   * DL4J's {@code SharedTrainingMaster}: every replica takes steps of its own and sends the large
   * elements of its updates to the others, which apply them when they arrive.
   */
  GRADIENT_SHARING
}
