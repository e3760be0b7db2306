package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.cluster.TestProcessor;
import org.networkfission.jobs.cluster.ToldByTasks;
import org.networkfission.jobs.export.ExportJob;
import org.networkfission.jobs.export.ExportSettings;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.report.Contender;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.export.Precision;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;

/** The job in one process. */
class EvaluateJobTest {
  private static final int FRAMES = 7;

  @TempDir static Path shared;
  private static Path data;
  private static Path checkpoint;

  @TempDir Path folder;

  @BeforeAll
  static void write() throws IOException {
    data = EvaluationInput.dataset(shared.resolve("data"), FRAMES);
    checkpoint = EvaluationInput.checkpoint(shared.resolve("run"), "nyu13");
  }

  private static EvaluateJob job(EvaluateSettings settings) {
    return new EvaluateJob(
        settings,
        TestCluster.local(),
        JsonNodeFactory.instance.objectNode().put("a", 1),
        new PrintWriter(new StringWriter()));
  }

  @Test
  void writesTheWholeReport() throws IOException {
    Path output = folder.resolve("report");

    Report report;
    try (ToldByTasks tasks = new ToldByTasks()) {
      report = job(EvaluationInput.settings(checkpoint, data, output)).execute().report();
      assertThat(tasks.lines())
          .isNotEmpty()
          .allMatch(line -> line.matches("evaluated \\S+/data: [1-7] frames in .+ a second"));
    }

    assertThat(report.data().frames()).isEqualTo(FRAMES);
    assertThat(report.model().step()).isEqualTo(7);
    assertThat(report.tasks()).containsOnlyKeys("labels", "normals", "depth", "aligned-depth");
    for (Report.TaskReport task : report.tasks().values()) {
      assertThat(task.frames()).isEqualTo(FRAMES);
      assertThat(task.best()).hasSize(2);
      for (Report.Figure figure : task.metrics().values()) {
        assertThat(figure.pooled()).isFinite();
        assertThat(figure.of(Contender.UNTRAINED)).isNotNull();
        assertThat(figure.of(Contender.CONSTANT)).isNotNull();
        assertThat(figure.interval()).hasSize(2);
      }
    }
    // Only things of classes 1 to 4, floor and wall are there; the others are left out and named.
    assertThat(report.tasks().get("labels").classes())
        .filteredOn(c -> c.iou() != null)
        .extracting(Report.ClassFigure::id)
        .containsExactly(1, 2, 3, 4, 5, 12);
    assertThat(Report.read(new org.apache.hadoop.fs.Path(output.toUri()), new Configuration()))
        .isEqualTo(report);
    assertThat(output.resolve("report.md")).content().contains("mIoU", "left out of the means");
    assertThat(output.resolve("provenance.json")).content().contains("\"a\" : 1", "checkpoint");
    assertThat(output.resolve("report.html")).content().contains("scenenet/val/000");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(output);
    }
    assertConstants(report);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTaskWithoutTruthIsAbsentAndNotZero(boolean noColumn) throws IOException {
    Path unlabelled = EvaluationInput.unlabelled(folder.resolve("unlabelled"), 3, noColumn);
    Path output = folder.resolve("report");

    Report report =
        job(EvaluationInput.settings(checkpoint, unlabelled, output)).execute().report();

    assertThat(report.tasks()).containsOnlyKeys("normals", "depth", "aligned-depth");
    assertThat(report.absent()).containsExactly("labels");
    assertThat(output.resolve("report.html"))
        .content()
        .contains("The split has no truth for labels, so it is not judged.");
    assertThat(output.resolve("report.md")).content().contains("no truth for labels");
  }

  /** How the frames are made tells which constants are best: floor, and one of two directions. */
  private static void assertConstants(Report report) {
    Report.TaskReport labels = report.tasks().get("labels");
    double floor = (double) labels.classes().get(5).pixels() / labels.pixels();
    assertThat(labels.metrics().get("pixel-accuracy").of(Contender.CONSTANT)).isEqualTo(floor);
    assertThat(labels.metrics().get("mean-iou").of(Contender.CONSTANT)).isEqualTo(floor / 6);
    assertThat(report.tasks().get("normals").metrics().get("below-30").of(Contender.CONSTANT))
        .isBetween(0.4, 0.7);
    assertThat(report.tasks().get("depth").metrics().get("below-1.25").of(Contender.CONSTANT))
        .isBetween(0.6, 1.0);
  }

  @ParameterizedTest
  @CsvSource({"TFLITE, TFLite", "ONNX, ONNX"})
  void anExportedFileStandsBesideItsCheckpoint(ExportedFormat format, String title)
      throws IOException {
    Path file = folder.resolve("model" + format.suffix());
    new ExportJob(
            new ExportSettings(
                Optional.of(checkpoint.toString()),
                Weights.TRAINED,
                Optional.of(file.toString()),
                format,
                Precision.FLOAT16,
                Optional.empty(),
                1,
                Optional.empty()),
            new Configuration(),
            new PrintWriter(new StringWriter()))
        .execute();
    Path output = folder.resolve("report");

    Report report = job(beside(format, file, output)).execute().report();

    assertThat(report.exported().format()).isEqualTo(title);
    assertThat(report.exported().file()).isEqualTo("model" + format.suffix());
    assertThat(report.exported().bytes()).isEqualTo(Files.size(file));
    assertThat(report.exported().sameLabels()).isBetween(0.97, 1.0);
    assertThat(report.exported().distances()).containsOnlyKeys("normals", "depth");
    report
        .exported()
        .distances()
        .forEach((task, distance) -> assertThat(distance).as(task).isBetween(1e-9, 2e-2));
    for (Report.TaskReport task : report.tasks().values()) {
      for (Report.Figure figure : task.metrics().values()) {
        double unit = Math.max(1, Math.abs(figure.pooled()));
        assertThat(figure.of(Contender.EXPORTED)).isCloseTo(figure.pooled(), within(0.05 * unit));
      }
    }
    assertThat(output.resolve("report.md"))
        .content()
        .contains(
            title + ": model" + format.suffix(),
            "ms a frame on one thread of a busy executor",
            "| network | " + title + " |",
            "- " + format.id() + " sha256: " + report.exported().sha256());
    assertThat(
            Report.read(
                new org.apache.hadoop.fs.Path(output.toUri().toString()), new Configuration()))
        .isEqualTo(report);

    // Alone, the file is judged as a checkpoint is; what was before its training is not known.
    Report alone =
        job(EvaluationInput.settings(file, data, folder.resolve("alone"))).execute().report();
    assertThat(alone.model().step()).isEqualTo(7);
    alone
        .tasks()
        .forEach(
            (name, task) ->
                task.metrics()
                    .forEach(
                        (id, figure) -> {
                          assertThat(figure.pooled())
                              .isEqualTo(
                                  report
                                      .tasks()
                                      .get(name)
                                      .metrics()
                                      .get(id)
                                      .of(Contender.EXPORTED));
                          assertThat(figure.of(Contender.UNTRAINED)).isNull();
                        }));
  }

  private static EvaluateSettings beside(ExportedFormat format, Path file, Path output) {
    EvaluateSettings settings = EvaluationInput.settings(checkpoint, data, output);
    Optional<String> name = Optional.of(file.toString());
    return new EvaluateSettings(
        settings.checkpoint(),
        Weights.TRAINED,
        format == ExportedFormat.TFLITE ? name : Optional.empty(),
        format == ExportedFormat.ONNX ? name : Optional.empty(),
        settings.data(),
        "val",
        settings.output(),
        List.of(),
        List.of(),
        settings.size(),
        settings.crop(),
        settings.window(),
        settings.augment(),
        4,
        true,
        1000,
        20,
        2,
        PredictionFormat.NONE,
        0.01);
  }

  @Test
  void refusesWhatIsNoExportedFile() {
    Path report = folder.resolve("r");
    assertThatThrownBy(() -> job(beside(ExportedFormat.TFLITE, checkpoint, report)).execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("evaluate.tflite = ")
        .hasMessageContaining("must be a .tflite file that export wrote");
    Path tflite = folder.resolve("x.tflite");
    assertThatThrownBy(() -> job(beside(ExportedFormat.TFLITE, tflite, report)).execute())
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("x.tflite: no such file");
    assertThatThrownBy(() -> job(beside(ExportedFormat.ONNX, tflite, report)).execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("evaluate.onnx = ")
        .hasMessageContaining("must be a .onnx file that export wrote");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void theBatchSizeChangesNothingAndThePrecisionIsTold(ComputePrecision precision)
      throws IOException {
    TestProcessor.require(precision);
    Path run = EvaluationInput.checkpoint(folder.resolve("run"), precision);
    Path one = folder.resolve("one");
    Path five = folder.resolve("five");
    job(EvaluationInput.settings(run, data, one, 1, 0.01)).execute();
    job(EvaluationInput.settings(run, data, five, 5, 0.01)).execute();

    assertThat(one.resolve("provenance.json")).content().contains(" in " + precision.name());
    assertThat(one.resolve("report.html")).content().contains(" in " + precision.name());
    assertThat(five.resolve("metrics.json")).hasSameBinaryContentAs(one.resolve("metrics.json"));
  }

  @Test
  void writesPredictionsOnRequest() throws Exception {
    Path png = folder.resolve("png");
    Path parquet = folder.resolve("parquet");

    job(EvaluationInput.settings(checkpoint, data, png, PredictionFormat.PNG)).execute();
    job(EvaluationInput.settings(checkpoint, data, parquet, PredictionFormat.PARQUET)).execute();

    for (String task : List.of("labels", "normals", "depth")) {
      try (Stream<Path> files = Files.list(png.resolve("predictions/" + task + "/scenenet/val"))) {
        assertThat(files.filter(f -> f.toString().endsWith(".png"))).hasSize(FRAMES);
      }
    }
    int rows = 0;
    try (Stream<Path> files = Files.list(parquet.resolve("predictions"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        try (ParquetReader<Group> reader =
            ParquetReader.builder(
                    new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                .build()) {
          for (Group row = reader.read(); row != null; row = reader.read()) {
            String key = row.getString("frame_key", 0);
            for (String task : List.of("labels", "normals", "depth")) {
              assertThat(row.getBinary(task, 0).getBytes())
                  .isEqualTo(
                      Files.readAllBytes(
                          png.resolve("predictions/%s/%s.png".formatted(task, key))));
            }
            rows++;
          }
        }
      }
    }
    assertThat(rows).isEqualTo(FRAMES);
  }

  @Test
  void namesCorruptRowsAndLeavesThemOut() throws IOException {
    Path corrupt = EvaluationInput.dataset(folder.resolve("data"), FRAMES, 3, 5);

    Report report =
        job(EvaluationInput.settings(checkpoint, corrupt, folder.resolve("r"), 4, 0.3))
            .execute()
            .report();

    assertThat(report.data().frames()).isEqualTo(FRAMES - 2);
    assertThat(report.corrupt())
        .isEqualTo(new Report.Corrupt(2, List.of("scenenet/val/00003", "scenenet/val/00005")));
  }

  @Test
  void refusesAShardThatIsNotWhatTheManifestLists() throws IOException {
    Path data = EvaluationInput.dataset(folder.resolve("data"), FRAMES);
    Path manifest = data.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceAll("(\"sha256\" : \")[0-9a-f]{64}", "$1" + "0".repeat(64)));
    Files.deleteIfExists(data.resolve(".manifest.json.crc"));
    Path output = folder.resolve("r");

    assertThatThrownBy(
            () -> job(EvaluationInput.settings(checkpoint, data, output, 4, 1)).execute())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot evaluate split val of " + data + ": Cannot use shard ")
        .hasMessageContaining(".parquet: its SHA-256 is ");
    assertThat(output).doesNotExist();
    StringWriter told = new StringWriter();
    int code =
        Fission.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(told),
            "evaluate",
            "evaluate.checkpoint=" + checkpoint,
            "evaluate.data=" + data,
            "evaluate.output=" + output,
            "cluster.master=local[1]");
    assertThat(told.toString()).contains("its SHA-256 is ").hasLineCount(1);
    assertThat(code).isEqualTo(3);
  }

  @Test
  void failsWhereTooManyRowsAreCorrupt() throws IOException {
    Path corrupt = EvaluationInput.dataset(folder.resolve("data"), FRAMES, 3, 5);
    Path output = folder.resolve("r");

    assertThatThrownBy(
            () -> job(EvaluationInput.settings(checkpoint, corrupt, output, 4, 0.1)).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "2 of 7 rows cannot be read, more than evaluate.max-corrupt-fraction = 0.1 allows:"
                + " scenenet/val/00003; scenenet/val/00005");
    assertThat(output).doesNotExist();
  }

  @Test
  void refusesOtherClasses() throws IOException {
    Path other = EvaluationInput.checkpoint(folder.resolve("run"), "nyu40");

    assertThatThrownBy(
            () -> job(EvaluationInput.settings(other, data, folder.resolve("r"))).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("learned the classes of nyu40")
        .hasMessageContaining("has those of nyu13");
  }

  @Test
  void refusesAnOutputThatExists() throws IOException {
    Path output = Files.createDirectory(folder.resolve("r"));
    Files.createFile(output.resolve("mine"));

    assertThatThrownBy(() -> job(EvaluationInput.settings(checkpoint, data, output)).execute())
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot use the configuration: evaluate.output = %s: it exists; delete it or choose"
                + " another",
            output);
  }

  @Test
  void refusesASplitThatIsNotThere() {
    EvaluateSettings settings = EvaluationInput.settings(checkpoint, data, folder.resolve("r"));
    EvaluateSettings test =
        new EvaluateSettings(
            settings.checkpoint(),
            Weights.TRAINED,
            Optional.empty(),
            Optional.empty(),
            settings.data(),
            "test",
            settings.output(),
            List.of(),
            List.of(),
            settings.size(),
            settings.crop(),
            settings.window(),
            settings.augment(),
            4,
            true,
            0,
            0,
            0,
            PredictionFormat.NONE,
            0);

    assertThatThrownBy(() -> job(test).execute())
        .isInstanceOf(InputException.class)
        .hasMessage("Cannot evaluate split test of %s: it has only train, val".formatted(data));
  }

  @Test
  void refusesAMissingCheckpoint() {
    Path none = folder.resolve("none");

    assertThatThrownBy(
            () -> job(EvaluationInput.settings(none, data, folder.resolve("r"))).execute())
        .isInstanceOf(InputException.class)
        .hasMessage("Cannot open checkpoint %s: no such folder".formatted(none));
  }

  @Test
  void refusesADamagedModel() throws IOException {
    Path run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13");
    Files.writeString(run.resolve("checkpoints/00000007/model.zip"), "no network");

    assertThatThrownBy(
            () -> job(EvaluationInput.settings(run, data, folder.resolve("r"))).execute())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read model.zip of checkpoint");
  }
}
