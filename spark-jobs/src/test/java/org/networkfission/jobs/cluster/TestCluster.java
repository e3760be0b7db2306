package org.networkfission.jobs.cluster;

import com.typesafe.config.ConfigMemorySize;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.InstructionSet;

/** Executor processes on this machine that also know the tests' classes. */
public final class TestCluster {
  /** Processes of tests end before C2 or a collector of several threads pays for itself. */
  private static final String FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private TestCluster() {}

  /**
   * Prepares the launcher: it takes the product's own Spark, and its processes the tests' flags,
   * which Java tells in a line of standard error.
   */
  public static void launch(ProcessBuilder launcher) {
    launcher.environment().remove("SPARK_HOME");
    launcher.environment().put("JDK_JAVA_OPTIONS", FLAGS);
  }

  /** The same for executors of a job that runs in this process. */
  public static String executorFlags() {
    return "cluster.spark.executor.extraJavaOptions=" + FLAGS;
  }

  /** One core and half a gigabyte of heap each. */
  public static ClusterSettings of(int executors) {
    return of(executors, InstructionSet.AUTO);
  }

  /** Executors that are threads of this process, two cores in all. */
  public static ClusterSettings local() {
    return new ClusterSettings(
        Optional.of("local[2]"),
        ExecutorRange.of(1),
        1,
        ConfigMemorySize.ofBytes(512L << 20),
        ConfigMemorySize.ofBytes(1L << 30),
        ConfigMemorySize.ofBytes(1L << 30),
        0,
        Optional.empty(),
        InstructionSet.AUTO,
        Map.of("ui.enabled", "false"));
  }

  /** The same, whose processors have no more than these instructions. */
  public static ClusterSettings of(int executors, InstructionSet instructions) {
    return of(Optional.empty(), ExecutorRange.of(executors), instructions);
  }

  /**
   * The same, each with a GPU that Spark gives it.
   *
   * @param discovery the program that tells Spark the GPUs of each host, of which it runs one per
   *     executor
   * @param environment of the executors
   */
  public static ClusterSettings withGpus(
      int executors, Path discovery, Map<String, String> environment) {
    ClusterSettings without = of(executors);
    Map<String, String> spark = new HashMap<>(without.spark());
    spark.put("worker.resource.gpu.amount", "1");
    spark.put("worker.resource.gpu.discoveryScript", discovery.toString());
    environment.forEach((name, value) -> spark.put("executorEnv." + name, value));
    return new ClusterSettings(
        without.master(),
        without.executors(),
        without.coresPerExecutor(),
        without.executorMemory(),
        without.nativeMemory(),
        without.driverNativeMemory(),
        1,
        Optional.of(discovery.toString()),
        without.instructionSet(),
        spark);
  }

  /** As many executors as a master gives. */
  public static ClusterSettings of(String master, int min, int max) {
    return of(Optional.of(master), new ExecutorRange(min, max), InstructionSet.AUTO);
  }

  private static ClusterSettings of(
      Optional<String> master, ExecutorRange executors, InstructionSet instructions) {
    String classes =
        TestCluster.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return new ClusterSettings(
        master,
        executors,
        1,
        ConfigMemorySize.ofBytes(512L << 20),
        ConfigMemorySize.ofBytes(1L << 30),
        ConfigMemorySize.ofBytes(1L << 30),
        0,
        Optional.empty(),
        instructions,
        Map.of(
            "ui.enabled",
            "false",
            "executor.extraJavaOptions",
            FLAGS,
            "executor.extraClassPath",
            System.getProperty("fission.runtime") + "/lib/*:" + classes));
  }
}
