package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;

class NormalsCommandTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  @BeforeEach
  void writeAWall() throws IOException {
    short[] depth = new short[WIDTH * HEIGHT];
    Arrays.fill(depth, (short) 2000);
    Files.write(folder.resolve("depth.png"), Png16.writeGrey(WIDTH, HEIGHT, depth));
    short[] labels = new short[WIDTH * HEIGHT];
    Arrays.fill(labels, (short) 12);
    Files.write(
        folder.resolve("labels.png"), Png16.write(new PngImage(WIDTH, HEIGHT, 1, 8, labels)));
  }

  private int run(String... args) {
    return Fission.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  /** Computes the wall's normals, with more options. */
  private int normals(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "normals",
                "--depth=" + file("depth.png"),
                "--labels=" + file("labels.png"),
                "--intrinsics=35,35,19.5,14.5"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void writesNumpyArrays() throws IOException {
    int code = normals("--flat-labels=12", "--out=" + file("n.npy"));
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    byte[] npy = Files.readAllBytes(folder.resolve("n.npy"));
    assertThat(npy).hasSize(128 + 4 * 3 * WIDTH * HEIGHT);
    assertThat(new String(npy, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (30, 40, 3), }");
    ByteBuffer values =
        ByteBuffer.wrap(npy, 128, npy.length - 128).slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int p = 0; p < WIDTH * HEIGHT; p++) {
      assertThat(values.getFloat(12 * p + 8)).isBetween(-1.0001f, -0.9999f);
    }
  }

  @Test
  void computesAListOfFramesAndNamesTheOnesThatFail() throws IOException {
    Files.writeString(
        folder.resolve("list.txt"),
        "\uFEFF# frames\n%1$s/depth.png,%1$s/labels.png,%1$s/a.png\n%1$s/none.png,%1$s/labels.png,%1$s/b.npy\n"
            .formatted(folder));
    assertThat(run("normals", "--list=" + file("list.txt"), "--intrinsics=35,35,19.5,14.5"))
        .isEqualTo(3);
    assertThat(err.toString())
        .contains("Cannot compute normals of 1 of 2 frames; the first: Cannot read depth")
        .contains("none.png");
    assertThat(folder.resolve("a.png")).exists();
    assertThat(folder.resolve("b.npy")).doesNotExist();
  }

  @Test
  void inspectDrawsBothModes() throws Exception {
    int code =
        run(
            "inspect",
            "normals",
            "--depth=" + file("depth.png"),
            "--labels=" + file("labels.png"),
            "--intrinsics=35,35,19.5,14.5",
            "--out=" + file("sheet.png"));
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    PngImage sheet = Png16.read(Files.readAllBytes(folder.resolve("sheet.png")), "sheet");
    assertThat(sheet.width()).isEqualTo(3 * WIDTH + 8);
    assertThat(sheet.height()).isEqualTo(2 * HEIGHT + 4);
  }

  @Test
  void inspectDrawsARowOfADataSetByItsKey() throws Exception {
    writeDataSet();
    int code =
        run(
            "inspect",
            "normals",
            "--dataset=" + folder.resolve("rooms").toUri(),
            "--key=walls/1",
            "--flat-labels=12",
            "--out=" + file("sheet.png"));
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    PngImage sheet = Png16.read(Files.readAllBytes(folder.resolve("sheet.png")), "sheet");
    assertThat(sheet.width()).isEqualTo(3 * WIDTH + 8);
    // The first panel is the photo.
    assertThat(sheet.samples()[0] & 0xff).isBetween(195, 205);
    assertThat(
            run(
                "inspect",
                "normals",
                "--dataset=" + folder.resolve("rooms").toUri(),
                "--key=walls/9",
                "--out=" + file("none.png")))
        .isEqualTo(3);
    assertThat(err.toString())
        .contains("Cannot show frame walls/9 of ")
        .contains("there is no such row");
    assertThat(folder.resolve("none.png")).doesNotExist();
  }

  /** A data set of two frames of the wall, grey in the first and light in the second. */
  private void writeDataSet() throws Exception {
    Configuration hadoop = new Configuration();
    ClassMap classes = ClassMaps.named("nyu13");
    org.apache.hadoop.fs.Path dataset =
        new org.apache.hadoop.fs.Path(folder.resolve("rooms").toUri());
    ShardMetadata metadata = ShardMetadata.of("walls", classes, Map.of(), "test");
    String name = "train/part-00000.parquet";
    float[] depth = new float[WIDTH * HEIGHT];
    Arrays.fill(depth, 2000);
    short[] labels = new short[WIDTH * HEIGHT];
    Arrays.fill(labels, (short) 12);
    try (ShardWriter writer =
        new ShardWriter(new org.apache.hadoop.fs.Path(dataset, name), hadoop, metadata, 10_000)) {
      for (int i = 0; i < 2; i++) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(rgb, (byte) (100 + 100 * i));
        Frame frame =
            new Frame(
                "walls/" + i,
                "walls",
                "train",
                "unit",
                "memory",
                new Intrinsics(35, 35, 19.5, 14.5),
                Jpeg.encode(new ColorImage(WIDTH, HEIGHT, rgb), 95),
                new DepthMap(WIDTH, HEIGHT, depth),
                new LabelMap(WIDTH, HEIGHT, labels));
        writer.write(
            ExampleCodec.encode(
                frame, classes, new NormalMap(WIDTH, HEIGHT, new float[3 * WIDTH * HEIGHT])));
      }
    }
    Manifest.of(
            metadata,
            List.of(ShardFile.describe(dataset, name, "train", hadoop)),
            Map.of(),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            Map.of())
        .write(dataset, hadoop);
    Files.createFile(folder.resolve("rooms").resolve(Manifest.SUCCESS));
  }

  @Test
  void rayDepthGivesTheSameNormalsAsTheDepthItStandsFor() throws Exception {
    short[] ray = new short[WIDTH * HEIGHT];
    for (int p = 0; p < ray.length; p++) {
      double rx = (p % WIDTH - 19.5) / 35;
      double ry = (Math.floorDiv(p, WIDTH) - 14.5) / 35;
      ray[p] = (short) Math.round(2000 * Math.sqrt(rx * rx + ry * ry + 1));
    }
    Files.write(folder.resolve("ray.png"), Png16.writeGrey(WIDTH, HEIGHT, ray));
    assertThat(
            run(
                "normals",
                "--depth=" + file("ray.png"),
                "--labels=" + file("labels.png"),
                // Pixel centres at halves.
                "--intrinsics=35,35,20,15",
                "--depth-kind=ray",
                "--flat-labels=12",
                "--out=" + file("ray.npy")))
        .isZero();
    ByteBuffer values =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("ray.npy")))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int p = 0; p < WIDTH * HEIGHT; p++) {
      assertThat(values.getFloat(128 + 12 * p + 8)).isBetween(-1.0001f, -0.9999f);
    }
  }

  @Test
  void aMissingOutputFolderIsAUsageError() throws IOException {
    Files.createFile(folder.resolve("there.npy"));
    assertThat(normals("--out=" + file("there.npy"))).isEqualTo(2);
    assertThat(err.toString()).contains("there.npy: it exists; delete it or choose another");
    assertThat(normals("--out=" + file("nowhere/n.npy"))).isEqualTo(2);
    assertThat(err.toString()).contains("nowhere/n.npy: there is no folder ");
  }

  @Test
  void badIntrinsicsAreAUsageError() {
    assertThat(
            run(
                "normals",
                "--depth=" + file("depth.png"),
                "--labels=" + file("labels.png"),
                "--intrinsics=238.44,582.69,19,14",
                "--out=" + file("n.npy")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("they differ by more than 10 %");
  }

  @Test
  void labelsOfAnotherSizeAreBadInput() throws IOException {
    Files.write(folder.resolve("small.png"), Png16.writeGrey(4, 3, new short[12]));
    assertThat(
            run(
                "normals",
                "--depth=" + file("depth.png"),
                "--labels=" + file("small.png"),
                "--intrinsics=35,35,19.5,14.5",
                "--out=" + file("n.npy")))
        .isEqualTo(3);
    assertThat(err.toString()).contains("they are 4 x 3, depth").contains("is 40 x 30");
  }

  @Test
  void labelsOutOfTheClassMapAreBadInput() throws IOException {
    short[] labels = new short[WIDTH * HEIGHT];
    labels[5] = 99;
    Files.write(folder.resolve("labels.png"), Png16.writeGrey(WIDTH, HEIGHT, labels));
    assertThat(normals("--class-map=nyu40", "--out=" + file("n.npy"))).isEqualTo(3);
    assertThat(err.toString()).contains("label id 99 at column 5, row 0 is not in its table");
  }

  @Test
  void anImageSmallerThanTheWindowIsBadInput() {
    assertThat(normals("--smoothing=31", "--out=" + file("n.npy"))).isEqualTo(3);
    assertThat(err.toString()).contains("smaller than the smoothing window of 31");
  }
}
