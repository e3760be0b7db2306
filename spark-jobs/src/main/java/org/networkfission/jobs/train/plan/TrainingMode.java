package org.networkfission.jobs.train.plan;

import java.io.IOException;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.RunLog;

/** How the replicas of a run work together, on the driver. */
public interface TrainingMode {
  /**
   * Checks that a cluster can be used, before anything starts on it.
   *
   * @throws org.networkfission.prep.settings.ConfigException if it cannot
   * @throws org.networkfission.prep.settings.InvalidSettings if it cannot
   */
  void check(SparkConf conf);

  /**
   * Trains to the last step.
   *
   * @param before the checkpoint to go on from
   * @throws DivergedException if a loss or gradient is not finite
   * @throws org.networkfission.prep.frame.InputException if the data cannot be read
   * @throws org.networkfission.prep.settings.ConfigException if the settings cannot be used
   * @throws IllegalStateException if it fails otherwise
   */
  void run(JavaSparkContext spark, RunPlan plan, Optional<Checkpoint> before, RunLog log)
      throws IOException, InterruptedException;
}
