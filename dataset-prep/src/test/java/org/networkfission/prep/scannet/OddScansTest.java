package org.networkfission.prep.scannet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.cases.Outcomes;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** Scans as people have them, beside the published forms. */
class OddScansTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String SCAN = "scene0000_00";
  private static final int HEADER_BEFORE_SHIFT = 4 * 64 + 2 * 4 + 4 * 4;

  @TempDir Path root;
  private Path scan;
  private Path stream;
  private Path zip;

  @BeforeEach
  void copy() throws IOException {
    Outcomes.copy(Outcomes.folder("18-bom"), root);
    scan = root.resolve("scans").resolve(SCAN);
    stream = scan.resolve(SCAN + ".sens");
    zip = scan.resolve(SCAN + "_2d-label-filt.zip");
  }

  private Outcomes outcomes() throws IOException {
    return Outcomes.of(new ScanNetSource("file:" + root, List.of("train"), 1), HADOOP);
  }

  private static String key(int number) {
    return "scannet/%s/%06d".formatted(SCAN, number);
  }

  /** Where a frame of the stream begins. */
  private static int frame(byte[] sens, int number) {
    ByteBuffer b = ByteBuffer.wrap(sens).order(ByteOrder.LITTLE_ENDIAN);
    int at = 12 + (int) b.getLong(4) + HEADER_BEFORE_SHIFT + 4 + 8;
    for (int i = 0; i < number; i++) {
      at += 96 + (int) (b.getLong(at + 80) + b.getLong(at + 88));
    }
    return at;
  }

  private static int depthEnd(byte[] sens, int number) {
    ByteBuffer b = ByteBuffer.wrap(sens).order(ByteOrder.LITTLE_ENDIAN);
    int at = frame(sens, number);
    return at + 96 + (int) (b.getLong(at + 80) + b.getLong(at + 88));
  }

  /** The last four bytes of a zlib stream are Adler's sum of what it holds. */
  @Test
  void theChecksumOfDepthIsCompared() throws IOException {
    byte[] sens = Files.readAllBytes(stream);
    sens[depthEnd(sens, 1) - 1] ^= 1;
    Files.write(stream, sens);
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).containsOnlyKeys(key(0), key(2), key(3));
    assertThat(outcomes.rejected()).containsExactly(key(1) + " decode_error");
    assertThat(outcomes.messages().get(0)).contains("incorrect data check");
  }

  @Test
  void depthWithoutItsChecksumIsTruncated() throws IOException {
    resizeDepth(1, -4);
    assertThat(outcomes().rejected()).containsExactly(key(1) + " truncated");
    resizeDepth(1, -1);
    assertThat(outcomes().rejected()).containsExactly(key(1) + " truncated");
  }

  @Test
  void bytesBehindDepthAreNamed() throws IOException {
    resizeDepth(2, 3);
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).containsOnlyKeys(key(0), key(1), key(3));
    assertThat(outcomes.rejected()).containsExactly(key(2) + " decode_error");
    assertThat(outcomes.messages().get(0)).contains("3 bytes lie behind the zlib stream");
  }

  /** Cuts or lengthens the depth of a frame; the stream stays in order. */
  private void resizeDepth(int number, int change) throws IOException {
    byte[] sens = Files.readAllBytes(stream);
    ByteBuffer b = ByteBuffer.wrap(sens).order(ByteOrder.LITTLE_ENDIAN);
    int at = frame(sens, number);
    b.putLong(at + 88, b.getLong(at + 88) + change);
    b.putLong(at + 88, b.getLong(at + 88) - change);
    int end = depthEnd(sens, number);
    byte[] resized = new byte[sens.length + change];
    int keep = Math.min(end, end + change);
    System.arraycopy(sens, 0, resized, 0, keep);
    System.arraycopy(sens, end, resized, end + change, sens.length - end);
    ByteBuffer.wrap(resized)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(at + 88, b.getLong(at + 88) + change);
    Files.write(stream, resized);
  }

  @Test
  void theChecksumOfLabelsIsCompared() throws IOException {
    byte[] bytes = Files.readAllBytes(zip);
    int entry = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
    bytes[entry + 16] ^= 1;
    Files.write(zip, bytes);
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).hasSize(3);
    assertThat(outcomes.rejected()).singleElement().asString().endsWith(" decode_error");
  }

  /** The entries of the published archive under other names. */
  private void rezip(String before, String after) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName().replace(before, after)));
        in.transferTo(out);
      }
    }
    Files.write(zip, bytes.toByteArray());
  }

  @Test
  void windowsArchiversWriteBackslashes() throws IOException {
    rezip("label-filt/", "label-filt\\");
    assertThat(outcomes().frames()).hasSize(4);
  }

  @Test
  void anArchiveThatHoldsALabelTwiceIsNamed() throws IOException {
    rezip("label-filt/1.png", "label-filt\\2.png");
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).isEmpty();
    assertThat(outcomes.messages().get(0)).contains("it has two entries label-filt/2.png");
  }

  @Test
  void anEmptyArchiveOfATrainingScanIsNamed() throws IOException {
    Files.write(zip, new byte[0]);
    Outcomes outcomes = outcomes();
    assertThat(outcomes.rejected()).containsExactly(SCAN + "/* truncated");
    assertThat(outcomes.messages().get(0)).contains(zip.getFileName().toString());
  }

  private void unpack(String folder) throws IOException {
    Files.createDirectories(scan.resolve(folder));
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
        if (!name.isEmpty()) {
          Files.write(scan.resolve(folder).resolve(name), in.readAllBytes());
        }
      }
    }
    Files.delete(zip);
  }

  @ParameterizedTest
  @ValueSource(strings = {"label-filt", "label"})
  void labelsMayBeUnpacked(String folder) throws IOException {
    Outcomes zipped = outcomes();
    unpack(folder);
    Outcomes unpacked = outcomes();
    assertThat(unpacked.rejected()).isEmpty();
    zipped
        .frames()
        .forEach(
            (key, frame) ->
                assertThat(unpacked.frames().get(key).labels().ids())
                    .isEqualTo(frame.labels().ids()));
  }

  @Test
  void labelsThatAScriptMappedAreRefusedWithTheWayOut() throws IOException {
    unpack("label");
    short[] ids = new short[64 * 48];
    Arrays.fill(ids, (short) 5);
    Files.write(scan.resolve("label/0.png"), Png16.write(new PngImage(64, 48, 1, 8, ids)));
    Outcomes outcomes = outcomes();
    assertThat(outcomes.rejected()).containsExactly(key(0) + " decode_error");
    assertThat(outcomes.messages().get(0))
        .contains("a script mapped them; put the published _2d-label-filt.zip");
  }

  /** As the C++ reader of the published toolkit writes a stream. */
  @Test
  void readsTheExportOfTheCppReader() throws IOException {
    Outcomes streamed = outcomes();
    Files.delete(stream);
    Files.writeString(
        scan.resolve("_info.txt"),
        """
        m_versionNumber = 4
        m_sensorName = StructureSensor
        m_depthWidth = 64
        m_depthHeight = 48
        m_depthShift = 500
        m_calibrationDepthIntrinsic = 57 0 31.5 0 0 57 23.5 0 0 0 1 0 0 0 0 1\s
        m_frames.size = 4
        """);
    for (Frame frame : streamed.frames().values()) {
      String number = frame.key().substring(frame.key().length() - 6);
      Files.write(scan.resolve("frame-" + number + ".color.jpg"), frame.encodedColor());
      Files.writeString(
          scan.resolve("frame-" + number + ".pose.txt"), "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n");
      ByteArrayOutputStream pgm = new ByteArrayOutputStream();
      pgm.writeBytes(
          "P5\n# data values are 16-bit each; depth shift is 500\n%d %d\n65535\n"
              .formatted(frame.width(), frame.height())
              .getBytes(StandardCharsets.US_ASCII));
      for (float z : frame.depth().millimetres()) {
        int value = Math.round(z / 2);
        pgm.write(value >> 8);
        pgm.write(value);
      }
      Files.write(scan.resolve("frame-" + number + ".depth.pgm"), pgm.toByteArray());
    }
    Files.writeString(
        scan.resolve("frame-000002.pose.txt"), "-1.#INF 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1");
    Outcomes exported = outcomes();
    assertThat(exported.rejected()).containsExactly(key(2) + " bad_pose");
    assertThat(exported.frames()).containsOnlyKeys(key(0), key(1), key(3));
    exported
        .frames()
        .forEach(
            (key, frame) -> {
              assertThat(frame.intrinsics().fx()).isEqualTo(57);
              assertThat(frame.labels().ids()).isEqualTo(streamed.frames().get(key).labels().ids());
              float[] depth = streamed.frames().get(key).depth().millimetres();
              for (int i = 0; i < depth.length; i++) {
                assertThat(frame.depth().millimetres()[i]).isEqualTo(2f * Math.round(depth[i] / 2));
              }
            });
    Path cut = scan.resolve("frame-000003.depth.pgm");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 1000));
    assertThat(outcomes().rejected()).containsExactly(key(2) + " bad_pose", key(3) + " truncated");
  }

  @Test
  void meshesAloneAreRefusedWithTheWayOut() throws IOException {
    Files.delete(stream);
    Files.delete(zip);
    Files.writeString(scan.resolve(SCAN + "_vh_clean_2.ply"), "ply\n");
    Outcomes outcomes = outcomes();
    assertThat(outcomes.rejected()).containsExactly(SCAN + "/* missing_file");
    assertThat(outcomes.messages().get(0))
        .contains("but scene0000_00_vh_clean_2.ply; download the stream");
  }

  @Test
  void aScanThatIsListedTwiceIsOneUnit() throws IOException {
    Files.writeString(root.resolve("scannetv2_train.txt"), SCAN + "\r\n" + SCAN + "\r\n");
    assertThat(outcomes().frames()).hasSize(4);
  }

  /** The same frame under two names, in one folder or in two. */
  @Test
  void aFrameUnderTwoNamesIsOneRow() throws IOException {
    Path frames = root.resolve("scannet_frames_25k").resolve(SCAN);
    Outcomes.copy(
        Outcomes.folder("19-nan-spellings").resolve("scannet_frames_25k/" + SCAN), frames);
    assertThat(outcomes().frames()).hasSize(4);
    Files.delete(stream);
    for (String file : List.of("color/000200.jpg", "depth/000200.png", "pose/000200.txt")) {
      Files.copy(frames.resolve(file), frames.resolve(file.replace("000200", "200")));
    }
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).containsOnlyKeys(key(0), key(200), key(300));
  }

  @Test
  void posesAndTablesMayBeginWithAByteOrderMark() throws IOException {
    Files.delete(stream);
    Path table = root.resolve(LabelTable.FILE_NAME);
    Files.writeString(table, "\ufeff" + Files.readString(table), StandardCharsets.UTF_16LE);
    Path frames = root.resolve("scannet_frames_25k").resolve(SCAN);
    Outcomes.copy(
        Outcomes.folder("19-nan-spellings").resolve("scannet_frames_25k/" + SCAN), frames);
    for (String file : List.of("pose/000000.txt", "intrinsics_depth.txt")) {
      Path text = frames.resolve(file);
      Files.writeString(text, "\ufeff" + Files.readString(text));
    }
    assertThat(outcomes().frames()).containsOnlyKeys(key(0), key(200), key(300));
    // Its table is asked for by zipped labels.
    Outcomes.copy(Outcomes.folder("18-bom").resolve("scans"), root.resolve("scans_test"));
    assertThat(new LabelTable(new org.apache.hadoop.fs.Path("file:" + table), HADOOP)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nan",
        "NaN",
        "-nan",
        "nan(ind)",
        "-nan(ind)",
        "nan(snan)",
        "-nan(snan)",
        "1.#IND",
        "-1.#IND00",
        "1.#QNAN0",
        "1.#SNAN",
        "inf",
        "-inf",
        "+inf",
        "INF",
        "-Infinity",
        "1.#INF",
        "-1.#INF000",
        "nan(0x8000000000000)"
      })
  void allSpellingsOfWhatIsNoNumberAreLostTracking(String word) throws FrameException {
    Matrix pose = Matrix.read("1 0 0 %s 0 1 0 0 0 0 1 0 0 0 0 1".formatted(word), "pose");
    assertThatThrownBy(() -> pose.requirePose("k"))
        .isInstanceOfSatisfying(
            FrameException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_POSE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.#", "#IND", "nanometre", "infinite", "1.2.3", "nan(", "--1", "0x"})
  void otherWordsAreNoNumbers(String word) {
    assertThatThrownBy(
            () -> Matrix.read("1 0 0 %s 0 1 0 0 0 0 1 0 0 0 0 1".formatted(word), "pose"))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining("is no number");
  }
}
