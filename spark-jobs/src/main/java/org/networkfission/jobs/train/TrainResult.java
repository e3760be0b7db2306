package org.networkfission.jobs.train;

/**
 * How a run ended.
 *
 * @param checkpoint the last one
 * @param secondsTrained wall clock of this command
 */
public record TrainResult(Checkpoint checkpoint, double secondsTrained) {}
