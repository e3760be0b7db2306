package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestHdfs;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.train.checkpoint.Checkpoint;

/** An HDFS that refuses a checkpoint: the run says so and keeps its last good one. */
class UnwritableCheckpointTest {
  @TempDir static Path disk;
  private static TestHdfs hdfs;

  @BeforeAll
  static void start() throws Exception {
    hdfs = TestHdfs.start(disk.resolve("hdfs"));
    TinyDataset.write(disk.resolve("tiny"), 11);
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  /** What happens to the file system. */
  private interface Mishap {
    void happen() throws IOException;
  }

  private static org.apache.hadoop.fs.Path output(String name) {
    return hdfs.path("/" + name);
  }

  private static TrainJob job(String name, PrintWriter out) {
    ResolvedConfig configuration =
        ResolvedConfig.load(
            List.of(),
            List.of(
                "train.dataset=" + disk.resolve("tiny").toUri(),
                "train.output=" + output(name),
                "train.batch-size=2",
                "train.steps=8",
                "train.log-every=1",
                "train.checkpoint.every=2",
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05",
                // HDFS's client asks a name node that has no data node less often than for 25 s,
                // and
                // for a block of it after a tenth of a second, not after 3 to 9.
                "cluster.spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries=1",
                "cluster.spark.hadoop.dfs.client.retry.window.base=100",
                "cluster.master=local[2]"));
    return new TrainJob(
        configuration.settings().train(),
        configuration.settings().network(),
        configuration.settings().losses(),
        configuration.settings().cluster(),
        configuration.json(),
        out);
  }

  /** Trains, and lets something happen after the checkpoint of step 2. */
  private static void runInto(String name, Mishap mishap) throws Exception {
    PrintWriter out =
        new PrintWriter(new StringWriter(), true) {
          @Override
          public void println(String line) {
            if (line.startsWith("step 3/")) {
              try {
                mishap.happen();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    job(name, out).execute();
  }

  /** The last checkpoint, once its parts have all been read. */
  private static long lastGood(String name) throws IOException {
    Checkpoint checkpoint = Checkpoint.latest(output(name), hdfs.configuration()).orElseThrow();
    checkpoint.network(hdfs.configuration()).close();
    checkpoint.slice(0, checkpoint.state().parameters(), hdfs.configuration());
    return checkpoint.state().step();
  }

  @Test
  void theQuotaIsUsedUp() throws Exception {
    assertThatThrownBy(
            () ->
                runInto(
                    "quota",
                    () ->
                        hdfs.files()
                            .setQuota(
                                output("quota"),
                                HdfsConstants.QUOTA_DONT_SET,
                                hdfs.files().getContentSummary(output("quota")).getSpaceConsumed()
                                    + 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "Cannot write the checkpoint of step [46]: (?s).*quota.*; last good checkpoint:"
                + " hdfs://\\S+/quota/checkpoints/0000000[24]");

    assertThat(lastGood("quota")).isIn(2L, 4L);
    hdfs.files().setQuota(output("quota"), HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
    Checkpoint last =
        job("quota", new PrintWriter(new StringWriter(), true)).execute().checkpoint();
    assertThat(last.state().step()).isEqualTo(8);
  }

  @Test
  void theDataNodeDies() throws Exception {
    List<MiniDFSCluster.DataNodeProperties> stopped = new ArrayList<>();
    assertThatThrownBy(() -> runInto("dead", () -> stopped.add(hdfs.nodes().stopDataNode(0))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Cannot write the checkpoint of step ")
        .hasMessageMatching(
            "(?s).*; last good checkpoint: hdfs://\\S+/dead/checkpoints/0000000[24]");

    hdfs.nodes().restartDataNode(stopped.get(0), true);
    hdfs.nodes().waitActive();
    assertThat(lastGood("dead")).isIn(2L, 4L);
  }
}
