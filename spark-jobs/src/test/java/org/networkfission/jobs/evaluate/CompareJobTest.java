package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;

/** Comparing checkpoints and reports, by the command line. */
class CompareJobTest {
  private static final int FRAMES = 6;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int evaluate(String... arguments) {
    List<String> all =
        Stream.concat(
                Stream.of("evaluate"),
                Stream.concat(
                    Stream.of(arguments),
                    Stream.of(
                        "cluster.master=local[2]",
                        "cluster.executors=1",
                        "evaluate.replicates=40",
                        "evaluate.untrained=false")))
            .toList();
    return Fission.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private String at(String name) {
    return "file:" + folder.resolve(name);
  }

  @Test
  void comparesCheckpointsAndReports() throws IOException {
    EvaluationInput.dataset(folder.resolve("data"), FRAMES);
    EvaluationInput.checkpoint(folder.resolve("one"), "nyu13", 11);
    EvaluationInput.checkpoint(folder.resolve("two"), "nyu13", 12);
    String data = "--data=" + at("data");
    assertThat(evaluate("--checkpoint=" + at("one"), data, "--output=" + at("report")))
        .as(err.toString())
        .isZero();

    assertThat(evaluate("--compare", at("one"), at("two"), data, "--output=" + at("a")))
        .as(err.toString())
        .isZero();
    assertThat(evaluate("--output=" + at("b"), data, "--compare", at("report"), at("two")))
        .as(err.toString())
        .isZero();

    JsonNode a = Json.MAPPER.readTree(folder.resolve("a/compare.json").toFile());
    JsonNode b = Json.MAPPER.readTree(folder.resolve("b/compare.json").toFile());
    assertThat(a.at("/networks/0/name").asText()).isEqualTo("one");
    assertThat(b.at("/networks/0/name").asText()).isEqualTo("report");
    assertThat(a.at("/tasks/labels/mean-iou/pooled/one"))
        .isEqualTo(b.at("/tasks/labels/mean-iou/pooled/report"));
    JsonNode difference = a.at("/tasks/labels/mean-iou/differences/0");
    assertThat(difference.get("of").asText()).isEqualTo("two");
    assertThat(difference.get("from").asText()).isEqualTo("one");
    // Whether a report was read or made anew: the same replicates.
    assertThat(b.at("/tasks/labels/mean-iou/differences/0/interval"))
        .isEqualTo(difference.get("interval"));
    assertThat(difference.get("interval")).hasSize(2);
    assertThat(difference.get("interval").get(0).asDouble())
        .isLessThan(difference.get("interval").get(1).asDouble());
    assertThat(folder.resolve("a/reports/two/report.html")).exists();
    assertThat(folder.resolve("b/reports/report")).doesNotExist();
    assertThat(folder.resolve("b/compare.html")).content().contains("IoU by class");
    assertThat(folder.resolve("b/compare.md")).content().contains("| mIoU |");
    assertThat(out.toString()).contains("mIoU", "comparison in " + at("b/compare.html"));
    assertIsSameAsItself(b);
  }

  /** A network differs from itself by nothing, in every replicate. */
  private void assertIsSameAsItself(JsonNode before) throws IOException {
    Files.move(folder.resolve("report"), folder.resolve("report2"));
    Files.createDirectory(folder.resolve("copy"));
    for (String file : List.of("metrics.json", "replicates.json", "_SUCCESS")) {
      Files.copy(folder.resolve("report2").resolve(file), folder.resolve("copy").resolve(file));
    }

    assertThat(evaluate("--output=" + at("c"), "--compare", at("report2"), at("copy")))
        .as(err.toString())
        .isZero();

    JsonNode same = Json.MAPPER.readTree(folder.resolve("c/compare.json").toFile());
    for (JsonNode metrics : same.get("tasks")) {
      for (JsonNode metric : metrics) {
        assertThat(metric.at("/differences/0/value").asDouble()).isZero();
        assertThat(metric.at("/differences/0/interval/0").asDouble()).isZero();
        assertThat(metric.at("/differences/0/interval/1").asDouble()).isZero();
      }
    }
    assertThat(before.at("/tasks/labels/mean-iou/differences/0/value").asDouble()).isNotZero();
  }

  @Test
  void namesAreAsShortAsTheyCanBe() {
    assertThat(CompareJob.names(List.of("hdfs://nn/a/report", "/b/report", "c")))
        .containsExactly("a-report", "b-report", "c");
    assertThatThrownBy(() -> CompareJob.names(List.of("/a/b", "/a/b")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a path stands twice");
  }

  @Test
  void refusesWhatCannotBeCompared() throws IOException {
    assertThat(evaluate("--compare", at("one"), "--output=" + at("x"))).isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("give two or more, or one and evaluate.baselines");

    assertThat(evaluate("--compare", at("one"), at("two"), "--checkpoint=c"))
        .isEqualTo(Fission.USAGE);
    assertThat(err.toString())
        .containsPattern(
            "evaluate.checkpoint = file:/.*/c: must be absent where compare is given \\(command line");

    EvaluationInput.dataset(folder.resolve("data"), FRAMES);
    assertThat(
            evaluate(
                "--compare", at("one"), at("two"), "--data=" + at("data"), "--output=" + at("x")))
        .isEqualTo(Fission.INPUT);
    assertThat(err.toString()).contains("Cannot open checkpoint %s: no such".formatted(at("one")));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("data"));
    }
  }
}
