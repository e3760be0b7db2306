package org.networkfission.jobs.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.cluster.TestProcessor;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.tflite.TfliteModel;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.storage.Sha256;

/** The commands export and predict, with files for phones. */
class ExportJobTest {
  @TempDir static Path shared;
  private static Path run;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void writeCheckpoint() throws IOException {
    run = EvaluationInput.checkpoint(shared.resolve("run"), "nyu13");
  }

  private int fission(String... arguments) {
    return Fission.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private int export(Path checkpoint, Path file, String precision) {
    return export(checkpoint, file, "tflite", precision);
  }

  private int export(Path checkpoint, Path file, String format, String precision) {
    return fission(
        "export",
        "--checkpoint=file:" + checkpoint,
        "--output=file:" + file,
        "--format=" + format,
        "--precision=" + precision);
  }

  @ParameterizedTest
  @CsvSource({"tflite, FLOAT32, 2", "onnx, FLOAT32, 4", "onnx, BFLOAT16, 4"})
  void aFilePredictsWhatItsParametersPredictInFloat32(
      String format, ComputePrecision precision, int millimetres) throws Exception {
    TestProcessor.require(precision);
    Path trained = EvaluationInput.checkpoint(folder.resolve("trained"), precision);
    Path file = folder.resolve("model." + format);
    assertThat(export(trained, file, format, "float32")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("MB in float32; against the network, relative: labels ");
    byte[] rgb = new byte[3 * 100 * 80];
    new Random(5).nextBytes(rgb);
    Path photo =
        Files.write(folder.resolve("a.jpg"), Jpeg.encode(new ColorImage(100, 80, rgb), 90));

    assertThat(predict("--model=file:" + file, photo, "phone")).as(err.toString()).isZero();
    assertThat(predict("--checkpoint=file:" + run, photo, "checkpoint")).isZero();

    short[] expected = samples("checkpoint/depth/a.png");
    short[] depth = samples("phone/depth/a.png");
    for (int i = 0; i < depth.length; i++) {
      assertThat(Math.abs(Short.toUnsignedInt(depth[i]) - Short.toUnsignedInt(expected[i])))
          .isLessThanOrEqualTo(millimetres);
    }
    assertThat(folder.resolve("phone/labels/a.png")).exists();
    assertThat(folder.resolve("phone/normals/a.png")).exists();
  }

  @Test
  void integersAreCalibratedWithADataSet() throws Exception {
    Path rooms = folder.resolve("some rooms");
    TinyDataset.write(rooms, 4);
    Path file = folder.resolve("model.tflite");
    String checkpoint = "--checkpoint=file:" + run;
    String calibrate = "--calibrate=file:" + rooms;
    String int8 = "--precision=int8";

    assertThat(fission("export", checkpoint, "--output=file:" + file, int8, calibrate))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("export: calibrates with 8 frames of file:" + rooms)
        .contains("MB in int8; against the network, relative: labels ");
    assertThat(Files.readString(folder.resolve("model.tflite.card.md")))
        .contains("TensorFlow Lite in int8, ")
        .contains("; calibrated with 8 frames of `file:" + rooms + "`, split train");
    try (TfliteModel model = TfliteModel.open(Files.readAllBytes(file), 1)) {
      assertThat(model.card().precision()).isEqualTo(Precision.INT8);
    }
    Path photo =
        Files.write(
            folder.resolve("a.jpg"), Jpeg.encode(new ColorImage(40, 30, new byte[3600]), 90));
    assertThat(predict("--model=file:" + file, photo, "out")).as(err.toString()).isZero();

    String output = "--output=file:" + folder.resolve("x.onnx");
    assertThat(fission("export", checkpoint, output, "--format=onnx", int8, calibrate))
        .isEqualTo(Fission.USAGE);
    assertThat(err.toString())
        .contains("export.precision = int8: must be float16 or float32, as export.format = onnx");
    assertThat(fission("export", checkpoint, output, "--format=onnx", calibrate))
        .isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("must be absent unless export.precision = int8");
    assertThat(
            fission("export", checkpoint, "--output=file:x.tflite", int8, "--calibrate=file:/none"))
        .isEqualTo(Fission.INPUT);
  }

  private int predict(String model, Path photo, String output) {
    return fission(
        "predict", model, "--input=file:" + photo, "--output=file:" + folder.resolve(output));
  }

  private short[] samples(String file) throws Exception {
    PngImage image = Png16.read(Files.readAllBytes(folder.resolve(file)), file);
    return image.samples();
  }

  @Test
  void aCardStandsBesideTheFileWithTheFiguresOfAReport() throws Exception {
    byte[] network = Files.readAllBytes(run.resolve("checkpoints/00000007/model.zip"));
    String sha256 = Sha256.of(network);
    Path report = report("report", sha256);
    Path file = folder.resolve("model.onnx");

    assertThat(
            fission(
                "export",
                "--checkpoint=file:" + run,
                "--output=file:" + file,
                "--format=onnx",
                "--report=file:" + report))
        .as(err.toString())
        .isZero();
    assertThat(
            fission(
                "export",
                "--checkpoint=file:" + run,
                "--output=file:" + folder.resolve("other.onnx"),
                "--format=onnx",
                "--report=file:" + report("foreign", "123")))
        .isEqualTo(Fission.INPUT);

    assertThat(Files.readString(folder.resolve("model.onnx.card.md")))
        .contains(
            "`model.onnx`, ONNX in float16",
            Sha256.of(Files.readAllBytes(file)),
            "| labels: mIoU | 27.7 % [25.0 %, 30.1 %] |  |");
    assertThat(err.toString()).contains("it is of another network than");
    assertThat(folder.resolve("other.onnx")).doesNotExist();
  }

  private Path report(String name, String sha256) throws IOException {
    Path report = folder.resolve(name);
    Configuration hadoop = new Configuration();
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(report.toUri());
    try (OutputFolder output = OutputFolder.begin("report", path, "evaluate", hadoop)) {
      output.write(
          "metrics.json",
          """
          { "model": { "sha256": "%s" }, "data": {}, "tasks": { "labels": { "metrics": { "mean-iou":
            { "title": "mIoU", "unit": "share", "pooled": 0.277, "interval": [0.25, 0.301] } } } } }
          """
              .formatted(sha256)
              .getBytes(StandardCharsets.UTF_8));
      output.commit();
    }
    return report;
  }

  @Test
  void anExportedFileIsNotExportedAgain() {
    Path file = folder.resolve("model.onnx");
    assertThat(export(run, file, "onnx", "float16")).as(err.toString()).isZero();

    assertThat(export(file, folder.resolve("again.onnx"), "onnx", "float16"))
        .isEqualTo(Fission.INPUT);

    assertThat(err.toString()).contains("model.onnx: it is exported already");
  }

  @Test
  void theFileSaysWhereItComesFrom() throws IOException {
    Path file = folder.resolve("model.tflite");
    assertThat(export(run, file, "float16")).as(err.toString()).isZero();
    try (TfliteModel model = TfliteModel.open(Files.readAllBytes(file), 1)) {
      ModelCard card = model.card();
      assertThat(card.precision()).isEqualTo(Precision.FLOAT16);
      assertThat(card.classMap()).isEqualTo("nyu13");
      assertThat(card.classes()).hasSize(14).contains("floor");
      assertThat(card.conventions()).containsKeys("image", "labels", "normals", "depth");
      assertThat(card.provenance().step()).isEqualTo(7);
      assertThat(card.provenance().checkpoint()).endsWith("checkpoints/00000007");
    }
  }

  @Test
  void nothingIsWrittenWhereItCannotBe() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));

    assertThat(export(run, target.resolve("half.tflite"), "float16")).isZero();
    assertThat(export(run, target.resolve("half.tflite"), "float16")).isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("half.tflite: it exists; delete it or choose another");
    assertThat(export(run, target.resolve("model.bin"), "float16")).isEqualTo(Fission.USAGE);
    assertThat(err.toString())
        .contains("must be a name that ends with .tflite, as export.format = tflite");
    assertThat(export(folder.resolve("none"), target.resolve("x.tflite"), "float16"))
        .isEqualTo(Fission.INPUT);
    assertThat(export(run, target.resolve("x.tflite"), "int8")).isEqualTo(Fission.USAGE);
    assertThat(err.toString())
        .contains(
            "export.calibrate = null: must be a prepared data set, as export.precision = int8");
    try (Stream<Path> left = Files.list(target)) {
      // The local file system of Hadoop keeps a checksum beside each file.
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("half.tflite", "half.tflite.card.md");
    }
  }

  @Test
  void weightsBeyondFloat16AreRefused() throws IOException {
    Path broken = EvaluationInput.checkpoint(folder.resolve("broken"), "nyu13");
    Path model = broken.resolve("checkpoints/00000007/model.zip");
    FissionNetwork network;
    try (InputStream in = Files.newInputStream(model)) {
      network = FissionNetwork.load(in);
    }
    ParameterRange shift =
        network.ranges().stream()
            .filter(r -> r.name().equals("heads.labels.up3.bn.bias"))
            .findFirst()
            .orElseThrow();
    network.parameters().putScalar(shift.offset(), 1e6f);
    try (OutputStream stream = Files.newOutputStream(model)) {
      network.save(stream);
    }
    network.close();
    Path target = Files.createDirectory(folder.resolve("target"));

    assertThat(export(broken, target.resolve("half.tflite"), "float16")).isEqualTo(Fission.INPUT);

    assertThat(err.toString())
        .contains("beyond float16's largest number 65,504; export in float32");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aDamagedFileDoesNotPredict() throws IOException {
    Path file = folder.resolve("model.tflite");
    assertThat(export(run, file, "float16")).isZero();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Path photo =
        Files.write(folder.resolve("a.jpg"), Jpeg.encode(new ColorImage(2, 2, new byte[12]), 90));

    assertThat(predict("--model=file:" + file, photo, "out")).isEqualTo(Fission.INPUT);
    assertThat(err.toString())
        .contains("model.tflite: Cannot open the model: the file is damaged: its checksum");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
