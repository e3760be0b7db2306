package org.networkfission.jobs.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.cluster.TestProcessor;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.Json;

class PredictJobTest {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;

  @TempDir static Path shared;
  private static Path run;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path photos;

  @BeforeAll
  static void writeCheckpoint() throws IOException {
    run = EvaluationInput.checkpoint(shared.resolve("run"), "nyu13");
  }

  @BeforeEach
  void writePhotos() throws IOException {
    photos = Files.createDirectories(folder.resolve("photos/more")).getParent();
    Files.write(photos.resolve("a.jpg"), Jpeg.encode(photo(), 90));
    Files.write(photos.resolve("notes.txt"), new byte[0]);
    BufferedImage clear = new BufferedImage(31, 17, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(3, 3, 0x80ff0000);
    ImageIO.write(clear, "png", photos.resolve("more/b.PNG").toFile());
  }

  /** Larger than the network's input and of another shape. */
  private static ColorImage photo() {
    byte[] rgb = new byte[3 * 200 * 90];
    new Random(5).nextBytes(rgb);
    return new ColorImage(200, 90, rgb);
  }

  private int predict(Path input, Path output) {
    return predict(run, input, output);
  }

  private int predict(Path checkpoint, Path input, Path output) {
    return Fission.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        "predict",
        "--checkpoint=file:" + checkpoint,
        "--input=file:" + input,
        "--output=file:" + output);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void writesWhatTheNetworkPredicts(ComputePrecision precision) throws Exception {
    TestProcessor.require(precision);
    Path checkpoint = EvaluationInput.checkpoint(folder.resolve("run"), precision);
    Path output = folder.resolve("out");

    assertThat(predict(checkpoint, photos, output)).as(err.toString()).isZero();

    Prediction expected = expected(checkpoint, Files.readAllBytes(photos.resolve("a.jpg")));
    PngImage depth = Png16.read(Files.readAllBytes(output.resolve("depth/a.png")), "depth");
    assertThat(depth.bitDepth()).isEqualTo(16);
    float[] millimetres = expected.map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      assertThat(Short.toUnsignedInt(depth.samples()[i]))
          .isEqualTo(Math.max(1, Math.min(0xffff, Math.round(millimetres[i]))));
    }
    BufferedImage labels = ImageIO.read(output.resolve("labels/a.png").toFile());
    IndexColorModel colors = (IndexColorModel) labels.getColorModel();
    short[] ids = expected.map(Task.LABELS, LabelMap.class).orElseThrow().ids();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      assertThat(labels.getRaster().getSample(i % WIDTH, i / WIDTH, 0)).isEqualTo(ids[i]);
    }
    for (int c = 0; c < 14; c++) {
      assertThat(colors.getRGB(c) & 0xffffff).isEqualTo(ClassMaps.named("nyu13").palette().get(c));
    }
    PngImage normals = Png16.read(Files.readAllBytes(output.resolve("normals/a.png")), "normals");
    float[] xyz = expected.map(Task.NORMALS, NormalMap.class).orElseThrow().xyz();
    for (int i = 0; i < xyz.length; i++) {
      float sign = i % 3 == 2 ? -1 : 1;
      assertThat(normals.samples()[i] / 127.5f - 1)
          .isBetween(sign * xyz[i] - 0.005f, sign * xyz[i] + 0.005f);
    }
    PngImage panel = Png16.read(Files.readAllBytes(output.resolve("panels/a.png")), "panel");
    assertThat(panel.width()).isEqualTo(4 * WIDTH);
    assertThat(panel.height()).isEqualTo(HEIGHT);
    assertThat(output.resolve("depth/more/b.png")).exists();

    JsonNode index = Json.MAPPER.readTree(output.resolve("predictions.json").toFile());
    assertThat(index.get("precision").asText()).isEqualTo(precision.id());
    assertThat(index.get("images")).hasSize(2);
    assertThat(index.get("images").get(0).get("width").asInt()).isEqualTo(200);
    assertThat(index.get("images").get(0).get("files").get("labels").asText())
        .isEqualTo("labels/a.png");
    assertThat(index.get("classes").get(5).get("name").asText()).isEqualTo("floor");
    assertThat(index.get("failed")).isEmpty();
  }

  private static Prediction expected(Path checkpoint, byte[] jpeg) throws Exception {
    try (InputStream in =
            Files.newInputStream(checkpoint.resolve("checkpoints/00000007/model.zip"));
        FissionNetwork network = FissionNetwork.load(in)) {
      network.fixParameters(); // As the command does.
      ColorImage photo = Jpeg.decode(jpeg, "photo");
      return Prediction.of(network.predict(BatchAssembler.photo(photo, network.spec()))).get(0);
    }
  }

  /** As of a data set whose classes stand in a file of its own. */
  @Test
  void classesOfAForeignMapAreNumbered() throws IOException {
    Path foreign = folder.resolve("foreign");
    EvaluationInput.checkpoint(foreign, "nyu13");
    Path state = foreign.resolve("checkpoints/00000007/state.json");
    Files.writeString(
        state, Files.readString(state).replace("\"classMap\":\"nyu13\"", "\"classMap\":\"mine\""));

    assertThat(
            Fission.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "predict",
                "--checkpoint=file:" + foreign,
                "--input=file:" + photos,
                "--output=file:" + folder.resolve("out")))
        .as(err.toString())
        .isZero();

    JsonNode classes =
        Json.MAPPER.readTree(folder.resolve("out/predictions.json").toFile()).get("classes");
    assertThat(classes).hasSize(14);
    assertThat(classes.findValuesAsText("name")).contains("void", "class 1", "class 13");
    assertThat(classes.findValuesAsText("color")).doesNotHaveDuplicates();
  }

  @Test
  void namesBadPhotosAndDoesTheOthers() throws IOException {
    byte[] whole = Files.readAllBytes(photos.resolve("a.jpg"));
    Files.write(photos.resolve("cut.jpg"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(photos.resolve("text.png"), "no picture");
    Path output = folder.resolve("out");

    assertThat(predict(photos, output)).isEqualTo(Fission.INPUT);

    assertThat(err.toString()).contains("Cannot predict 2 of 4 photos; the first: ", "cut.jpg");
    assertThat(out.toString()).contains("cut.jpg", "text.png: it is in no known format of photos");
    assertThat(output.resolve("panels/a.png")).exists();
    assertThat(output.resolve("panels/more/b.png")).exists();
    assertThat(output.resolve("panels/cut.png")).doesNotExist();
    JsonNode index = Json.MAPPER.readTree(output.resolve("predictions.json").toFile());
    assertThat(index.get("failed")).hasSize(2);
  }

  /** Names that Hadoop's paths take for schemes, escapes, fragments and patterns. */
  @Test
  void takesOddNames() throws IOException {
    List<String> names =
        List.of(
            "2021-05-03 10:22:33", "100%", "a%20b", "#1", "[x]", "{a,b}", "q?", "caf\u00e9", "*");
    for (String name : names) {
      Files.copy(photos.resolve("a.jpg"), photos.resolve(name + ".jpg"));
    }
    Path output = folder.resolve("out");

    assertThat(predict(photos, output)).as(err.toString()).isZero();

    for (String name : names) {
      assertThat(output.resolve("depth/" + name.replace(':', '-') + ".png")).exists();
    }
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "photos/2021-05-03 10:22:33.jpg\nphotos/#1.jpg\nphotos/[x].jpg\n");
    assertThat(predict(list, folder.resolve("listed"))).as(err.toString()).isZero();
    Files.copy(photos.resolve("a.jpg"), folder.resolve("10:30.jpg"));
    Files.writeString(list, "\uFEFF10:30.jpg\r\n"); // As editors of Windows write lists.
    assertThat(predict(list, folder.resolve("beside"))).as(err.toString()).isZero();
    assertThat(folder.resolve("beside/depth/10-30.png")).exists();
    assertThat(predict(list, folder.resolve("p-10:31"))).isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("predict.output = ", "p-10:31: its name has a colon");
  }

  @Test
  void passesNoPictureOverInSilence() throws IOException {
    for (String name : List.of("shot.webp", "scan.tif", "phone.heic", "raw.DNG")) {
      Files.writeString(photos.resolve(name), "1234");
    }
    Files.createFile(photos.resolve("empty.jpg"));

    assertThat(predict(photos, folder.resolve("out"))).isEqualTo(Fission.INPUT);

    assertThat(err.toString()).contains("Cannot predict 5 of 7 photos; the first: ");
    assertThat(out.toString())
        .contains("shot.webp", "scan.tif", "phone.heic", "raw.DNG", "empty.jpg: the file is empty");
  }

  @Test
  void takesAListWhosePathsMayMeet() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.write(other.resolve("a.jpg"), Jpeg.encode(photo(), 50));
    Path list = folder.resolve("list.txt");
    Files.writeString(
        list, "# two\nphotos/a.jpg\n\nfile:%s\nnone.jpg\n".formatted(other.resolve("a.jpg")));
    Path output = folder.resolve("out");

    assertThat(predict(list, output)).isEqualTo(Fission.INPUT);

    assertThat(err.toString()).contains("1 of 3 photos", "none.jpg: there is no such file");
    assertThat(output.resolve("depth/photos/a.png")).exists();
    assertThat(output.resolve("depth/other/a.png")).exists();
  }

  @Test
  void photosOfOneNameAreKeptApart() throws IOException {
    Files.copy(photos.resolve("more/b.PNG"), photos.resolve("a.png"));

    assertThat(predict(photos, folder.resolve("out"))).isZero();

    assertThat(folder.resolve("out/depth/a.png")).exists();
    assertThat(folder.resolve("out/depth/a.png.png")).exists();
  }

  @Test
  void nothingIsWrittenWhereNothingCanBeRead() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jpg"), "no picture");

    assertThat(predict(bad, folder.resolve("out"))).isEqualTo(Fission.INPUT);
    assertThat(predict(folder.resolve("none"), folder.resolve("out"))).isEqualTo(Fission.INPUT);
    assertThat(predict(Files.createDirectory(folder.resolve("empty")), folder.resolve("out")))
        .isEqualTo(Fission.INPUT);

    assertThat(err.toString())
        .contains(
            "bad.jpg: it is in no known format of photos",
            "none: there is no such file or folder",
            "empty: it has no photo (JPEG, PNG, WebP, TIFF, GIF, BMP)");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left)
          .extracting(p -> p.getFileName().toString())
          .containsExactlyInAnyOrder("photos", "bad.jpg", "empty");
    }
  }

  @Test
  void refusesAnOutputThatExists() throws IOException {
    Path output = Files.createDirectory(folder.resolve("out"));
    Files.createFile(output.resolve("mine"));

    assertThat(predict(photos, output)).isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("predict.output = file:%s: it exists".formatted(output));
  }

  @Test
  void transparencyLiesOnWhite() throws Exception {
    ColorImage image =
        Photos.decodeUpright(Files.readAllBytes(photos.resolve("more/b.PNG")), "b").image();

    int at = 3 * (3 * 31 + 3);
    assertThat(image.rgb()[0]).isEqualTo((byte) 255);
    assertThat(image.rgb()[at]).isEqualTo((byte) 255);
    assertThat(image.rgb()[at + 1]).isEqualTo((byte) 127);
  }
}
