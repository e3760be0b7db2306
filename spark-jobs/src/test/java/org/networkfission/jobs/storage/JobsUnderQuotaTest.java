package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.cluster.TestHdfs;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;

/**
 * A folder of a real HDFS whose quota is used up while a job writes: the job's last line says so,
 * whichever writer it was.
 */
class JobsUnderQuotaTest {
  @TempDir static Path disk;
  private static TestHdfs hdfs;
  private static Path raw;

  @BeforeAll
  static void start() throws Exception {
    hdfs = TestHdfs.start(disk.resolve("hdfs"));
    raw = disk.resolve("raw");
    new SceneNetSample(new SampleSettings(2, 3, 1, 1, 2, 64, 48, 90))
        .write(new org.apache.hadoop.fs.Path(raw.toUri()), new Configuration(), 2, (i, n) -> {});
    TinyDataset.write(disk.resolve("tiny"), 11);
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  /** Uses up a folder's quota as soon as the job has said something. */
  private static final class FillWriter extends FilterWriter {
    private final StringWriter told;
    private final String said;
    private final org.apache.hadoop.fs.Path folder;
    private boolean full;

    FillWriter(StringWriter told, String said, org.apache.hadoop.fs.Path folder) {
      super(told);
      this.told = told;
      this.said = said;
      this.folder = folder;
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      super.write(text, from, length);
      if (!full && told.toString().contains(said)) {
        full = true;
        hdfs.files().mkdirs(folder);
        hdfs.files()
            .setQuota(
                folder,
                HdfsConstants.QUOTA_DONT_SET,
                hdfs.files().getContentSummary(folder).getSpaceConsumed() + 1);
      }
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
      write(new String(text), from, length);
    }

    @Override
    public void write(int c) throws IOException {
      write(Character.toString(c), 0, 1);
    }
  }

  /** The last line of a job during which a folder becomes full. */
  private static String lastLine(String said, String full, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("cluster.master=local[2]");
    all.add("cluster.spark.hadoop.dfs.blocksize=65536");
    StringWriter told = new StringWriter();
    PrintWriter out = new PrintWriter(new FillWriter(told, said, hdfs.path(full)), true);
    int code = Fission.run(out, out, all.toArray(String[]::new));
    assertThat(code).as(told.toString()).isEqualTo(Fission.FAILED);
    List<String> lines = told.toString().lines().toList();
    return lines.get(lines.size() - 1);
  }

  @Test
  void prepareSaysSoOfItsRows() {
    assertThat(
            lastLine(
                "are free",
                "/rooms",
                "prepare",
                "prepare.input=" + raw.toUri(),
                "prepare.output=" + hdfs.path("/rooms")))
        .startsWith("fission: Cannot ")
        .contains("quota of /rooms is exceeded");
  }

  @Test
  void predictSaysSoOfItsTables() throws IOException {
    Path run = EvaluationInput.checkpoint(disk.resolve("run"), "nyu13");
    hdfs.files().mkdirs(hdfs.path("/few"));
    // Room for two blocks: for a claim and for records, but not for a table.
    hdfs.files().setQuota(hdfs.path("/few"), HdfsConstants.QUOTA_DONT_SET, 128 << 10);
    assertThat(
            lastLine(
                "nothing",
                "/few",
                "predict",
                "predict.format=parquet",
                "predict.checkpoint=" + run.toUri(),
                "predict.input=" + raw.toUri(),
                "predict.output=" + hdfs.path("/few/predictions")))
        .startsWith("fission: Cannot ")
        .contains("quota of /few is exceeded");
  }

  @Test
  void trainSaysSoOfItsCheckpoints() {
    assertThat(train("/trained", "/trained/checkpoints"))
        .startsWith("fission: Cannot write the checkpoint of step ")
        .contains("quota of /trained/checkpoints is exceeded");
  }

  @Test
  void trainSaysSoOfItsLog() {
    assertThat(train("/logged", "/logged/log"))
        .startsWith("fission: Cannot write the log")
        .contains("quota of /logged/log is exceeded");
  }

  private static String train(String output, String full) {
    return lastLine(
        "step 3/",
        full,
        "train",
        "train.dataset=" + disk.resolve("tiny").toUri(),
        "train.output=" + hdfs.path(output),
        "train.batch-size=2",
        "train.steps=8",
        "train.log-every=1",
        "train.checkpoint.every=2",
        "network.width=32",
        "network.height=32",
        "network.width-multiplier=0.05");
  }
}
