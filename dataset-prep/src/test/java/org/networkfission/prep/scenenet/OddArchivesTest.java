package org.networkfission.prep.scenenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.cases.Outcomes;
import org.networkfission.prep.frame.InputException;

/** SceneNet's parts as people pack, join and unpack them. */
class OddArchivesTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int[] VIEWS = {0, 25, 50, 75};

  @TempDir Path root;
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  /** The folders of a trajectory of four views. */
  private Path folders;

  @BeforeEach
  void copy() throws IOException {
    folders = Outcomes.folder("16-unseen-instance").resolve("train/0/223");
    Path archive = Outcomes.folder("17a-tar-pax-path");
    Files.copy(
        archive.resolve("scenenet_rgbd_train_0.pb"), root.resolve("scenenet_rgbd_train_0.pb"));
  }

  private Outcomes outcomes() throws IOException {
    return Outcomes.of(new SceneNetSource("file:" + root, List.of("train"), 1), HADOOP);
  }

  private static String key(int view) {
    return "scenenet/train/0/223/" + view;
  }

  private void entry(String name, char type, byte[] contents) {
    entry(
        name, type, contents, "%011o".formatted(contents.length).getBytes(StandardCharsets.UTF_8));
  }

  private void entry(String name, char type, byte[] contents, byte[] size) {
    byte[] header = new byte[512];
    put(header, 0, name.getBytes(StandardCharsets.UTF_8));
    put(header, 124, size);
    header[156] = (byte) type;
    put(header, 257, "ustar\00000".getBytes(StandardCharsets.UTF_8));
    put(header, 148, "        ".getBytes(StandardCharsets.UTF_8));
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum).getBytes(StandardCharsets.UTF_8));
    tar.writeBytes(header);
    tar.writeBytes(contents);
    tar.writeBytes(new byte[(512 - contents.length % 512) % 512]);
  }

  private static void put(byte[] header, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private byte[] file(String kind, int view) throws IOException {
    String ending = kind.equals("photo") ? "jpg" : "png";
    return Files.readAllBytes(folders.resolve("%s/%d.%s".formatted(kind, view, ending)));
  }

  private void view(String folder, int view) throws IOException {
    entry(folder + "0/223/photo/" + view + ".jpg", '0', file("photo", view));
    entry(folder + "0/223/depth/" + view + ".png", '0', file("depth", view));
    entry(folder + "0/223/instance/" + view + ".png", '0', file("instance", view));
  }

  private void end() {
    tar.writeBytes(new byte[1024]);
  }

  private byte[] gzipped() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      tar.writeTo(out);
    }
    return bytes.toByteArray();
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(root.resolve("train_0.tar.gz"), bytes);
  }

  private void allViews(String folder) throws IOException {
    for (int view : VIEWS) {
      view(folder, view);
    }
  }

  @Test
  void archivesMayEndInTgzOrBePlain() throws IOException {
    allViews("train/");
    end();
    Files.write(root.resolve("train_0.tgz"), gzipped());
    assertThat(outcomes().frames()).hasSize(4);
    Files.delete(root.resolve("train_0.tgz"));
    Files.write(root.resolve("train_0.tar"), tar.toByteArray());
    assertThat(outcomes().frames()).hasSize(4);
  }

  /** Without gzip, the headers' own sums are what tells a damaged archive. */
  @Test
  void theSumOfAHeaderIsCompared() throws IOException {
    allViews("train/");
    end();
    byte[] bytes = tar.toByteArray();
    int second = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("photo/25.jpg");
    bytes[second] ^= 1;
    Files.write(root.resolve("train_0.tar"), bytes);
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).containsOnlyKeys(key(0));
    assertThat(outcomes.rejected())
        .containsExactly(key(25) + " truncated", key(50) + " truncated", key(75) + " truncated");
    assertThat(outcomes.messages().get(0)).contains("the checksum of the header of");
  }

  /** A changed byte that inflates all the same: only the checksum at the end tells. */
  @Test
  void anArchiveWhoseBytesChangedGivesNoFrame() throws IOException {
    allViews("train/");
    end();
    byte[] bytes = gzipped();
    for (int at : new int[] {bytes.length - 8, bytes.length - 3, bytes.length / 2}) {
      byte[] changed = bytes.clone();
      changed[at] ^= 4;
      write(changed);
      Outcomes outcomes = outcomes();
      assertThat(outcomes.frames()).isEmpty();
      assertThat(outcomes.rejected()).containsExactly("train_0.tar.gz/* decode_error");
    }
  }

  /** What lies behind the last wanted view is read to its end, for the checksum stands there. */
  @Test
  void theChecksumIsComparedBehindTheLastWantedView() throws IOException {
    allViews("train/");
    entry("train/0/999/photo/0.jpg", '0', new byte[100_000]);
    end();
    byte[] bytes = gzipped();
    write(bytes);
    assertThat(outcomes().frames()).hasSize(4);
    bytes[bytes.length - 6] ^= 1;
    write(bytes);
    assertThat(outcomes().frames()).isEmpty();
  }

  @Test
  void aCutArchiveKeepsWhatLiesBefore() throws IOException {
    allViews("train/");
    end();
    byte[] bytes = gzipped();
    write(Arrays.copyOf(bytes, bytes.length * 2 / 3));
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).isNotEmpty().hasSizeLessThan(4);
    assertThat(outcomes.rejected()).allMatch(rejected -> rejected.endsWith(" truncated"));
    assertThat(outcomes.frames().size() + outcomes.rejected().size()).isEqualTo(4);
  }

  /** All files are there, and nothing vouches for them. */
  @Test
  void anArchiveWithoutItsChecksumGivesNoFrame() throws IOException {
    allViews("train/");
    end();
    byte[] bytes = gzipped();
    for (int cut = 1; cut <= 8; cut++) {
      write(Arrays.copyOf(bytes, bytes.length - cut));
      assertThat(outcomes().rejected()).containsExactly("train_0.tar.gz/* truncated");
    }
  }

  @Test
  void longNamesStandInPaxOrGnuEntries() throws IOException {
    String folder = "very/".repeat(30) + "train/";
    for (int view : VIEWS) {
      for (String kind : List.of("photo", "depth", "instance")) {
        String ending = kind.equals("photo") ? "jpg" : "png";
        String name = "%s0/223/%s/%d.%s".formatted(folder, kind, view, ending);
        byte[] contents = file(kind, view);
        if (view < 50) {
          entry("././@LongLink", 'L', (name + "\0").getBytes(StandardCharsets.UTF_8));
          entry(name.substring(0, 99), '0', contents);
        } else {
          // The header's own size does not count beside that of the attributes.
          entry(
              "PaxHeaders/x", 'x', pax("path", name, "size", "" + contents.length, "mtime", "1.5"));
          entry("x", '0', contents, "00000000000".getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    end();
    write(gzipped());
    assertThat(outcomes().frames()).hasSize(4);
  }

  private static byte[] pax(String... pairs) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      String rest = " %s=%s\n".formatted(pairs[i], pairs[i + 1]);
      int length = rest.length() + 2;
      length += String.valueOf(length).length() > 2 ? 1 : 0;
      records.append(length).append(rest);
    }
    return records.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void badAttributesEndTheArchiveAndNoMore() throws IOException {
    view("train/", 0);
    for (String records :
        List.of("99 path=x\n", "x path=y\n", "5\n", "999999999999999999999 a=b\n")) {
      ByteArrayOutputStream before = new ByteArrayOutputStream();
      before.writeBytes(tar.toByteArray());
      entry("x", 'x', records.getBytes(StandardCharsets.UTF_8));
      end();
      write(gzipped());
      Outcomes outcomes = outcomes();
      assertThat(outcomes.frames()).containsOnlyKeys(key(0));
      assertThat(outcomes.rejected()).hasSize(3);
      tar.reset();
      tar.writeBytes(before.toByteArray());
    }
  }

  @Test
  void sizesMayBeBinary() throws IOException {
    allViews("train/");
    byte[] size = new byte[12];
    size[0] = (byte) 0x80;
    size[11] = 5;
    tar.reset();
    entry("note", '0', new byte[5], size);
    allViews("");
    end();
    write(gzipped());
    assertThat(outcomes().frames()).hasSize(4);
  }

  /** Each view comes from one folder; those of another split are others. */
  @Test
  void filesOfTheSameNameInTwoFoldersAreNotMixed() throws IOException {
    entry("copy/0/223/photo/0.jpg", '0', new byte[] {1});
    entry("val/0/223/photo/25.jpg", '0', new byte[] {2});
    entry("val/0/223/depth/25.png", '0', new byte[] {2});
    allViews("train/");
    view("train/", 75);
    end();
    write(gzipped());
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).containsOnlyKeys(key(25), key(50), key(75));
    assertThat(outcomes.rejected()).containsExactly(key(0) + " missing_file");
  }

  @Test
  void descriptionsMayLieInTheirOwnFolder() throws IOException {
    allViews("train/");
    end();
    write(gzipped());
    Path own = Files.createDirectories(root.resolve("train_protobufs"));
    Files.copy(root.resolve("scenenet_rgbd_train_0.pb"), own.resolve("scenenet_rgbd_train_0.pb"));
    assertThat(outcomes().frames()).as("there twice under one name").hasSize(4);
    Files.delete(root.resolve("scenenet_rgbd_train_0.pb"));
    assertThat(outcomes().frames()).hasSize(4);
  }

  @Test
  void aTrajectoryThatIsDescribedTwiceIsTakenOnceOrRefused() throws IOException {
    allViews("train/");
    end();
    write(gzipped());
    Path file = root.resolve("scenenet_rgbd_train_0.pb");
    byte[] once = Files.readAllBytes(file);
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.writeBytes(once);
    twice.writeBytes(once);
    Files.write(file, twice.toByteArray());
    assertThat(outcomes().frames()).hasSize(4);
    assertThat(outcomes().rejected()).isEmpty();

    Files.write(file, once);
    Files.write(root.resolve("scenenet_rgbd_train_1.pb"), once);
    assertThatThrownBy(this::outcomes)
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "scenenet_rgbd_train_0.pb and scenenet_rgbd_train_1.pb both describe the trajectory 0/223");
    Files.delete(root.resolve("scenenet_rgbd_train_1.pb"));

    byte[] other =
        Files.readAllBytes(
            Outcomes.folder("07-duplicate-view").resolve("scenenet_rgbd_train_0.pb"));
    twice.reset();
    twice.writeBytes(once);
    twice.writeBytes(other);
    Files.write(file, twice.toByteArray());
    assertThatThrownBy(this::outcomes)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it describes the trajectory 0/223 twice, and differently");
  }

  @Test
  void aViewThatIsListedTwiceIsOneRowOfAnArchive() throws IOException {
    allViews("train/");
    end();
    write(gzipped());
    Files.write(
        root.resolve("scenenet_rgbd_train_0.pb"),
        Files.readAllBytes(
            Outcomes.folder("07-duplicate-view").resolve("scenenet_rgbd_train_0.pb")));
    Outcomes outcomes = outcomes();
    assertThat(outcomes.frames()).containsOnlyKeys(key(0), key(25), key(50));
    assertThat(outcomes.rejected()).containsExactly(key(25) + " duplicate");
  }

  /** Archives that were joined packed, joined unpacked, and padded by zeros. */
  @Test
  void joinedArchivesAreReadAsOne() throws IOException {
    view("train/", 0);
    view("train/", 25);
    end();
    List<byte[]> members = new ArrayList<>();
    members.add(gzipped());
    tar.reset();
    view("train/", 50);
    view("train/", 75);
    end();
    members.add(gzipped());
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    members.forEach(joined::writeBytes);
    write(joined.toByteArray());
    assertThat(outcomes().frames()).hasSize(4);
    joined.writeBytes(new byte[700]);
    write(joined.toByteArray());
    assertThat(outcomes().frames()).hasSize(4);
    byte[] second = joined.toByteArray();
    second[members.get(0).length + members.get(1).length - 7] ^= 1;
    write(second);
    assertThat(outcomes().frames()).as("the checksum of the second").isEmpty();
  }
}
