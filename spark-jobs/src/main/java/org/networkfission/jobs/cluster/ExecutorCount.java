package org.networkfission.jobs.cluster;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.networkfission.prep.settings.ConfigException;

/** Waits until a cluster offers an executor for each replica. */
public final class ExecutorCount {
  private static final Duration QUIET = Duration.ofSeconds(10);

  private ExecutorCount() {}

  /**
   * Waits for as many as there may be; after the time, fewer will do.
   *
   * @param range how many replicas there may be
   * @return how many there are executors for
   * @throws ConfigException if there are too few in time, or Spark may take them away
   */
  public static int await(
      SparkContext spark, ExecutorRange range, Duration timeout, PrintWriter out)
      throws InterruptedException {
    if (spark.getConf().getBoolean(Cluster.DYNAMIC, false)) {
      throw new ConfigException(
          List.of(
              Cluster.DYNAMIC
                  + " = true: must be false; a run keeps its executors to its end, or where they come and go, give cluster.executors = { min, max }"));
    }
    long start = System.nanoTime();
    boolean told = false;
    // A local master never offers more than it has.
    int wanted = spark.isLocal() ? range.min() : range.max();
    while (offered(spark) < wanted) {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(timeout) > 0) {
        int offered = offered(spark);
        if (offered >= range.min()) {
          return offered;
        }
        throw tooFew(range, offered, timeout);
      }
      if (!told && waited.compareTo(QUIET) > 0) {
        out.println("waiting for executors: %d of %d".formatted(offered(spark), wanted));
        told = true;
      }
      Thread.sleep(100);
    }
    return Math.min(offered(spark), range.max());
  }

  /** Executors, each of which runs one replica; in local mode the driver's threads are. */
  public static int offered(SparkContext spark) {
    return spark.isLocal()
        ? spark.defaultParallelism()
        // The driver is listed too, once it is known.
        : Math.max(0, spark.statusTracker().getExecutorInfos().length - 1);
  }

  /** As many of them as Spark would start tasks on now, for it knows already that they live. */
  public static int usable(SparkContext spark) {
    int tasks =
        spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
    return Math.min(offered(spark), tasks);
  }

  /** What a job ends with that got too few. */
  public static RuntimeException tooFew(ExecutorRange range, int offered, Duration timeout) {
    List<String> losses = Cluster.losses();
    if (offered == 0 && !losses.isEmpty()) {
      // They come and die; why says more than how many there are.
      return new IllegalStateException(
          "Cannot get executors: %d went away within %d s, the last one: %s"
              .formatted(losses.size(), timeout.toSeconds(), losses.get(losses.size() - 1)));
    }
    String key = "cluster.executors" + (range.isElastic() ? ".min" : "");
    return new ConfigException(
        List.of(
            offered == 0
                ? "%s = %d: no executor came within %d s (train.start-timeout); is the cluster full, or one executor larger than any of its hosts?"
                    .formatted(key, range.min(), timeout.toSeconds())
                : "%s = %d: must be at most %d, which is what the cluster offers after %d s (train.start-timeout)"
                    .formatted(key, range.min(), offered, timeout.toSeconds())));
  }
}
