package org.networkfission.jobs.cluster;

import com.typesafe.config.ConfigMemorySize;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.InstructionSet;
import org.networkfission.prep.settings.Check;

/**
 * The Spark cluster that a job runs on.
 *
 * @param master Spark's master URL; where absent, what spark-submit was given, else a cluster of
 *     executor processes on this machine
 * @param executors how many executors; training goes on with any number of the range, other jobs
 *     ask for the most and take what comes
 * @param coresPerExecutor cores of each executor; also the number of compute threads of a replica
 * @param executorMemory Java heap of each executor
 * @param nativeMemory memory of each executor outside the heap, for tensors
 * @param driverNativeMemory memory of the driver outside its heap: it holds a network, not a batch
 * @param gpusPerExecutor 1 where each replica computes on a GPU of its own, else 0
 * @param gpuDiscovery the program that tells Spark a host's GPUs, {@code submit/discover-gpus}; not
 *     needed where the cluster's own configuration names one
 * @param instructionSet which of the processor's instructions networks are computed with
 * @param spark any other Spark property, without the prefix {@code spark.}
 */
public record ClusterSettings(
    Optional<String> master,
    ExecutorRange executors,
    int coresPerExecutor,
    ConfigMemorySize executorMemory,
    ConfigMemorySize nativeMemory,
    ConfigMemorySize driverNativeMemory,
    int gpusPerExecutor,
    Optional<String> gpuDiscovery,
    InstructionSet instructionSet,
    Map<String, String> spark) {
  /** Network buffers, decompression, and what the JVM itself takes. */
  private static final ConfigMemorySize WITHOUT_TENSORS = ConfigMemorySize.ofBytes(1L << 30);

  public ClusterSettings {
    new Check()
        .that("coresPerExecutor", coresPerExecutor, coresPerExecutor >= 1, "at least 1")
        .that(
            "gpusPerExecutor",
            gpusPerExecutor,
            gpusPerExecutor == 0 || gpusPerExecutor == 1,
            "0 or 1: an executor is one replica, which computes on one GPU")
        .done();
    spark = Map.copyOf(spark);
  }

  /** The same kind of cluster with another number of executors. */
  public ClusterSettings withExecutors(int number) {
    return with(ExecutorRange.of(number), nativeMemory, spark);
  }

  /** The same cluster, on each executor of which Spark runs one task at a time. */
  public ClusterSettings oneTaskPerExecutor() {
    Map<String, String> more = new HashMap<>(spark);
    more.put("task.cpus", Integer.toString(coresPerExecutor));
    return with(executors, nativeMemory, more);
  }

  /**
   * The same cluster for a job that computes with no network: its executors hold frames, but no
   * tensors.
   */
  public ClusterSettings withoutTensors() {
    return with(executors, isWithoutTensors() ? nativeMemory : WITHOUT_TENSORS, spark);
  }

  /** Whether its executors hold frames, but no tensors. */
  boolean isWithoutTensors() {
    return nativeMemory.toBytes() <= WITHOUT_TENSORS.toBytes();
  }

  private ClusterSettings with(
      ExecutorRange number, ConfigMemorySize memory, Map<String, String> properties) {
    return new ClusterSettings(
        master,
        number,
        coresPerExecutor,
        executorMemory,
        memory,
        driverNativeMemory,
        gpusPerExecutor,
        gpuDiscovery,
        instructionSet,
        properties);
  }
}
