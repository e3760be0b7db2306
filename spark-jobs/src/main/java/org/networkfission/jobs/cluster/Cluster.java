package org.networkfission.jobs.cluster;

import com.typesafe.config.ConfigMemorySize;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** Starts a job's Spark session. */
public final class Cluster {
  /** What spark-submit says where nobody named a master. */
  private static final String SUBMIT_DEFAULT = "local[*]";

  private static final long MEBIBYTE = 1024 * 1024;

  private Cluster() {}

  /**
   * Starts the cluster of these settings, or joins the one that this process has already, as it is.
   * Properties that spark-submit was given win over the settings.
   *
   * @param name the application's name
   */
  public static ClusterSession start(ClusterSettings settings, String name) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return new ClusterSession(SparkSession.getDefaultSession().get(), Optional.empty());
    }
    SparkSession spark = SparkSession.builder().config(configuration(settings, name)).getOrCreate();
    return new ClusterSession(spark, Optional.of(spark));
  }

  /** The Hadoop configuration that the session will have, for use before it starts. */
  public static Configuration hadoop(ClusterSettings settings) {
    return SparkHadoopUtil.get().newConfiguration(configuration(settings, "fission"));
  }

  static SparkConf configuration(ClusterSettings settings, String name) {
    SparkConf conf = new SparkConf();
    conf.setAppName(name);
    settings.spark().forEach((key, value) -> conf.setIfMissing("spark." + key, value));
    settings.master().ifPresent(conf::setMaster);
    if (conf.get("spark.master", SUBMIT_DEFAULT).equals(SUBMIT_DEFAULT)) {
      conf.setMaster(onThisMachine(settings));
    }
    conf.setIfMissing("spark.executor.memory", mebibytes(settings.executorMemory()) + "m");
    conf.setIfMissing("spark.executor.cores", Integer.toString(settings.coresPerExecutor()));
    conf.setIfMissing("spark.executor.memoryOverhead", mebibytes(settings.nativeMemory()) + "m");
    conf.setIfMissing("spark.executor.instances", Integer.toString(settings.executors()));
    conf.setIfMissing(
        "spark.executorEnv.OMP_NUM_THREADS", Integer.toString(settings.coresPerExecutor()));
    conf.set(
        "spark.executor.extraJavaOptions",
        (conf.get("spark.executor.extraJavaOptions", "")
                + " -Dorg.bytedeco.javacpp.maxbytes=%d -Dorg.bytedeco.javacpp.maxphysicalbytes=%d"
                    .formatted(
                        settings.nativeMemory().toBytes(),
                        settings.nativeMemory().toBytes() + settings.executorMemory().toBytes()))
            .strip());
    if (conf.get("spark.master").startsWith("spark://")) {
      // A standalone Master would give all that it has.
      int cores = settings.executors() * settings.coresPerExecutor();
      conf.setIfMissing("spark.cores.max", Integer.toString(cores));
    }
    if (settings.gpusPerExecutor() > 0) {
      String amount = Integer.toString(settings.gpusPerExecutor());
      conf.setIfMissing("spark.executor.resource.gpu.amount", amount);
      conf.setIfMissing("spark.task.resource.gpu.amount", amount);
      settings
          .gpuDiscovery()
          .ifPresent(
              script -> conf.setIfMissing("spark.executor.resource.gpu.discoveryScript", script));
      // Kubernetes asks whose they are.
      conf.setIfMissing("spark.executor.resource.gpu.vendor", "nvidia.com");
    }
    String runtime = System.getProperty("fission.runtime");
    if (runtime != null) {
      // Executors on this machine share the runtime folder of the launcher.
      conf.setIfMissing("spark.executor.extraClassPath", runtime + "/lib/*");
    }
    return conf;
  }

  private static String onThisMachine(ClusterSettings settings) {
    return "local-cluster[%d,%d,%d]"
        .formatted(
            settings.executors(),
            settings.coresPerExecutor(),
            mebibytes(settings.executorMemory()));
  }

  private static long mebibytes(ConfigMemorySize size) {
    return size.toBytes() / MEBIBYTE;
  }
}
