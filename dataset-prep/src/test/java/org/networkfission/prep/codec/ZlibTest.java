package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class ZlibTest {
  private static final int DAMAGED = 4_000;

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void givesWhatWasDeflated() {
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    for (int length : new int[] {1, 2, 100, 40_000, 1_000_000}) {
      for (int level : new int[] {0, 1, 6, 9}) {
        byte[] plain = data(length);
        byte[] found = new byte[length];
        assertThat(Zlib.inflate(deflated(plain, level), found))
            .as("%d bytes, level %d", length, level)
            .isTrue();
        assertThat(found).isEqualTo(plain);
      }
    }
  }

  @Test
  void leavesWhatIsNotWholeToTheJdk() {
    byte[] plain = data(5_000);
    byte[] stream = deflated(plain, 6);
    assertThat(Zlib.inflate(stream, new byte[4_999])).isFalse();
    assertThat(Zlib.inflate(stream, new byte[5_001])).isFalse();
    assertThat(Zlib.inflate(Arrays.copyOf(stream, stream.length - 1), new byte[5_000])).isFalse();
    assertThat(Zlib.inflate(Arrays.copyOf(stream, stream.length + 1), new byte[5_000])).isFalse();
    assertThat(Zlib.inflate(new byte[0], new byte[1])).isFalse();
    assertThat(Zlib.inflate(new byte[6], new byte[1])).isFalse();
    assertThat(Zlib.inflate(stream, new byte[0])).isFalse();
    stream[stream.length - 1]++;
    assertThat(Zlib.inflate(stream, new byte[5_000])).isFalse();
  }

  @Test
  void takesNoDamagedStreamThatTheJdkRefuses() {
    byte[] plain = data(3_000);
    int refused = 0;
    for (int i = 0; i < DAMAGED; i++) {
      byte[] stream = deflated(plain, i % 10);
      int changes = 1 + random.nextInt(3);
      for (int c = 0; c < changes; c++) {
        stream[random.nextInt(stream.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (i % 3 == 0) {
        stream = Arrays.copyOf(stream, random.nextInt(stream.length + 10));
      }
      byte[] found = new byte[plain.length];
      if (Zlib.inflate(stream, found)) {
        assertThat(byTheJdk(stream, plain.length)).as("damaged stream %d", i).isEqualTo(found);
      } else {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(DAMAGED / 2);
  }

  /** Runs, as of labels, with stretches of noise, as of photos. */
  private byte[] data(int length) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (i / 500 % 3 == 0 ? random.nextInt(256) : i / 700);
    }
    return data;
  }

  private static byte[] deflated(byte[] plain, int level) {
    Deflater deflater = new Deflater(level);
    deflater.setInput(plain);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** Null where it does not take the stream. */
  private static byte[] byTheJdk(byte[] stream, int length) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stream);
      byte[] plain = new byte[length];
      int filled = inflater.inflate(plain);
      int more = inflater.inflate(new byte[1]);
      return filled == length && more == 0 && inflater.finished() ? plain : null;
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }
}
