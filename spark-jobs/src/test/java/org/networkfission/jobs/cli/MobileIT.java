package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.report.Contender;
import org.networkfission.jobs.report.Report;

/**
 * A mobile network from sampled rooms to the phone's runtime by the commands that a user gives, on
 * two executors: it beats the best constants, and its file is as good as its checkpoint.
 */
@Tag("slow")
class MobileIT {
  @TempDir static Path folder;

  private static void fission(String command, String... assignments) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--conf", Path.of("..", "conf", "mobile-demo.conf").toString()));
    arguments.addAll(
        List.of(
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "network.width=64",
            "network.height=48"));
    arguments.addAll(Arrays.asList(assignments));
    StringWriter err = new StringWriter();
    int code =
        Fission.run(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    assertThat(code).as(err.toString()).isZero();
  }

  private static String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @Test
  void fromRoomsToThePhone() throws IOException {
    fission(
        "sample",
        "sample.output=" + at("raw"),
        "sample.rooms.width=64",
        "sample.rooms.height=48",
        "sample.rooms.train-trajectories=40",
        "sample.rooms.val-trajectories=6",
        "sample.rooms.views=4");
    fission(
        "prepare",
        "prepare.input=" + at("raw"),
        "prepare.output=" + at("rooms"),
        "prepare.row-group-size=256KiB");
    fission(
        "train",
        "train.dataset=" + at("rooms"),
        "train.output=" + at("run"),
        "train.steps=200",
        "train.learning-rate.decay-steps=200");
    fission("export", "export.checkpoint=" + at("run"), "export.output=" + at("half.tflite"));
    fission(
        "evaluate",
        "evaluate.checkpoint=" + at("run"),
        "evaluate.tflite=" + at("half.tflite"),
        "evaluate.data=" + at("rooms"),
        "evaluate.output=" + at("report"));

    Report report =
        Report.read(
            new org.apache.hadoop.fs.Path(folder.resolve("report").toUri()), new Configuration());
    assertThat(report.tasks()).containsOnlyKeys("labels", "normals", "disparity");
    Map<String, String> headlines =
        Map.of("labels", "mean-iou", "normals", "below-30", "disparity", "below-1.25");
    headlines.forEach(
        (task, metric) -> {
          Report.Figure figure = report.tasks().get(task).metrics().get(metric);
          assertThat(figure.pooled())
              .as("%s of %s", metric, task)
              .isGreaterThan(figure.of(Contender.CONSTANT));
          assertThat(figure.of(Contender.EXPORTED))
              .as("%s of %s in TensorFlow Lite", metric, task)
              .isCloseTo(figure.pooled(), within(0.005));
        });
    assertThat(report.exported().sameLabels()).isGreaterThan(0.97);
  }
}
