package org.networkfission.jobs.train;

import org.networkfission.jobs.train.checkpoint.Checkpoint;

/**
 * How a run ended.
 *
 * @param checkpoint the last one
 * @param secondsTrained wall clock of this command
 */
public record TrainResult(Checkpoint checkpoint, double secondsTrained) {}
