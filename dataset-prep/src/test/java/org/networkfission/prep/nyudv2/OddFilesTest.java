package org.networkfission.prep.nyudv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.cases.Outcomes;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;

/**
 * HDF5 as the library of its authors writes it where chunks are odd: made by h5py, images shuffled,
 * deflated and summed by fletcher32; the second chunk of rawDepths without deflate (its filter mask
 * is 1); depths chunked and never written, fill value 2.5; labels contiguous and never written,
 * fill value 7.
 */
class OddFilesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private Path mat;
  private byte[] bytes;

  @BeforeEach
  void copy() throws IOException {
    mat = folder.resolve("nyu.mat");
    try (InputStream in = OddFilesTest.class.getResourceAsStream("odd_chunks.mat")) {
      bytes = in.readAllBytes();
    }
    Files.write(mat, bytes);
  }

  private Outcomes outcomes(boolean raw) throws IOException {
    return Outcomes.of(
        new NyuDv2Source("file:" + mat, List.of("train", "test"), 1, raw, false), HADOOP);
  }

  @Test
  void chunksMaySkipFiltersAndUnwrittenArraysHoldTheirFillValue()
      throws IOException, FrameException {
    Outcomes raw = outcomes(true);
    assertThat(raw.rejected()).isEmpty();
    assertThat(raw.frames()).hasSize(6);
    for (Frame frame : raw.frames().values()) {
      int image = Integer.parseInt(frame.key().substring("nyudv2/".length())) - 1;
      assertThat(frame.labels().ids()).containsOnly((short) 7);
      float z = (float) (1 + image * 0.5 + 5 * 0.01);
      assertThat(frame.depth().millimetres()[3 * 32 + 5]).isEqualTo(1000 * z);
      byte[] rgb = frame.pixels().rgb();
      assertThat(rgb[0]).isEqualTo((byte) (20 * image));
      assertThat(rgb[2]).isEqualTo((byte) (20 * image + 10));
    }
    for (Frame frame : outcomes(false).frames().values()) {
      assertThat(frame.depth().millimetres()).containsOnly(2500f);
    }
  }

  /** One byte of the chunk that is stored as it is: nothing but its checksum can tell. */
  @Test
  void fletcher32IsCompared() throws IOException {
    float z = (float) (1 + 2 * 0.5 + 5 * 0.01);
    int at = find(Float.floatToIntBits(z));
    bytes[at] ^= 1;
    Files.write(mat, bytes);
    Outcomes outcomes = outcomes(true);
    assertThat(outcomes.rejected())
        .containsExactlyInAnyOrder("nyudv2/0003 decode_error", "nyudv2/0004 decode_error");
    assertThat(outcomes.messages().get(0)).contains("the fletcher32 checksum of a chunk is wrong");
    assertThat(outcomes.frames()).hasSize(4);
  }

  private int find(int littleEndian) {
    for (int at = 0; at + 4 <= bytes.length; at++) {
      int value =
          (bytes[at] & 0xff)
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | (bytes[at + 3] & 0xff) << 24;
      if (value == littleEndian) {
        return at;
      }
    }
    throw new AssertionError("no such value");
  }

  /** Fletcher's sums of known texts, as HDF5's own function gives them. */
  @Test
  void sumsAsHdf5Does() {
    byte[] text = "abcde".getBytes(StandardCharsets.US_ASCII);
    // Words 0x6162, 0x6364, 0x6500.
    int low = 0x6162 + 0x6364 + 0x6500;
    int high = 3 * 0x6162 + 2 * 0x6364 + 0x6500;
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
    assertThat(Fletcher32.sum(text, text.length)).isEqualTo(high << 16 | low);
  }

  @Test
  void matFilesOfVersion5AreNamedAsSuch() throws IOException {
    byte[] header = new byte[200];
    byte[] text =
        "MATLAB 5.0 MAT-file, Platform: PCWIN64, Created on: Mon Jan 01 2018"
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, header, 0, text.length);
    Files.write(mat, header);
    assertThatThrownBy(() -> outcomes(true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it is a MAT-file of version 5")
        .hasMessageContaining("-v7.3");
  }

  @Test
  void newerSuperblocksAreNamedAsSuch() throws IOException {
    bytes[512 + 8] = 4;
    Files.write(mat, bytes);
    assertThatThrownBy(() -> outcomes(true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("HDF5 with a superblock of version 4, this program reads 0 to 3");
  }

  @Test
  void otherFilesAreNotHdf5() throws IOException {
    Files.write(mat, "PK\3\4 and so on".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> outcomes(true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it is damaged or no HDF5 file");
    Files.write(mat, new byte[0]);
    assertThatThrownBy(() -> outcomes(true)).isInstanceOf(InputException.class);
  }

  /** Chunks, their sums, their index: a frame that is given out is as it was written. */
  @Test
  void survivesMutations() throws IOException {
    Outcomes valid = outcomes(true);
    byte[] whole = bytes.clone();
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] changed = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed[512 + random.nextInt(changed.length - 512)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(mat, changed);
      try {
        Outcomes outcomes = outcomes(true);
        assertThat(outcomes.messages()).allMatch(message -> message.startsWith("Cannot "));
        if (outcomes.rejected().stream().allMatch(rejected -> rejected.endsWith("decode_error"))) {
          assertThat(outcomes.frames().size()).isLessThanOrEqualTo(valid.frames().size());
        }
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
    }
  }
}
