package org.networkfission.jobs.train;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.prep.settings.ConfigException;

/** Waits until a cluster offers an executor for each replica. */
public final class ExecutorCount {
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
  private static final Duration QUIET = Duration.ofSeconds(10);

  private ExecutorCount() {}

  /**
   * Waits.
   *
   * @throws ConfigException if there are too few in time, or Spark may take them away
   */
  public static void await(SparkContext spark, int replicas, Duration timeout, PrintWriter out)
      throws InterruptedException {
    if (spark.getConf().getBoolean(DYNAMIC, false)) {
      throw new ConfigException(
          List.of(DYNAMIC + " = true: must be false; a run keeps its executors to its end"));
    }
    long start = System.nanoTime();
    boolean told = false;
    while (offered(spark) < replicas) {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(timeout) > 0) {
        throw tooFew(replicas, offered(spark), timeout);
      }
      if (!told && waited.compareTo(QUIET) > 0) {
        out.println("waiting for executors: %d of %d".formatted(offered(spark), replicas));
        told = true;
      }
      Thread.sleep(100);
    }
  }

  /** Executors, each of which runs one replica; in local mode the driver's threads are. */
  private static int offered(SparkContext spark) {
    return spark.isLocal()
        ? spark.defaultParallelism()
        // The driver is listed too, once it is known.
        : Math.max(0, spark.statusTracker().getExecutorInfos().length - 1);
  }

  private static RuntimeException tooFew(int replicas, int offered, Duration timeout) {
    List<String> losses = Cluster.losses();
    if (offered == 0 && !losses.isEmpty()) {
      // They come and die; why says more than how many there are.
      return new IllegalStateException(
          "Cannot get executors: %d went away within %d s, the last one: %s"
              .formatted(losses.size(), timeout.toSeconds(), losses.get(losses.size() - 1)));
    }
    return new ConfigException(
        List.of(
            offered == 0
                ? "cluster.executors = %d: no executor came within %d s (train.start-timeout); is the cluster full, or one executor larger than any of its hosts?"
                    .formatted(replicas, timeout.toSeconds())
                : "cluster.executors = %d: must be at most %d, which is what the cluster offers after %d s (train.start-timeout)"
                    .formatted(replicas, offered, timeout.toSeconds())));
  }
}
