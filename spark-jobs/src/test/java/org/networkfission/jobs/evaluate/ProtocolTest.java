package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.evaluate.EvaluateSettings.Augment;
import org.networkfission.jobs.evaluate.EvaluateSettings.Size;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.InvalidSettings;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardReader;

/** The job under other protocols than the default. */
class ProtocolTest {
  private static final int FRAMES = 5;
  private static final Augment VIEWS = new Augment(true, List.of(1.0, 1.5));

  @TempDir static Path shared;
  private static Path data;
  private static Path checkpoint;

  @TempDir Path folder;

  /** Frames of 64 x 48, and a network that sees 48 x 32. */
  @BeforeAll
  static void write() throws IOException {
    data = EvaluationInput.named(shared.resolve("data"), "nyudv2", FRAMES);
    checkpoint =
        EvaluationInput.checkpoint(
            shared.resolve("run"),
            "nyu13",
            11,
            48,
            32,
            List.of(Task.LABELS, Task.NORMALS, Task.DEPTH));
  }

  private static Report evaluate(EvaluateSettings settings) throws IOException {
    return new EvaluateJob(
            settings,
            TestCluster.local(),
            JsonNodeFactory.instance.objectNode(),
            new PrintWriter(new StringWriter()))
        .execute()
        .report();
  }

  private EvaluateSettings settings(String name, int batchSize) {
    return EvaluationInput.settings(checkpoint, data, folder.resolve(name), batchSize, 0.01);
  }

  @Test
  void figuresDoNotDependOnHowFramesAreGrouped() throws IOException {
    for (String window : new String[] {null, "40x30"}) {
      String name = "with-" + window;
      evaluate(EvaluationInput.with(settings(name + 1, 1), Size.TRUTH, Crop.EIGEN, window, VIEWS));
      evaluate(EvaluationInput.with(settings(name + 4, 4), Size.TRUTH, Crop.EIGEN, window, VIEWS));

      assertThat(folder.resolve(name + 1 + "/metrics.json"))
          .hasSameBinaryContentAs(folder.resolve(name + 4 + "/metrics.json"));
    }
  }

  @Test
  void atTheTruthsSizeEveryPixelOfTheDataIsJudged() throws IOException {
    Report own =
        evaluate(
            EvaluationInput.with(settings("own", 4), Size.TRUTH, Crop.EIGEN, null, Augment.NONE));
    Report network = evaluate(settings("network", 4));

    long labels = 0;
    long inside = 0;
    org.apache.hadoop.fs.Path shard =
        new org.apache.hadoop.fs.Path(data.resolve("val/part-00000.parquet").toUri());
    try (ShardReader reader = new ShardReader(shard, new Configuration())) {
      for (int group = 0; group < reader.rowGroups().size(); group++) {
        for (var rows = reader.readRowGroup(group); rows.hasNext(); ) {
          Example row = rows.next();
          labels += nonZero(ExampleCodec.decode(row).labels().ids());
          inside += measured(ExampleCodec.decode(row).depth());
        }
      }
    } catch (org.networkfission.prep.frame.FrameException e) {
      throw new IOException(e);
    }
    assertThat(own.tasks().get("labels").pixels()).isEqualTo(labels);
    assertThat(own.tasks().get("depth").pixels()).isEqualTo(inside);
    assertThat(own.protocol()).isEqualTo(new Report.Protocol("truth", "eigen", null, null, null));
    assertThat(folder.resolve("own/report.md"))
        .content()
        .contains("judged at the size of the data's frames; depth in the part of NYUDv2's frames");
    assertThat(network.tasks().get("labels").pixels()).isLessThan(FRAMES * 48 * 32 + 1);
    assertThat(network.protocol()).isNull();
    assertThat(Files.readString(folder.resolve("network/metrics.json"))).doesNotContain("protocol");
  }

  private static long nonZero(short[] ids) {
    long count = 0;
    for (short id : ids) {
      count += id == 0 ? 0 : 1;
    }
    return count;
  }

  /** 64 x 48 pixels: a tenth of Eigen's rows and columns, rounded. */
  private static long measured(DepthMap depth) {
    long count = 0;
    for (int y = 5; y < 47; y++) {
      for (int x = 4; x < 60; x++) {
        count += depth.millimetres()[64 * y + x] > 0 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() throws IOException {
    Path scenenet = EvaluationInput.dataset(shared.resolve("scenenet"), 2);
    Path labels =
        EvaluationInput.checkpoint(
            shared.resolve("labels"), "nyu13", 1, 48, 32, List.of(Task.LABELS));
    Path disparity =
        EvaluationInput.checkpoint(
            shared.resolve("disparity"), "nyu13", 1, 48, 32, List.of(Task.LABELS, Task.DISPARITY));

    refused(
        EvaluationInput.settings(checkpoint, scenenet, folder.resolve("a")),
        Crop.EIGEN,
        null,
        Augment.NONE,
        "evaluate.crop = eigen: must be none: it is a part of NYUDv2's frames, the data are scenenet");
    refused(
        EvaluationInput.settings(labels, data, folder.resolve("b")),
        Crop.EIGEN,
        null,
        Augment.NONE,
        "evaluate.crop = eigen: must be none: it is of depth, and the network predicts none");
    refused(
        EvaluationInput.settings(disparity, data, folder.resolve("c")),
        Crop.NONE,
        "32x32",
        VIEWS,
        "evaluate.augment.scales = [1.0, 1.5]: must be [1]: the network predicts disparity",
        "evaluate.window = 32x32: must be null: the network predicts disparity");
    assertThatThrownBy(
            () ->
                EvaluationInput.with(
                    settings("d", 4), Size.NETWORK, Crop.NONE, "32x32", Augment.NONE))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("truth where evaluate.window is set");
    assertThatThrownBy(() -> new Augment(true, List.of(1.0, 1.0)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("0.25 to 4, each once");
  }

  private static void refused(
      EvaluateSettings settings, Crop crop, String window, Augment views, String... messages) {
    assertThatThrownBy(
            () -> evaluate(EvaluationInput.with(settings, Size.TRUTH, crop, window, views)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(messages);
  }
}
