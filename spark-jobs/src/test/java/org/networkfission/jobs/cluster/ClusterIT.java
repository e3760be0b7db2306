package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.shard.Manifest;

/** Executors are processes of their own, with the product's classes and the right threads. */
class ClusterIT {
  @Test
  void startsTheExecutorsAsProcesses() {
    try (ClusterSession session = Cluster.start(TestCluster.of(2), "test", "executors")) {
      List<String> seen =
          new JavaSparkContext(session.spark().sparkContext())
              .parallelize(List.of(0, 1, 2, 3), 4)
              .map(
                  i -> {
                    Thread.sleep(500); // so that both executors get some of them
                    Class.forName(Manifest.class.getName());
                    return "%s threads, pid %d"
                        .formatted(System.getenv("OMP_NUM_THREADS"), ProcessHandle.current().pid());
                  })
              .collect();

      assertThat(seen).allMatch(line -> line.startsWith("1 threads"));
      assertThat(new HashSet<>(seen)).as("processes").hasSize(2);
      assertThat(seen).noneMatch(line -> line.endsWith(" " + ProcessHandle.current().pid()));
    }
  }
}
