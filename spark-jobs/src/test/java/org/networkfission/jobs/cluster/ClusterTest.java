package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.prep.settings.ConfigException;

class ClusterTest {
  private static SparkConf conf(String... assignments) {
    return Cluster.configuration(
        ResolvedConfig.load(List.of(), List.of(assignments)).settings().cluster(), "test");
  }

  @Test
  void asksSparkForAGpuForEachExecutorAndItsTask() {
    SparkConf conf =
        conf("cluster.gpus-per-executor=1", "cluster.gpu-discovery=/opt/discover-gpus");

    assertThat(conf.get("spark.executor.resource.gpu.amount")).isEqualTo("1");
    assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("1");
    assertThat(conf.get("spark.executor.resource.gpu.discoveryScript"))
        .isEqualTo("/opt/discover-gpus");
    assertThat(conf.get("spark.executor.resource.gpu.vendor")).isEqualTo("nvidia.com");
    assertThat(conf().contains("spark.executor.resource.gpu.amount")).isFalse();
    assertThatThrownBy(() -> conf("cluster.gpus-per-executor=2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cluster.gpus-per-executor = 2: must be 0 or 1");
  }

  @Test
  void takesNoMoreOfAStandaloneClusterThanItNeeds() {
    assertThat(
            conf(
                    "cluster.master=spark://host:7077",
                    "cluster.executors=3",
                    "cluster.cores-per-executor=4")
                .get("spark.cores.max"))
        .isEqualTo("12");
    assertThat(conf("cluster.master=yarn").contains("spark.cores.max")).isFalse();
  }

  @Test
  void aRangeOfExecutorsAsksForTheMost() {
    String[] settings = {
      "cluster.master=yarn",
      "cluster.executors={ min = 2, max = 6 }",
      "cluster.spark.dynamicAllocation.enabled=true"
    };
    SparkConf jobs = conf(settings);
    SparkConf replicas =
        Cluster.ofReplicas(
            ResolvedConfig.load(List.of(), List.of(settings)).settings().cluster(), "test");

    assertThat(jobs.get("spark.executor.instances")).isEqualTo("6");
    assertThat(jobs.get("spark.dynamicAllocation.enabled")).isEqualTo("true");
    assertThat(jobs.get("spark.dynamicAllocation.minExecutors")).isEqualTo("2");
    assertThat(jobs.get("spark.dynamicAllocation.maxExecutors")).isEqualTo("6");
    // Spark refuses barrier stages with it.
    assertThat(replicas.get("spark.dynamicAllocation.enabled")).isEqualTo("false");
    assertThat(replicas.get("spark.executor.instances")).isEqualTo("6");
    assertThat(conf("cluster.master=spark://host:7077", "cluster.executors={ min = 2, max = 6 }"))
        .extracting(conf -> conf.get("spark.cores.max"))
        .isEqualTo("6");
  }

  @Test
  void onlyAClusterOfThisMachineIsBoundToLoopback() {
    SparkConf here = conf();
    Cluster.setThisMachine(here, Map.of("FISSION_WORK", "/of/a/run"));
    SparkConf elsewhere = conf("cluster.master=spark://host:7077");

    assertThat(here.get("spark.driver.bindAddress")).isEqualTo("127.0.0.1");
    assertThat(here.get("spark.driver.host")).isEqualTo("127.0.0.1");
    assertThat(here.get("spark.executorEnv.SPARK_LOCAL_IP")).isEqualTo("127.0.0.1");
    assertThat(here.get("spark.local.dir")).isEqualTo("/of/a/run/local");
    assertThat(elsewhere.contains("spark.driver.bindAddress")).isFalse();
    assertThat(elsewhere.contains("spark.driver.host")).isFalse();
    assertThat(elsewhere.contains("spark.executorEnv.SPARK_LOCAL_IP")).isFalse();
    assertThat(elsewhere.contains("spark.local.dir")).isFalse();
  }

  @Test
  void aUsersOwnAddressStays() {
    SparkConf conf = conf();
    Cluster.setThisMachine(conf, Map.of("SPARK_LOCAL_IP", "10.0.0.1", "SPARK_LOCAL_DIRS", "/s"));

    assertThat(conf.contains("spark.driver.host")).isFalse();
    assertThat(conf.contains("spark.local.dir")).isFalse();
  }

  @Test
  void executorsOfThisMachineCollectInParallelUnlessACollectorIsNamed() {
    SparkConf conf = conf();
    Cluster.setCollector(conf, Map.of());
    SparkConf named = conf("cluster.spark.executor.extraJavaOptions=-XX:+UseZGC");
    Cluster.setCollector(named, Map.of());
    SparkConf ofTheMachine = conf();
    Cluster.setCollector(ofTheMachine, Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC"));
    String options = "spark.executor.extraJavaOptions";

    assertThat(conf.get(options)).endsWith(" -XX:+UseParallelGC");
    assertThat(named.get(options)).contains("ZGC").doesNotContain("ParallelGC");
    assertThat(ofTheMachine.get(options)).doesNotContain("GC");
  }

  @Test
  void noProcessDependsOnTheLocale() {
    assertThat(conf().get("spark.executor.extraJavaOptions"))
        .contains("-Duser.language=en")
        .contains("-Dorg.bytedeco.javacpp.maxbytes=6442450944");
    assertThat(conf().get("spark.executorEnv.LC_ALL")).isEqualTo("C.UTF-8");
    assertThat(
            conf("cluster.spark.executor.extraJavaOptions=-Da=b")
                .get("spark.executor.extraJavaOptions"))
        .startsWith("-Da=b -Duser.language=en");
  }

  @Test
  void aPodMayUseTheCoresThatAnExecutorIsGiven() {
    SparkConf conf = conf("cluster.master=k8s://https://api:6443", "cluster.cores-per-executor=8");

    assertThat(conf.get("spark.kubernetes.executor.limit.cores")).isEqualTo("8");
  }

  @Test
  void aMasterThatDoesNotAnswerIsNamed() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
      ClusterChecks.requireMaster("spark://127.0.0.1:1,127.0.0.1:" + closed);
    }

    assertThatThrownBy(() -> ClusterChecks.requireMaster("spark://127.0.0.1:" + closed))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cluster.master = spark://127.0.0.1:" + closed)
        .hasMessageContaining("no master answers at spark://127.0.0.1:" + closed);
    assertThatThrownBy(() -> ClusterChecks.requireMaster("spark://no-such-host.invalid:7077"))
        .hasMessageContaining("no host no-such-host.invalid");
    assertThatThrownBy(() -> ClusterChecks.requireMaster("spark://host"))
        .hasMessageContaining("must be spark://host:port");
    ClusterChecks.requireMaster("yarn");
  }

  @Test
  void heapsThatTheHostDoesNotHaveAreRefused() {
    ClusterSettings settings =
        ResolvedConfig.load(
                List.of(), List.of("cluster.executor-memory=3GiB", "cluster.executors=3"))
            .settings()
            .cluster();

    ClusterChecks.requireMemory(settings, 9L << 30);
    assertThatThrownBy(() -> ClusterChecks.requireMemory(settings, 8L << 30))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "cluster.executor-memory = 3072MiB for 3 executors: must be at most 8192 MiB in all");
  }

  @Test
  void aJobWithoutTensorsAsksForLess() {
    ClusterSettings settings =
        ResolvedConfig.load(List.of(), List.of("cluster.native-memory=12GiB")).settings().cluster();

    assertThat(settings.withoutTensors().nativeMemory().toBytes()).isEqualTo(1L << 30);
    assertThat(settings.withoutTensors().executorMemory()).isEqualTo(settings.executorMemory());
  }
}
