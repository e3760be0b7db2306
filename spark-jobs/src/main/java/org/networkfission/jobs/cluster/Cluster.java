package org.networkfission.jobs.cluster;

import com.typesafe.config.ConfigMemorySize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;
import org.networkfission.prep.settings.ConfigException;

/** Starts a job's Spark session. */
public final class Cluster {
  /** What spark-submit says where nobody named a master. */
  private static final String SUBMIT_DEFAULT = "local[*]";

  static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  private static final String LOOPBACK = "127.0.0.1";
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final long MEBIBYTE = 1024 * 1024;

  /** What every process of the product is started with: nothing depends on the locale. */
  private static final String LOCALE = "-Duser.language=en -Duser.country=US";

  private static final String UTF8 = "C.UTF-8";

  private static volatile Optional<ExecutorLosses> losses = Optional.empty();

  private Cluster() {}

  /**
   * Starts the cluster of these settings, or joins the one that this process has already, as it is.
   * Properties that spark-submit was given win over the settings.
   *
   * @param job its name; Kubernetes names pods after the application's
   * @param description what it works on, such as its output
   * @throws ConfigException if the cluster cannot be had
   */
  public static ClusterSession start(ClusterSettings settings, String job, String description) {
    return start(settings, configuration(settings, "fission " + job), job, description);
  }

  /**
   * Starts or joins a cluster as {@link #start} does, for replicas that train together. Spark's
   * dynamic allocation knows no barrier stages: where the number of executors is a range, as many
   * as there may be are asked for all the time instead, and what the cluster gives takes part.
   *
   * @throws ConfigException if the cluster cannot be had
   */
  public static ClusterSession startReplicas(
      ClusterSettings settings, String job, String description) {
    ClusterSettings alone = settings.oneTaskPerExecutor();
    return start(alone, ofReplicas(alone, "fission " + job), job, description);
  }

  /** What Spark is told where replicas train together. */
  static SparkConf ofReplicas(ClusterSettings settings, String name) {
    SparkConf conf = configuration(settings, name);
    if (settings.executors().isElastic()) {
      conf.set(DYNAMIC, "false");
      conf.set("spark.executor.instances", Integer.toString(settings.executors().max()));
      // Whoever was lost between counting and starting is not waited for: who is left is counted.
      conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
      conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "2");
    }
    return conf;
  }

  private static ClusterSession start(
      ClusterSettings settings, SparkConf conf, String job, String description) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return new ClusterSession(SparkSession.getDefaultSession().get(), Optional.empty());
    }
    String master = conf.get("spark.master");
    if (isThisMachine(master)) {
      ClusterChecks.requireMemory(settings);
      if (System.getenv("SPARK_LOCAL_IP") == null
          && System.getenv("SPARK_LOCAL_HOSTNAME") == null) {
        Utils.setCustomHostname(LOOPBACK);
      }
    }
    ClusterChecks.requireMaster(master);
    Kerberos.login(conf);
    RunFolder.removeAfterSpark();
    try {
      SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
      ExecutorLosses listener = new ExecutorLosses();
      spark.sparkContext().addSparkListener(listener);
      losses = Optional.of(listener);
      Kerberos.giveTokens(spark.sparkContext());
      spark.sparkContext().setJobDescription(job + " " + description);
      return new ClusterSession(spark, Optional.of(spark));
    } catch (RuntimeException e) {
      throw ClusterFailure.explain(e, settings).map(RuntimeException.class::cast).orElse(e);
    }
  }

  /**
   * Limits what this process holds outside of its heap and which instructions it computes with.
   * Takes effect before the first tensor; what the command line of Java says wins.
   */
  public static void limitDriver(ClusterSettings settings) {
    settings.instructionSet().pin();
    long memory = settings.driverNativeMemory().toBytes();
    setIfAbsent("org.bytedeco.javacpp.maxbytes", memory);
    setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", memory + Runtime.getRuntime().maxMemory());
    // JavaCPP is newer than ND4J's presets, and would say so each time.
    setIfAbsent("org.bytedeco.javacpp.logger", "slf4j");
  }

  private static void setIfAbsent(String property, Object value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value.toString());
    }
  }

  /** Why executors went away and tasks failed so far, the first first. */
  public static List<String> losses() {
    return losses.map(ExecutorLosses::reasons).orElse(List.of());
  }

  /** The Hadoop configuration that the session will have, for use before it starts. */
  public static Configuration hadoop(ClusterSettings settings) {
    SparkConf conf = configuration(settings, "fission");
    Kerberos.login(conf);
    Configuration hadoop = new Configuration(Defaults.HADOOP);
    SparkHadoopUtil.get().appendS3AndSparkHadoopHiveConfigurations(conf, hadoop);
    return hadoop;
  }

  /** Hadoop's files of settings, read once: a study asks for each of its rows. */
  private static final class Defaults {
    static final Configuration HADOOP = read();

    private static Configuration read() {
      Configuration files = new Configuration();
      files.size(); // They are read where a value is asked for.
      return files;
    }
  }

  /** What Spark is told, for this process or for one on the cluster. */
  static SparkConf configuration(ClusterSettings settings, String name) {
    SparkConf conf = new SparkConf();
    conf.setAppName(name);
    settings.spark().forEach((key, value) -> conf.setIfMissing("spark." + key, value));
    settings.master().ifPresent(conf::setMaster);
    if (conf.get("spark.master", SUBMIT_DEFAULT).equals(SUBMIT_DEFAULT)) {
      conf.setMaster(onThisMachine(settings));
    }
    setSizes(conf, settings);
    setEnvironment(conf, settings);
    if (isThisMachine(conf.get("spark.master"))) {
      setThisMachine(conf, System.getenv());
      if (settings.isWithoutTensors()) {
        setCollector(conf, System.getenv());
      }
      launched().ifPresent(runtime -> RecordedClasses.share(conf, runtime));
    }
    if (conf.get("spark.master").startsWith("spark://")) {
      // A standalone Master would give all that it has.
      int cores = settings.executors().max() * settings.coresPerExecutor();
      conf.setIfMissing("spark.cores.max", Integer.toString(cores));
    }
    if (settings.gpusPerExecutor() > 0) {
      setGpus(conf, settings);
    }
    Kerberos.configure(conf);
    return conf;
  }

  private static void setSizes(SparkConf conf, ClusterSettings settings) {
    String cores = Integer.toString(settings.coresPerExecutor());
    conf.setIfMissing("spark.executor.memory", mebibytes(settings.executorMemory()) + "m");
    conf.setIfMissing("spark.executor.cores", cores);
    conf.setIfMissing("spark.executor.memoryOverhead", mebibytes(settings.nativeMemory()) + "m");
    conf.setIfMissing("spark.executor.instances", Integer.toString(settings.executors().max()));
    if (settings.executors().isElastic() && conf.getBoolean(DYNAMIC, false)) {
      conf.setIfMissing(
          "spark.dynamicAllocation.minExecutors", Integer.toString(settings.executors().min()));
      conf.setIfMissing(
          "spark.dynamicAllocation.maxExecutors", Integer.toString(settings.executors().max()));
    }
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", cores);
    if (conf.get("spark.master").startsWith("k8s://")) {
      // CPU and memory are what is asked for and what is given: replicas wait for the slowest.
      conf.setIfMissing("spark.kubernetes.executor.limit.cores", cores);
    }
  }

  private static void setEnvironment(SparkConf conf, ClusterSettings settings) {
    settings
        .instructionSet()
        .environment()
        .forEach((name, value) -> conf.setIfMissing("spark.executorEnv." + name, value));
    // Java takes the encoding of file names from it.
    conf.setIfMissing("spark.executorEnv.LC_ALL", UTF8);
    String given = conf.get(EXECUTOR_OPTIONS, "");
    if (!given.contains(LOCALE)) {
      long memory = settings.nativeMemory().toBytes();
      conf.set(
          EXECUTOR_OPTIONS,
          "%s %s -Dorg.bytedeco.javacpp.maxbytes=%d -Dorg.bytedeco.javacpp.maxphysicalbytes=%d"
              .formatted(given, LOCALE, memory, memory + settings.executorMemory().toBytes())
              .strip());
    }
    // Executors on this machine share the runtime folder of the launcher.
    launched()
        .ifPresent(
            runtime -> conf.setIfMissing("spark.executor.extraClassPath", runtime + "/lib/*"));
  }

  /** The folder that the launcher started this process from. */
  private static Optional<Path> launched() {
    return Optional.ofNullable(System.getProperty("fission.runtime")).map(Path::of);
  }

  /** Whether the user said at which address Spark is reached. */
  private static boolean hasAddress(Map<String, String> environment) {
    return environment.containsKey("SPARK_LOCAL_IP")
        || environment.containsKey("SPARK_LOCAL_HOSTNAME");
  }

  /** Nobody else can reach a cluster of this machine, and all it writes is in the run's folder. */
  static void setThisMachine(SparkConf conf, Map<String, String> environment) {
    if (!hasAddress(environment)) {
      conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
      conf.setIfMissing("spark.driver.host", LOOPBACK);
      conf.setIfMissing("spark.executorEnv.SPARK_LOCAL_IP", LOOPBACK);
    }
    String folder = environment.get(RunFolder.VARIABLE);
    if (folder != null && !environment.containsKey("SPARK_LOCAL_DIRS")) {
      conf.setIfMissing("spark.local.dir", Path.of(folder, "local").toString());
    }
  }

  /**
   * Frames are large arrays, for which the JVM's usual collector marks all the time. Elsewhere
   * nobody knows which collector the hosts' environment names, and two end a JVM.
   */
  static void setCollector(SparkConf conf, Map<String, String> environment) {
    String options = conf.get(EXECUTOR_OPTIONS, "");
    boolean named =
        Stream.of(
                options,
                conf.get("spark.executor.defaultJavaOptions", ""),
                environment.getOrDefault("JAVA_TOOL_OPTIONS", ""),
                environment.getOrDefault("JDK_JAVA_OPTIONS", ""))
            .anyMatch(given -> given.contains("GC"));
    if (!named) {
      conf.set(EXECUTOR_OPTIONS, (options + " -XX:+UseParallelGC").strip());
    }
  }

  private static void setGpus(SparkConf conf, ClusterSettings settings) {
    String amount = Integer.toString(settings.gpusPerExecutor());
    conf.setIfMissing("spark.executor.resource.gpu.amount", amount);
    conf.setIfMissing("spark.task.resource.gpu.amount", amount);
    settings
        .gpuDiscovery()
        .or(Cluster::shippedDiscovery)
        .ifPresent(
            script -> conf.setIfMissing("spark.executor.resource.gpu.discoveryScript", script));
    // Kubernetes asks whose they are.
    conf.setIfMissing("spark.executor.resource.gpu.vendor", "nvidia.com");
  }

  /** In the product's image, the driver finds the script where executors do. */
  private static Optional<String> shippedDiscovery() {
    return Optional.of(Path.of("/opt/network-fission/submit/discover-gpus"))
        .filter(Files::isExecutable)
        .map(Path::toString);
  }

  private static boolean isThisMachine(String master) {
    return master.startsWith("local");
  }

  private static String onThisMachine(ClusterSettings settings) {
    return "local-cluster[%d,%d,%d]"
        .formatted(
            settings.executors().max(),
            settings.coresPerExecutor(),
            mebibytes(settings.executorMemory()));
  }

  static long mebibytes(ConfigMemorySize size) {
    return size.toBytes() / MEBIBYTE;
  }

  /** As one would write it. */
  static String text(ConfigMemorySize size) {
    return mebibytes(size) + "MiB";
  }
}
