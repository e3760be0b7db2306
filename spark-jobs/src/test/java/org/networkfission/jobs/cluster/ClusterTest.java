package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
}
