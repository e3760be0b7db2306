package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferUShort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

class Png16Test {
  @ParameterizedTest
  @CsvSource({"1,16", "3,16", "1,8", "3,8"})
  void readsWhatItWrote(int channels, int bitDepth) throws FrameException {
    PngImage image = noise(13, 7, channels, bitDepth);
    PngImage read = Png16.read(Png16.write(image), "test");
    assertThat(read.samples()).isEqualTo(image.samples());
    assertThat(read.channels()).isEqualTo(channels);
    assertThat(read.bitDepth()).isEqualTo(bitDepth);
  }

  @Test
  void agreesWithTheJdk() throws IOException, FrameException {
    PngImage image = noise(31, 17, 1, 16);
    BufferedImage jdk = ImageIO.read(new ByteArrayInputStream(Png16.write(image)));
    short[] seen = ((DataBufferUShort) jdk.getRaster().getDataBuffer()).getData();
    assertThat(seen).isEqualTo(image.samples());
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ImageIO.write(jdk, "png", written);
    assertThat(Png16.readDepth(written.toByteArray(), PixelLimit.LARGEST, "test").ids())
        .isEqualTo(image.samples());
  }

  /** Every filter, on every row kind, by a filtered image that the test makes itself. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void undoesEveryFilter(int filter) throws FrameException, IOException {
    int width = 9;
    int height = 5;
    int rowBytes = 1 + 2 * width;
    byte[] rows = new byte[rowBytes * height];
    SplittableRandom random = new SplittableRandom(filter);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (i % rowBytes == 0 ? filter : random.nextInt(256));
    }
    byte[] file = file(width, height, 16, 0, rows);
    BufferedImage jdk = ImageIO.read(new ByteArrayInputStream(file));
    assertThat(Png16.readDepth(file, PixelLimit.LARGEST, "test").ids())
        .isEqualTo(((DataBufferUShort) jdk.getRaster().getDataBuffer()).getData());
  }

  @Test
  void writesTheSameBytesEachTime() {
    PngImage image = noise(20, 20, 1, 16);
    assertThat(Png16.write(image)).isEqualTo(Png16.write(image));
  }

  @Test
  void namesTheTruncation() {
    byte[] file = Png16.write(noise(40, 30, 1, 16));
    assertThatThrownBy(() -> Png16.read(Arrays.copyOf(file, 600), "depth of frame 125"))
        .isInstanceOf(FrameException.class)
        .hasMessage(
            "Cannot decode depth of frame 125: the PNG ends after 0 of 2,430 bytes of its image")
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThatThrownBy(() -> Png16.read(new byte[3], "depth of frame 125"))
        .hasMessage("Cannot decode depth of frame 125: the file of 3 bytes does not begin as a PNG")
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThatThrownBy(() -> Png16.read(file(40, 30, 16, 0, new byte[500]), "depth"))
        .hasMessage("Cannot decode depth: the PNG ends after 500 of 2,430 bytes of its image");
  }

  @Test
  void refusesWhatItCannotRead() {
    assertFails(file(4, 4, 3, 0, new byte[12]), "bit depth 3 with colour type 0 is not supported");
    assertFails(
        file(4, 4, 16, 3, new byte[36]), "bit depth 16 with colour type 3 is not supported");
    assertFails(file(4, 4, 8, 4, new byte[36]), "bit depth 8 with colour type 4 is not supported");
    assertFails(file(4, 4, 16, 0, filled(36, 5)), "row 0 has the unknown filter 5");
    assertFails(
        file(0x7fffffff, 0x7fffffff, 16, 0, new byte[36]),
        "2147483647 x 2147483647 pixels cannot be in a file of");
    assertFails(file(-1, 4, 16, 0, new byte[36]), "-1 x 4 pixels cannot be in a file of");
    byte[] flipped = Png16.write(noise(8, 8, 1, 16));
    flipped[60] ^= 1;
    assertFails(flipped, "the checksum of the PNG chunk at offset 33 is wrong");
    byte[] other = Png16.write(noise(8, 8, 3, 16));
    assertThatThrownBy(() -> Png16.readIds(other, PixelLimit.LARGEST, "labels"))
        .hasMessage("Cannot decode labels: the PNG has 3 channels, must have 1");
  }

  /** Whatever is done to a file, reading it ends, and with nothing else than a FrameException. */
  @Test
  void survivesMutations() {
    byte[] valid = Png16.write(noise(16, 12, 1, 16));
    int failures = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] file =
          random.nextInt(4) == 0
              ? Arrays.copyOf(valid, random.nextInt(valid.length))
              : valid.clone();
      for (int n = random.nextInt(4); n >= 0 && file.length > 0; n--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      if (file.length > 40 && random.nextBoolean()) {
        repairChecksums(file);
      }
      try {
        assertThat(Png16.read(file, "mutant").samples().length).isLessThan(1 << 20);
      } catch (FrameException e) {
        assertThat(e).hasMessageStartingWith("Cannot decode mutant: ");
        failures++;
      }
    }
    assertThat(failures).isGreaterThan(4_000);
  }

  private static void assertFails(byte[] file, String message) {
    assertThatThrownBy(() -> Png16.read(file, "it"))
        .isInstanceOf(FrameException.class)
        .hasMessageStartingWith("Cannot decode it: " + message)
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(Reason.DECODE_ERROR);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static PngImage noise(int width, int height, int channels, int bitDepth) {
    SplittableRandom random = new SplittableRandom(7);
    short[] samples = new short[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) random.nextInt(1 << bitDepth);
    }
    return new PngImage(width, height, channels, bitDepth, samples);
  }

  /** A PNG of any header over any filtered rows. */
  private static byte[] file(int width, int height, int bitDepth, int colorType, byte[] rows) {
    byte[] file = Png16.write(noise(1, 1, 1, 16));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, 33);
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] data = new byte[rows.length + 100];
    int length = deflater.deflate(data);
    deflater.end();
    out.write(length >> 24);
    out.write(length >> 16);
    out.write(length >> 8);
    out.write(length);
    out.writeBytes(new byte[] {'I', 'D', 'A', 'T'});
    out.write(data, 0, length);
    out.writeBytes(new byte[4]);
    out.write(file, file.length - 12, 12);
    byte[] result = out.toByteArray();
    for (int i = 0; i < 4; i++) {
      result[16 + i] = (byte) (width >> (24 - 8 * i));
      result[20 + i] = (byte) (height >> (24 - 8 * i));
    }
    result[24] = (byte) bitDepth;
    result[25] = (byte) colorType;
    repairChecksums(result);
    return result;
  }

  static void repairChecksums(byte[] file) {
    int at = 8;
    while (at + 12 <= file.length) {
      int length =
          (file[at] << 24)
              | ((file[at + 1] & 0xff) << 16)
              | ((file[at + 2] & 0xff) << 8)
              | (file[at + 3] & 0xff);
      if (length < 0 || length > file.length - at - 12) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(file, at + 4, length + 4);
      for (int i = 0; i < 4; i++) {
        file[at + 8 + length + i] = (byte) (crc.getValue() >> (24 - 8 * i));
      }
      at += 12 + length;
    }
  }
}
