package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;

class NormalsCommandTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  @BeforeEach
  void writeAWall() throws IOException {
    short[] depth = new short[WIDTH * HEIGHT];
    java.util.Arrays.fill(depth, (short) 2000);
    Files.write(folder.resolve("depth.png"), Png16.writeGrey(WIDTH, HEIGHT, depth));
    short[] labels = new short[WIDTH * HEIGHT];
    java.util.Arrays.fill(labels, (short) 12);
    Files.write(
        folder.resolve("labels.png"), Png16.write(new PngImage(WIDTH, HEIGHT, 1, 8, labels)));
  }

  private int run(String... args) {
    return Fission.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void writesNumpyArrays() throws IOException {
    int code =
        run(
            "normals",
            "--depth=" + file("depth.png"),
            "--labels=" + file("labels.png"),
            "--intrinsics=35,35,19.5,14.5",
            "--flat-labels=12",
            "--out=" + file("n.npy"));
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
        "# frames\n%1$s/depth.png,%1$s/labels.png,%1$s/a.png\n%1$s/none.png,%1$s/labels.png,%1$s/b.npy\n"
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
    assertThat(
            run(
                "normals",
                "--depth=" + file("depth.png"),
                "--labels=" + file("labels.png"),
                "--intrinsics=35,35,19.5,14.5",
                "--class-map=nyu40",
                "--out=" + file("n.npy")))
        .isEqualTo(3);
    assertThat(err.toString()).contains("label id 99 at column 5, row 0 is not in its table");
  }

  @Test
  void anImageSmallerThanTheWindowIsBadInput() {
    assertThat(
            run(
                "normals",
                "--depth=" + file("depth.png"),
                "--labels=" + file("labels.png"),
                "--intrinsics=35,35,19.5,14.5",
                "--smoothing=31",
                "--out=" + file("n.npy")))
        .isEqualTo(3);
    assertThat(err.toString()).contains("smaller than the smoothing window of 31");
  }
}
