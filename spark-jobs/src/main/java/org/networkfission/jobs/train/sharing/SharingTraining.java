package org.networkfission.jobs.train.sharing;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.collective.ExchangeSecurity;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.RunMonitor;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.plan.TrainingMode;
import org.networkfission.model.network.BatchStatistics;

/**
 * Training by {@code train.mode = gradient-sharing}. It goes in rounds of as many steps as lie
 * between two checkpoints: each is a job of DL4J's, in which every replica takes its steps. The
 * driver hears all updates too; its parameters are the run's. After a round they are written as a
 * checkpoint like any other, with the mean of the replicas' optimizer states.
 */
public final class SharingTraining implements TrainingMode {
  private final double threshold;
  private final boolean requireAuthentication;
  private final BatchStatistics batchNorm;
  private final PrintWriter out;

  /**
   * Describes the mode.
   *
   * @param threshold of the elements of an update that travel
   * @param requireAuthentication whether replicas must authenticate, which is refused
   * @param batchNorm of the network
   */
  public SharingTraining(
      double threshold, boolean requireAuthentication, BatchStatistics batchNorm, PrintWriter out) {
    this.threshold = threshold;
    this.requireAuthentication = requireAuthentication;
    this.batchNorm = batchNorm;
    this.out = out;
  }

  @Override
  public void check(SparkConf conf) {
    SharingNetwork.check(conf, requireAuthentication, batchNorm);
    ExchangeSecurity.check(conf, requireAuthentication);
  }

  @Override
  public void run(JavaSparkContext spark, RunPlan plan, Optional<Checkpoint> before, RunLog log)
      throws IOException {
    try (RunMonitor monitor =
        new RunMonitor(plan.key(), plan.replicas(), out::println, log, () -> false)) {
      new SharingRun(spark, plan, threshold, monitor, out).execute(before);
    }
  }
}
