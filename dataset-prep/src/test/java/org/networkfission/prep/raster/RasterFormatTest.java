package org.networkfission.prep.raster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/**
 * The EXR files were written by OpenEXR 3.1.5, the NPY files by NumPy, those of HDF5 by h5py 3.7.
 */
class RasterFormatTest {
  private static final PixelLimit LIMIT = new PixelLimit(10_000);
  private static final List<String> DEPTH = List.of("Z/Y");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none-float.exr",
        "zips-float.exr",
        "zip-float-window.exr",
        "zip-float-decreasing.exr"
      })
  void readsExrOfFloats(String name) throws Exception {
    Raster raster = RasterFormat.readAny(file(name), DEPTH, LIMIT, "depth");
    assertThat(raster.width()).isEqualTo(20);
    assertThat(raster.height()).isEqualTo(37);
    for (int y = 0; y < 37; y++) {
      for (int x = 0; x < 20; x++) {
        assertThat(raster.values()[20 * y + x]).isEqualTo(depth(x, y));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rle-half.exr", "zip-half.exr"})
  void readsExrOfHalves(String name) throws Exception {
    Raster raster = RasterFormat.readAny(file(name), DEPTH, LIMIT, "depth");
    for (int i = 0; i < raster.values().length; i++) {
      // A half keeps 11 bits.
      assertThat(raster.values()[i] / depth(i % 20, i / 20)).isBetween(1 - 0.0005, 1 + 0.0005);
    }
    assertThat(raster.values()[1])
        .isEqualTo(0.6406, org.assertj.core.api.Assertions.within(0.0005));
  }

  private static double depth(int x, int y) {
    return 0.5 + 0.125 * x + 0.25 * y + (x * 7 + y * 3) % 5 * 0.0078125;
  }

  @Test
  void readsExrOfIntegers() throws Exception {
    Raster raster = RasterFormat.readAny(file("zip-uint.exr"), DEPTH, LIMIT, "depth");
    assertThat(raster.values()[20 * 36 + 19]).isEqualTo(19_036);
  }

  @Test
  void findsTheChannelsOfALayer() throws Exception {
    Raster raster =
        RasterFormat.readAny(
            file("zip-normals.exr"), List.of("X/R", "Y/G", "Z/B"), LIMIT, "normals");
    assertThat(raster.channels()).isEqualTo(3);
    for (int i = 0; i < raster.values().length; i += 3) {
      double[] v = Arrays.copyOfRange(raster.values(), i, i + 3);
      assertThat(Math.hypot(Math.hypot(v[0], v[1]), v[2])).isBetween(0.999, 1.001);
      assertThat(v[2]).isNegative();
    }
    assertThatThrownBy(
            () -> RasterFormat.readAny(file("zip-normals.exr"), List.of("R"), LIMIT, "depth of x"))
        .hasMessage(
            "Cannot decode depth of x: the EXR has 0 channels called R; it has [A, normal.X,"
                + " normal.Y, normal.Z]");
  }

  @ParameterizedTest
  @CsvSource({"piz-float.exr, PIZ compression", "tiles.exr, tiles"})
  void namesWhatItDoesNotRead(String name, String what) {
    assertThatThrownBy(() -> RasterFormat.readAny(file(name), DEPTH, LIMIT, "depth of x"))
        .isInstanceOf(FrameException.class)
        .hasMessage(
            "Cannot decode depth of x: EXR with %s is not read; write it again as rows, uncompressed or with RLE, ZIPS or ZIP"
                .formatted(what));
  }

  @ParameterizedTest
  @CsvSource({
    "f4.npy, 0.25",
    "f2.npy, 0.25",
    "f8-big.npy, 0.25",
    "fortran.npy, 0.25",
    "u1.npy, 1",
    "u2.npy, 1"
  })
  void readsNpy(String name, double step) throws Exception {
    Raster raster = RasterFormat.readAny(file(name), DEPTH, LIMIT, "depth");
    assertThat(raster.width()).isEqualTo(4);
    assertThat(raster.height()).isEqualTo(3);
    for (int i = 0; i < 12; i++) {
      assertThat(raster.values()[i]).isEqualTo(i * step);
    }
  }

  @Test
  void readsSignedAndThreeAxes() throws Exception {
    assertThat(RasterFormat.readAny(file("i2-negative.npy"), DEPTH, LIMIT, "l").values())
        .startsWith(-1, 0, 1);
    Raster three = RasterFormat.readAny(file("f4-3.npy"), DEPTH, LIMIT, "n");
    assertThat(three.channels()).isEqualTo(3);
    assertThat(three.values()).startsWith(0, 1, 2, 3);
  }

  @Test
  void readsPfmFromTheBottom() throws Exception {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      Raster raster = RasterFormat.readAny(pfm(order), DEPTH, LIMIT, "depth");
      assertThat(raster.values()).containsExactly(4, 5, 6, 1, 2, 3);
    }
  }

  private static byte[] pfm(ByteOrder order) {
    String heading = "Pf\n3 2\n%s1.0\n".formatted(order == ByteOrder.LITTLE_ENDIAN ? "-" : "");
    ByteBuffer out = ByteBuffer.allocate(heading.length() + 24).order(order);
    out.put(heading.getBytes(StandardCharsets.US_ASCII));
    for (int i = 1; i <= 6; i++) {
      out.putFloat(i);
    }
    return out.array();
  }

  @Test
  void readsHdf5() throws Exception {
    byte[] file = hdf5();
    Raster raster = RasterFormat.readAny(file, DEPTH, LIMIT, "depth");
    assertThat(raster.width()).isEqualTo(3);
    assertThat(raster.values()).containsExactly(1, 2, 3, 4, 5, 6.5);
  }

  @Test
  void readsHdf5OfHalvesAndShortsAsHypersimHasThem() throws Exception {
    double[] halves = RasterFormat.readAny(file("half.hdf5"), DEPTH, LIMIT, "depth").values();
    double[] shorts = RasterFormat.readAny(file("short.hdf5"), DEPTH, LIMIT, "labels").values();
    for (int i = 0; i < 12; i++) {
      assertThat(halves[i]).isEqualTo(i / 4.0);
      assertThat(shorts[i]).isEqualTo(i - 1);
    }
  }

  private byte[] hdf5() throws IOException {
    Path path = folder.resolve("a.hdf5");
    Files.deleteIfExists(path);
    try (WritableHdfFile file = HdfFile.write(path)) {
      file.putDataset("dataset", new float[][] {{1, 2, 3}, {4, 5, 6.5f}});
    }
    return Files.readAllBytes(path);
  }

  @Test
  void refusesALargeImageBeforeAnythingOfItsSize() {
    assertThatThrownBy(
            () ->
                RasterFormat.readAny(
                    "Pf\n60000 60000\n-1\n\0\0\0\0".getBytes(StandardCharsets.US_ASCII),
                    DEPTH,
                    LIMIT,
                    "depth of x"))
        .hasMessage(
            "Cannot decode depth of x: 60000 x 60000 pixels are more than the 10,000 allowed");
    assertThatThrownBy(
            () -> RasterFormat.readAny("no".getBytes(StandardCharsets.US_ASCII), DEPTH, LIMIT, "d"))
        .hasMessageContaining("none of the formats that are read");
  }

  @Test
  void survivesDamage() throws Exception {
    List<byte[]> valid =
        List.of(
            file("none-float.exr"),
            file("rle-half.exr"),
            file("zips-float.exr"),
            file("zip-half.exr"),
            file("zip-normals.exr"),
            file("f4.npy"),
            file("fortran.npy"),
            pfm(ByteOrder.LITTLE_ENDIAN),
            hdf5());
    int read = 0;
    int refused = 0;
    for (int seed = 0; seed < 1800; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = Damage.of(valid.get(seed % valid.size()), random);
      try {
        RasterFormat.readAny(bytes, DEPTH, LIMIT, "depth of x");
        read++;
      } catch (FrameException e) {
        assertThat(e.getMessage()).startsWith("Cannot decode depth of x: ");
        assertThat(e.reason()).isIn(Reason.DECODE_ERROR, Reason.TRUNCATED);
        refused++;
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isGreaterThan(500);
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = RasterFormatTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
