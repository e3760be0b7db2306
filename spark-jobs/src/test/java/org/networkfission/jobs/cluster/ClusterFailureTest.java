package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.prep.settings.ConfigException;

/** What Spark, YARN and JavaCPP really said when these clusters could not do what was asked. */
class ClusterFailureTest {
  private static final ClusterSettings SETTINGS =
      ResolvedConfig.load(
              List.of(),
              List.of(
                  "cluster.executor-memory=4GiB",
                  "cluster.native-memory=12GiB",
                  "cluster.gpus-per-executor=1"))
          .settings()
          .cluster();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Required executor memory (4096 MB), offHeap memory (0) MB, overhead (12288 MB), and"
            + " PySpark memory (0 MB) is above the max threshold (8192 MB) of this cluster! |"
            + " cluster.executor-memory + cluster.native-memory = 16384 MiB: must be at most 8192"
            + " MiB",
        "Required AM memory (10240+2048 MB) is above the max threshold (8192 MB) of this cluster! |"
            + " cluster.driver-native-memory",
        "Cannot allocate new FloatPointer(1000000): totalBytes = 3G, physicalBytes = 5G | "
            + "cluster.native-memory = 12288MiB: tensors need more",
        "Physical memory usage is too high: physicalBytes (4G) > maxPhysicalBytes (4G) | "
            + "cluster.native-memory = 12288MiB: tensors need more",
        "Container killed by YARN for exceeding physical memory limits. 3.1 GB of 3 GB physical"
            + " memory used. Consider boosting spark.executor.memoryOverhead. |"
            + " cluster.native-memory = 12288MiB: an executor took more memory",
        "The executor with id 2 exited with exit code 137(SIGKILL, possible container OOM). | "
            + "cluster.native-memory = 12288MiB: an executor took more memory",
        "Container killed: 5.1 GB of 4.2 GB virtual memory used. Killing container. | "
            + "yarn.nodemanager.vmem-check-enabled",
        "java.lang.OutOfMemoryError: Java heap space | cluster.executor-memory = 4096MiB",
        "User is expecting to use resource: gpu, but didn't specify a discovery script! | "
            + "cluster.gpu-discovery is missing",
        "token (token for trainer: HDFS_DELEGATION_TOKEN owner=trainer@EXAMPLE.COM, renewer=,"
            + " realUser=, issueDate=1, maxDate=2, sequenceNumber=3, masterKeyId=2) can't be found in"
            + " cache | cluster.spark.kerberos.keytab is missing: the job outlived",
        "token (token for trainer: HDFS_DELEGATION_TOKEN owner=trainer) is expired, current time: 1"
            + " expected renewal time: 0 | cluster.spark.kerberos.keytab is missing",
        "DestHost:destPort nn:8020 , LocalHost:localPort node/10.0.0.1:0. Failed on local exception:"
            + " java.io.IOException: org.apache.hadoop.security.AccessControlException: Client cannot"
            + " authenticate via:[TOKEN, KERBEROS] | call kinit, or give cluster.spark.kerberos",
        "Cannot call methods on a stopped SparkContext. | the cluster ended the application",
        "Could not parse Master URL: 'yarn' | cluster.master = yarn: Spark's part for it"
      })
  void becomesOneSentenceWithTheKey(String said, String sentence) {
    ConfigException told =
        ClusterFailure.explain(new IllegalStateException(new Error(said)), SETTINGS).orElseThrow();

    assertThat(told).hasMessageContaining(sentence);
    assertThat(told.getMessage()).doesNotContain("\n");
  }

  @Test
  void theCauseWinsOverWhatFollowedFromIt() {
    ConfigException told =
        ClusterFailure.explain(
                List.of(
                    "Cannot call methods on a stopped SparkContext",
                    "Could not recover from a failed barrier ResultStage",
                    "ExecutorLostFailure: Container killed by YARN for exceeding physical memory"
                        + " limits"),
                SETTINGS)
            .orElseThrow();

    assertThat(told).hasMessageContaining("cluster.native-memory");
  }

  @Test
  void otherFailuresAreNotTheClusters() {
    assertThat(ClusterFailure.explain(new IllegalStateException("something"), SETTINGS)).isEmpty();
  }

  @Test
  void anUnforeseenFailureIsToldInWords() {
    assertThat(
            Reason.of(
                new IllegalStateException(
                    "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most"
                        + " recent failure: Lost task 0.3 in stage 1.0 (TID 4) (host executor 1):"
                        + " java.io.IOException: Cannot read x: it is gone\n"
                        + "\tat a.b.C.d(C.java:1)\n\nDriver stacktrace:")))
        .isEqualTo("Cannot read x: it is gone");
    assertThat(Reason.of(new NullPointerException()))
        .isEqualTo("Cannot go on: an internal error, null pointer");
    assertThat(Reason.of(new IllegalStateException("", new java.io.IOException("disk full"))))
        .isEqualTo("Cannot go on: disk full");
  }
}
