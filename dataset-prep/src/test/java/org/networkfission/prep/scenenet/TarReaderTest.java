package org.networkfission.prep.scenenet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;

/** A part read from its archive gives the frames that its folders give. */
class TarReaderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir static Path folder;
  private static Path unpacked;
  private static byte[] archive;

  @TempDir Path packed;

  @BeforeAll
  static void sample() throws Exception {
    unpacked = folder.resolve("unpacked");
    new SceneNetSample(new SampleSettings(3, 2, 1, 1, 3, 32, 24, 90))
        .write(new org.apache.hadoop.fs.Path(unpacked.toUri()), HADOOP, 2, (i, n) -> {});
    archive = tarGz(unpacked, unpacked.resolve("train/0"));
  }

  /** What became of each frame, by key: its reason, or its truth and photo as one number. */
  private static Map<String, String> outcomes(Path root, int stride) throws IOException {
    SceneNetSource source = new SceneNetSource(root.toUri().toString(), List.of("train"), stride);
    Map<String, String> outcomes = new TreeMap<>();
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          try {
            outcomes.put(reader.key(), digest(reader.read()));
          } catch (FrameException e) {
            assertThat(e).hasMessageContaining(reader.key());
            outcomes.put(reader.key(), e.reason().code());
          }
        }
      } catch (FrameException e) {
        outcomes.put("unit", e.reason().code());
      }
    }
    return outcomes;
  }

  private static String digest(Frame frame) {
    return "%s %s %x %x %x"
        .formatted(
            frame.unit(),
            frame.split(),
            Arrays.hashCode(frame.depth().millimetres()),
            Arrays.hashCode(frame.labels().ids()),
            Arrays.hashCode(frame.encodedColor()));
  }

  private void pack(byte[] bytes) throws IOException {
    Files.copy(
        unpacked.resolve("scenenet_rgbd_train_0.pb"),
        packed.resolve("scenenet_rgbd_train_0.pb"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.write(packed.resolve("train_0.tar.gz"), bytes);
  }

  @Test
  void givesTheFramesThatTheFoldersGive() throws IOException {
    pack(archive);
    assertThat(outcomes(packed, 1)).hasSize(6).isEqualTo(outcomes(unpacked, 1));
    assertThat(outcomes(packed, 2)).hasSize(4).isEqualTo(outcomes(unpacked, 2));
    SceneNetSource source = new SceneNetSource(packed.toUri().toString(), List.of("train"), 2);
    assertThat(source.units(HADOOP))
        .extracting(FrameUnit::name, FrameUnit::frames, FrameUnit::bytes)
        .containsExactly(Tuple.tuple("train_0.tar.gz", 4, (long) archive.length));
  }

  @Test
  void framesBehindACutAreTruncatedAndCounted() throws IOException {
    pack(Arrays.copyOf(archive, archive.length * 2 / 3));
    Map<String, String> outcomes = outcomes(packed, 1);
    assertThat(outcomes).hasSize(6);
    assertThat(outcomes.values()).contains("truncated");
    assertThat(outcomes.values().stream().filter(o -> !o.equals("truncated"))).isNotEmpty();
  }

  @Test
  void filesThatTheArchiveLacksAreMissing() throws IOException {
    pack(tarGz(unpacked, unpacked.resolve("train/0/0")));
    assertThat(outcomes(packed, 1).values().stream().filter("missing_file"::equals)).hasSize(3);
  }

  @Test
  void survivesMutations() throws IOException {
    survive(0, 300);
  }

  @Test
  @Tag("slow")
  void survivesThousandsOfMutations() throws IOException {
    survive(300, 3_000);
  }

  /** Whatever is done to the archive, every frame is accounted for. */
  private void survive(int from, int to) throws IOException {
    Map<String, String> valid = outcomes(unpacked, 1);
    for (int seed = from; seed < to; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = mutate(random);
      pack(bytes);
      try {
        Map<String, String> outcomes = outcomes(packed, 1);
        if (!outcomes.containsKey("unit")) {
          assertThat(outcomes.keySet()).isEqualTo(valid.keySet());
          // Of an archive that is cut within a file nothing vouches for the rest; of any other,
          // every frame is as it was packed.
          if (!outcomes.containsValue("truncated")) {
            assertThat(outcomes).as("seed %d", seed).isEqualTo(valid);
          }
        }
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
    }
  }

  /** Changes some bytes, most often near both ends, cuts, or appends. */
  private static byte[] mutate(SplittableRandom random) {
    byte[] bytes = archive.clone();
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(20));
    } else if (kind == 1) {
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(700));
      for (int i = bytes.length; i < longer.length && random.nextBoolean(); i++) {
        longer[i] = (byte) random.nextInt(256);
      }
      return longer;
    } else if (kind == 2) {
      byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
      System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
      twice[bytes.length + random.nextInt(bytes.length)] ^= (byte) random.nextInt(256);
      return twice;
    } else if (kind == 3) {
      bytes[bytes.length - 1 - random.nextInt(8)] ^= (byte) (1 + random.nextInt(255));
      return bytes;
    }
    for (int n = random.nextInt(3); n >= 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** Packs the files below a folder, named from a root. */
  private static byte[] tarGz(Path root, Path below) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes);
        Stream<Path> all = Files.walk(below)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        byte[] contents = Files.readAllBytes(file);
        byte[] header = new byte[512];
        put(header, 0, root.relativize(file).toString());
        put(header, 124, "%011o".formatted(contents.length));
        header[156] = '0';
        put(header, 257, "ustar");
        out.write(header);
        out.write(contents);
        out.write(new byte[(512 - contents.length % 512) % 512]);
      }
      out.write(new byte[1024]);
    }
    return bytes.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
