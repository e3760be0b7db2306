package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.prep.settings.Json;

/** A study as a user runs it: killed in the middle of a row, given again. */
class StudyIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path HOME = RUNTIME.resolve("../../..").normalize();
  private static final ObjectMapper JSON = Json.MAPPER;

  @TempDir Path folder;

  @Test
  void goesOnWhereItWasKilled() throws Exception {
    Path file = folder.resolve("three.conf");
    Files.writeString(
        file,
        """
        include classpath("conf/studies/base/scenenet.conf")
        network { scheme = mid, tasks = [labels, normals] }
        study {
          title = "Three rows"
          columns = [normals/below-30, labels/mean-iou]
          rows = [
            { id = third, initialise = second, set { losses.normals.weight = 2 }, paper = [50, null] }
            { id = second, initialise = first, paper = [40, 20] }
            { id = first, set { network { scheme = single, tasks = [normals] } }, paper = [30, null] }
          ]
          findings.better = [
            { says = "x", metric = normals/below-30, better = third, than = second }
          ]
        }
        """);
    Process killed = start(file);
    String told = readUntil(killed, "[three/second/seed-1] step 10/");
    kill(killed);

    Path first = folder.resolve("out/three/first/seed-1");
    Path second = folder.resolve("out/three/second/seed-1");
    assertThat(told).contains("3 trainings to run");
    assertThat(first.resolve("report/metrics.json")).exists();
    assertThat(second.resolve("report")).doesNotExist();
    assertThat(second.resolve("run/checkpoints")).isNotEmptyDirectory();
    Map<String, String> before = contents(first);
    // What a row that was stopped as it began left behind in earlier versions.
    Path begun = Files.createDirectories(folder.resolve("out/three/third/seed-1"));
    Files.write(begun.resolve("row.json"), new byte[0]);

    Process again = start(file);
    String toldAgain = readUntil(again, "never");

    assertThat(again.waitFor()).as(toldAgain).isZero();
    assertThat(toldAgain)
        .contains("2 trainings to run")
        .containsPattern("second/seed-1\\] .*from step (5|10|15|20|25|30|35)\\b")
        .doesNotContain("[three/first/seed-1]");
    assertThat(contents(first)).isEqualTo(before);
    assertTable(file);
  }

  private void assertTable(Path file) throws Exception {
    JsonNode table = JSON.readTree(folder.resolve("out/three/study.json").toFile());
    assertThat(table.get("rows")).hasSize(3);
    for (JsonNode row : table.get("rows")) {
      Path report = folder.resolve("out/" + row.get("key").asText() + "/seed-1/report");
      double normals =
          JSON.readTree(report.resolve("metrics.json").toFile())
              .at("/tasks/normals/metrics/below-30/pooled")
              .asDouble();
      JsonNode cell = row.at("/cells/0");
      assertThat(cell.get("ours").asDouble()).isEqualTo(100 * normals);
      assertThat(cell.get("difference").asDouble())
          .isEqualTo(100 * normals - cell.get("paper").asDouble());
      assertThat(row.get("coreHours").asDouble()).isPositive();
      assertThat(row.at("/seeds/0/report").asText())
          .isEqualTo(row.get("id").asText() + "/seed-1/report/report.html");
    }
    assertThat(table.at("/rows/0/begins").asText()).isEqualTo("three/second");
    assertThat(folder.resolve("out/three/study.md")).content().contains("3 of 3 rows are finished");
    assertThat(folder.resolve("out/three/study.html")).content().contains("<path d=\"M");

    Process other = start(file, "train.steps=41");
    assertThat(readUntil(other, "never"))
        .contains("row three/first/seed-1 was begun with other settings")
        .contains("train.steps = 41 (40)");
    assertThat(other.waitFor()).isEqualTo(2);
  }

  private Process start(Path file, String... more) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    HOME.resolve("submit/fission").toString(),
                    "study",
                    file.toString(),
                    "--conf",
                    HOME.resolve("conf/studies/smoke.conf").toString(),
                    "study.output=file:" + folder.resolve("out"),
                    "train.steps=40",
                    "train.learning-rate.decay-steps=40"),
                Stream.of(more))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    TestCluster.launch(builder);
    return builder.start();
  }

  /** What a process says up to a word, or to its end. */
  private static String readUntil(Process process, String word) throws IOException {
    BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder told = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      told.append(line).append('\n');
      if (line.contains(word)) {
        break;
      }
    }
    return told.toString();
  }

  /** With its executors, as when the machine fails. */
  private static void kill(Process process) throws InterruptedException {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
  }

  /** Time and length of every file. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        contents.put(
            file.toString(),
            Files.getLastModifiedTime(file) + " " + java.util.Arrays.hashCode(bytes));
      }
    }
    return contents;
  }
}
