package org.networkfission.prep.scannet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.cases.Outcomes;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;

class ScanNetSourceTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String SCAN = "scene0001_00";

  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  @TempDir Path root;
  private Path scan;

  @BeforeEach
  void makeAScan() throws IOException {
    scan = Files.createDirectories(root.resolve("scans").resolve(SCAN));
    Files.write(scan.resolve(SCAN + ".sens"), resource("tiny_v4.sens"));
    writeLabels("label-filt/0.png", "label-filt/1.png", "label-filt/2.png");
    Files.writeString(root.resolve("scannetv2_train.txt"), SCAN + "\n");
    Files.writeString(
        root.resolve(LabelTable.FILE_NAME),
        "id\traw_category\tcategory\tcount\tnyu40id\n7\tpipe\tpipe\t3\t40\n7\tpipes\tpipe\t3\t38\n");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ScanNetSourceTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private void writeLabels(String... names) throws IOException {
    short[] ids = new short[130 * 97];
    Arrays.fill(ids, (short) 7);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Png16.writeGrey(130, 97, ids));
        zip.closeEntry();
      }
    }
    Files.write(scan.resolve(SCAN + "_2d-label-filt.zip"), bytes.toByteArray());
  }

  private ScanNetSource source() {
    return new ScanNetSource(root.toUri().toString(), List.of("train"), 1);
  }

  /** What became of each frame: its reason, or "ok"; of a scan that cannot be opened, one. */
  private List<String> outcomes() throws IOException {
    List<String> outcomes = new ArrayList<>();
    FrameUnit unit = source().units(HADOOP).get(0);
    try (FrameReader reader = source().open(unit, HADOOP)) {
      while (reader.next()) {
        try {
          reader.read();
          outcomes.add("ok");
        } catch (FrameException e) {
          assertThat(e).hasMessageContaining(SCAN);
          outcomes.add(e.reason().code());
        }
      }
    } catch (FrameException e) {
      outcomes.add(e.reason().code() + ": " + e.getMessage());
    }
    return outcomes;
  }

  @Test
  void readsAStream() throws IOException, FrameException {
    List<FrameUnit> units = source().units(HADOOP);
    assertThat(units)
        .extracting(FrameUnit::name, FrameUnit::split, FrameUnit::frames, FrameUnit::bytes)
        .containsExactly(Tuple.tuple(SCAN, "train", 3, 7603L));
    try (FrameReader reader = source().open(units.get(0), HADOOP)) {
      assertThat(reader.next()).isTrue();
      Frame frame = reader.read();
      assertThat(frame.key()).isEqualTo("scannet/scene0001_00/000000");
      assertThat(frame.source()).endsWith("/scene0001_00.sens#319");
      assertThat(frame.width()).isEqualTo(64);
      assertThat(frame.height()).isEqualTo(48);
      Intrinsics k = frame.intrinsics();
      assertThat(k.fx()).isEqualTo(57.16237258911133);
      assertThat(k.cy()).isEqualTo(23.950000762939453);
      assertThat(frame.labels().ids()).as("the last row of id 7 wins").containsOnly((short) 38);
    }
  }

  @Test
  void lostTrackingIsABadPose() throws IOException {
    assertThat(outcomes()).containsExactly("ok", "bad_pose", "ok");
  }

  @Test
  void aStreamMayEndAfterItsFrames() throws IOException {
    Files.write(scan.resolve(SCAN + ".sens"), resource("tiny_v4_no_imu_count.sens"));
    assertThat(outcomes()).containsExactly("ok", "ok");
    byte[] version3 = resource("tiny_v4_no_imu_count.sens");
    version3[0] = 3;
    Files.write(scan.resolve(SCAN + ".sens"), version3);
    assertThat(outcomes()).containsExactly("ok", "ok");
  }

  @Test
  void framesBeforeATruncationAreKeptAndTheOthersCounted() throws IOException {
    Files.write(scan.resolve(SCAN + ".sens"), resource("tiny_v4_truncated.sens"));
    assertThat(outcomes()).containsExactly("ok", "ok", "truncated");
    Files.write(scan.resolve(SCAN + ".sens"), Arrays.copyOf(resource("tiny_v4.sens"), 2000));
    assertThat(outcomes()).containsExactly("truncated", "truncated", "truncated");
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    assertThat(outcomesWith(4 + 8 + 15 + 256 + 4, 2)).singleElement().asString().contains("occi");
    assertThat(outcomesWith(0, 5))
        .singleElement()
        .asString()
        .contains("its version is 5, must be 3 or 4");
    assertThat(outcomesWith(4 + 8 + 15 + 256 + 8 + 3, 0x7f))
        .singleElement()
        .asString()
        .contains("it claims colour of 2130706562 x 97 pixels");
    assertThat(outcomesWith(318, 0x10))
        .singleElement()
        .asString()
        .contains("it claims 1,152,921,504,606,846,979 frames");
    assertThat(outcomesWith(313, 0x09))
        .singleElement()
        .asString()
        .startsWith("truncated")
        .contains("it claims 589,827 frames, its 7,603 bytes hold no more than 75");
  }

  private List<String> outcomesWith(int offset, int value) throws IOException {
    byte[] stream = resource("tiny_v4.sens");
    stream[offset] = (byte) value;
    Files.write(scan.resolve(SCAN + ".sens"), stream);
    return outcomes();
  }

  @Test
  void depthInAnotherUnitIsNoticed() throws IOException {
    byte[] stream = resource("tiny_v4.sens");
    // A depth shift of 100 instead of 1000.
    int at = 4 + 8 + 15 + 256 + 24;
    int bits = Float.floatToIntBits(100);
    for (int i = 0; i < 4; i++) {
      stream[at + i] = (byte) (bits >> (8 * i));
    }
    Files.write(scan.resolve(SCAN + ".sens"), stream);
    assertThat(outcomes()).containsExactly("decode_error", "bad_pose", "decode_error");
  }

  @Test
  void missingLabelsAreNamed() throws IOException {
    writeLabels("label-filt/0.png", "label-filt/1.png");
    assertThat(outcomes()).containsExactly("ok", "bad_pose", "missing_file");
    Files.delete(scan.resolve(SCAN + "_2d-label-filt.zip"));
    assertThat(outcomes())
        .singleElement()
        .asString()
        .startsWith("missing_file: Cannot read scan scene0001_00: its labels, ");
    Files.delete(root.resolve(LabelTable.FILE_NAME));
    writeLabels("label-filt/0.png");
    FrameUnit unit = source().units(HADOOP).get(0);
    assertThatThrownBy(() -> source().open(unit, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("scannetv2-labels.combined.tsv is missing");
  }

  @Test
  void anEntryThatPointsOutsideIsRefused() throws IOException {
    writeLabels("label-filt/0.png", "../../evil.png");
    assertThat(outcomes())
        .singleElement()
        .asString()
        .contains("its entry ../../evil.png points outside of it");
  }

  @Test
  void aRawIdThatTheTableDoesNotHaveIsNamed() throws IOException {
    Files.writeString(root.resolve(LabelTable.FILE_NAME), "id\tnyu40id\n8\t1\n");
    assertThat(outcomes()).containsExactly("unknown_label", "bad_pose", "unknown_label");
  }

  @Test
  void aSpaceMustNotStandInTwoSplits() throws IOException {
    Files.writeString(root.resolve("scannetv2_val.txt"), "scene0002_00\nscene0001_01\n");
    assertThatThrownBy(() -> source().units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the space scene0001 stands in train and in val");
  }

  @Test
  void listsAreChecked() throws IOException {
    Files.writeString(root.resolve("scannetv2_train.txt"), "../../secret\n");
    assertThatThrownBy(() -> source().units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"../../secret\" is no scan, such as scene0000_00");
    Files.delete(root.resolve("scannetv2_train.txt"));
    assertThatThrownBy(() -> source().units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the list of the split train, scannetv2_train.txt, is missing");
  }

  @Test
  void readsTwentyFiveThousandFrames() throws IOException {
    Files.delete(scan.resolve(SCAN + ".sens"));
    Files.writeString(scan.resolve("intrinsics_depth.txt"), matrix("57 0 31.5 0 0 57 23.5 0"));
    short[] depth = new short[64 * 48];
    Arrays.fill(depth, (short) 2000);
    short[] labels = new short[64 * 48];
    Arrays.fill(labels, (short) 5);
    for (String name : List.of("000000", "000100", "000200")) {
      write("color/" + name + ".jpg", new byte[] {1});
      write("depth/" + name + ".png", Png16.writeGrey(64, 48, depth));
      write("label/" + name + ".png", Png16.writeGrey(64, 48, labels));
      write("pose/" + name + ".txt", matrix("1 0 0 0 0 1 0 0").getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(outcomes()).containsExactly("ok", "ok", "ok");
    write("pose/000100.txt", matrix("-inf 0 0 0 0 1 0 0").getBytes(StandardCharsets.US_ASCII));
    Files.delete(scan.resolve("label/000200.png"));
    Arrays.fill(labels, (short) 41);
    write("label/000000.png", Png16.writeGrey(64, 48, labels));
    assertThat(outcomes()).containsExactly("unknown_label", "bad_pose", "missing_file");
  }

  @Test
  void readsAnExportedScan() throws IOException {
    Files.delete(scan.resolve(SCAN + ".sens"));
    write(
        "intrinsic/intrinsic_depth.txt",
        matrix("57 0 31.5 0 0 57 23.5 0").getBytes(StandardCharsets.US_ASCII));
    short[] depth = new short[64 * 48];
    Arrays.fill(depth, (short) 2000);
    for (int frame = 0; frame < 3; frame++) {
      write("color/" + frame + ".jpg", new byte[] {1});
      write("depth/" + frame + ".png", Png16.writeGrey(64, 48, depth));
      write(
          "pose/" + frame + ".txt", matrix("1 0 0 0 0 1 0 0").getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(outcomes()).containsExactly("ok", "ok", "ok");
    Files.delete(scan.resolve("color/1.jpg"));
    assertThat(outcomes()).containsExactly("ok", "missing_file", "ok");
    write(
        "intrinsic/intrinsic_depth.txt",
        matrix("57 0 31.5 0 0 27 23.5 0").getBytes(StandardCharsets.US_ASCII));
    assertThat(outcomes()).singleElement().asString().contains("one of them is likely misplaced");
  }

  private static String matrix(String twoRows) {
    return twoRows + " 0 0 1 0 0 0 0 1\n";
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.createDirectories(scan.resolve(name).getParent());
    Files.write(scan.resolve(name), bytes);
  }

  @Test
  void survivesMutations() throws IOException {
    assertThat(survivors(0, 500)).isLessThan(250);
  }

  @Test
  @Tag("slow")
  void survivesThousandsOfMutations() throws IOException {
    assertThat(survivors(500, 5_000)).isLessThan(2_700);
  }

  /**
   * Whatever is done to a scan, reading it ends, and with nothing else than the known errors.
   *
   * @return how many damaged scans could be read all the same
   */
  private int survivors(int from, int to) throws IOException {
    byte[] stream = resource("tiny_v4.sens");
    byte[] zip = Files.readAllBytes(scan.resolve(SCAN + "_2d-label-filt.zip"));
    int good = 0;
    for (int seed = from; seed < to; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Files.write(scan.resolve(SCAN + ".sens"), mutate(stream, random));
      Files.write(scan.resolve(SCAN + "_2d-label-filt.zip"), mutate(zip, random));
      List<String> outcomes = outcomes();
      assertThat(outcomes.size()).isLessThan(100);
      good += outcomes.equals(List.of("ok", "bad_pose", "ok")) ? 1 : 0;
    }
    return good;
  }

  /**
   * Lists, tables and poses with bytes changed, byte order marks, lines twice and files twice: what
   * comes out is a frame, a reason or one error that names the file, and no key comes twice.
   */
  @Test
  void survivesMutationsOfItsTextFiles() throws IOException {
    Path root25k = root.resolve("25k");
    Outcomes.copy(Outcomes.folder("19-nan-spellings"), root25k);
    Path frames = root25k.resolve("scannet_frames_25k/scene0000_00");
    List<Path> texts =
        List.of(
            root25k.resolve("scannetv2_train.txt"),
            frames.resolve("intrinsics_depth.txt"),
            frames.resolve("pose/000000.txt"),
            frames.resolve("pose/000100.txt"));
    List<byte[]> valid = new ArrayList<>();
    for (Path text : texts) {
      valid.add(Files.readAllBytes(text));
    }
    for (int seed = 0; seed < 400; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < texts.size(); i++) {
        Files.write(texts.get(i), mutateText(valid.get(i), random));
      }
      ScanNetSource source = new ScanNetSource("file:" + root25k, List.of("train"), 1);
      try {
        Outcomes outcomes = Outcomes.of(source, HADOOP);
        assertThat(outcomes.frames().size()).isLessThanOrEqualTo(4);
        assertThat(outcomes.messages()).allMatch(message -> message.startsWith("Cannot "));
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
    }
  }

  private static byte[] mutateText(byte[] valid, SplittableRandom random) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    switch (random.nextInt(8)) {
      case 0 -> bytes.writeBytes(MARK);
      case 1 -> bytes.writeBytes(new byte[] {(byte) 0xff, (byte) 0xfe});
      case 2 -> bytes.writeBytes(valid);
      default -> {}
    }
    byte[] changed = valid.clone();
    if (random.nextInt(4) == 0) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    bytes.writeBytes(changed);
    return bytes.toByteArray();
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    switch (random.nextInt(10)) {
      case 0 -> bytes = Arrays.copyOf(valid, random.nextInt(valid.length));
      case 1 -> bytes = Arrays.copyOf(valid, valid.length + 1 + random.nextInt(300));
      case 2 -> System.arraycopy(MARK, 0, bytes, 0, MARK.length);
      default -> {}
    }
    for (int n = random.nextInt(6); n > 0 && bytes.length > 0; n--) {
      // The headers are small beside the images: half the changes go there.
      int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 420);
      bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
