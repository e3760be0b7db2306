package org.networkfission.prep.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.nyudv2.NyuDv2Source;
import org.networkfission.prep.scannet.ScanNetSource;
import org.networkfission.prep.scenenet.SceneNetSource;

/** Files as people have them, made after what they reported of other readers. */
class CasesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static Outcomes sceneNet(String name) throws IOException {
    return sceneNet(Outcomes.folder(name));
  }

  private static Outcomes sceneNet(Path root) throws IOException {
    return Outcomes.of(new SceneNetSource("file:" + root, List.of("train"), 1), HADOOP);
  }

  private static Outcomes scanNet(Path root, String... splits) throws IOException {
    return Outcomes.of(new ScanNetSource("file:" + root, List.of(splits), 1), HADOOP);
  }

  private static boolean isVoid(Frame frame) {
    for (short id : frame.labels().ids()) {
      if (id != 0) {
        return false;
      }
    }
    return true;
  }

  private static List<String> keys(String scan, int... numbers) {
    return IntStream.of(numbers).mapToObj(n -> "scannet/%s/%06d".formatted(scan, n)).toList();
  }

  @Test
  void gzipWhoseChecksumIsWrongGivesNoFrame() throws IOException {
    Outcomes outcomes = sceneNet("06b-gzip-crc");
    assertThat(outcomes.frames()).isEmpty();
    assertThat(outcomes.rejected()).containsExactly("train_0.tar.gz/* decode_error");
    assertThat(outcomes.messages().get(0)).contains("train_0.tar.gz", "not what was packed");
  }

  @Test
  void aViewThatIsListedTwiceIsOneRow() throws IOException {
    Outcomes outcomes = sceneNet("07-duplicate-view");
    assertThat(outcomes.frames())
        .containsOnlyKeys(
            "scenenet/train/0/223/0", "scenenet/train/0/223/25", "scenenet/train/0/223/50");
    assertThat(outcomes.rejected()).containsExactly("scenenet/train/0/223/25 duplicate");
  }

  @Test
  void framesOfTestScansLieInAFolderOfTheirOwn() throws IOException {
    Outcomes outcomes = scanNet(Outcomes.folder("11-scannet-frames-test"), "train", "test");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames().keySet())
        .containsExactlyElementsOf(
            Stream.of("scene0000_00", "scene0707_00")
                .flatMap(scan -> keys(scan, 0, 100, 200, 300).stream())
                .toList());
    outcomes
        .frames()
        .values()
        .forEach(f -> assertThat(isVoid(f)).as(f.key()).isEqualTo(f.split().equals("test")));
  }

  @Test
  void aMeshInScansDoesNotHideTheFrames() throws IOException {
    Outcomes outcomes = scanNet(Outcomes.folder("12-scannet-meshes-in-scans"), "train");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames().keySet())
        .containsExactlyElementsOf(keys("scene0000_00", 0, 100, 200, 300));
  }

  @Test
  void emptyLabelArchivesOfTestScansAreNoLabels() throws IOException {
    Outcomes outcomes = scanNet(Outcomes.folder("13-scannet-test-zips"), "train", "test");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames()).hasSize(8);
    outcomes
        .frames()
        .values()
        .forEach(f -> assertThat(isVoid(f)).as(f.key()).isEqualTo(f.split().equals("test")));
  }

  @Test
  void lostTrackingCostsItsFrames() throws IOException {
    Outcomes outcomes = scanNet(Outcomes.folder("14-lost-tracking"), "train");
    assertThat(outcomes.frames()).hasSize(38);
    assertThat(outcomes.rejected()).hasSize(2).allMatch(rejected -> rejected.endsWith(" bad_pose"));
  }

  @Test
  void aChunkThatWasNeverWrittenHoldsTheFillValue() throws IOException {
    Path mat = Outcomes.folder("15-hdf5-unwritten-chunk").resolve("nyu.mat");
    Outcomes outcomes =
        Outcomes.of(
            new NyuDv2Source("file:" + mat, List.of("train", "test"), 1, true, false), HADOOP);
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames()).hasSize(12);
    outcomes
        .frames()
        .values()
        .forEach(
            f -> {
              int image = Integer.parseInt(f.key().substring("nyudv2/".length()));
              assertThat(isVoid(f)).as(f.key()).isEqualTo(image >= 5 && image <= 8);
            });
  }

  @Test
  void anInstanceWithoutAClassCostsNoTrajectory() throws IOException {
    Outcomes outcomes = sceneNet("16-unseen-instance");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames()).hasSize(8);
    outcomes.frames().values().forEach(f -> assertThat(isVoid(f)).as(f.key()).isFalse());
  }

  @Test
  void archivesMayNameTheirFilesInPax() throws IOException {
    Outcomes outcomes = sceneNet("17a-tar-pax-path");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames().keySet())
        .containsExactly(
            "scenenet/train/0/223/0",
            "scenenet/train/0/223/25",
            "scenenet/train/0/223/50",
            "scenenet/train/0/223/75");
  }

  @Test
  void archivesMayBeJoined() throws IOException {
    Outcomes outcomes = sceneNet("17b-two-tars");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames()).hasSize(8);
  }

  @Test
  void listsMayBeginWithAByteOrderMark() throws IOException {
    Outcomes outcomes = scanNet(Outcomes.folder("18-bom"), "train");
    assertThat(outcomes.rejected()).isEmpty();
    assertThat(outcomes.frames().keySet())
        .containsExactlyElementsOf(keys("scene0000_00", 0, 1, 2, 3));
  }

  @Test
  void windowsWritesNanInItsOwnWay() throws IOException {
    Outcomes outcomes = scanNet(Outcomes.folder("19-nan-spellings"), "train");
    assertThat(outcomes.frames().keySet())
        .containsExactlyElementsOf(keys("scene0000_00", 0, 200, 300));
    assertThat(outcomes.rejected()).containsExactly("scannet/scene0000_00/000100 bad_pose");
  }

  /** The same rows, wherever the input lies: nothing of its place is in them. */
  @Test
  void whereAFrameWasReadIsToldBelowTheInput() throws IOException {
    Path moved = folder.resolve("else where");
    Outcomes.copy(Outcomes.folder("13-scannet-test-zips"), moved);
    List<String> sources = sources(scanNet(moved, "train"));
    assertThat(sources)
        .isEqualTo(sources(scanNet(Outcomes.folder("13-scannet-test-zips"), "train")))
        .allMatch(source -> source.startsWith("scans/scene0000_00/scene0000_00.sens#"));
    assertThat(sources(sceneNet("07-duplicate-view")))
        .containsExactly(
            "train/0/223/photo/0.jpg", "train/0/223/photo/25.jpg", "train/0/223/photo/50.jpg");
    assertThat(sources(sceneNet("17a-tar-pax-path")))
        .startsWith("train_0.tar.gz!0/223/photo/0.jpg");
  }

  /** What Hadoop's paths give a meaning to is part of a name. */
  @ParameterizedTest
  @ValueSource(strings = {"50%", "a%20b", "no #2", "[raw]", "raw {1,2}", "2021-05-03 10:22", "?*"})
  void foldersMayHaveAnyName(String name) throws IOException {
    Path odd = folder.resolve(name);
    Outcomes.copy(Outcomes.folder("16-unseen-instance"), odd.resolve("scenenet"));
    Outcomes.copy(Outcomes.folder("17a-tar-pax-path"), odd.resolve("archive"));
    Outcomes.copy(Outcomes.folder("13-scannet-test-zips"), odd.resolve("scannet"));
    Outcomes.copy(Outcomes.folder("12-scannet-meshes-in-scans"), odd.resolve("frames"));
    Outcomes.copy(Outcomes.folder("15-hdf5-unwritten-chunk"), odd.resolve("nyudv2"));
    assertThat(sceneNet(odd.resolve("scenenet")).frames()).hasSize(8);
    assertThat(sceneNet(odd.resolve("archive")).frames()).hasSize(4);
    assertThat(scanNet(odd.resolve("scannet"), "train", "test").frames()).hasSize(8);
    assertThat(scanNet(odd.resolve("frames"), "train").frames()).hasSize(4);
    String mat = "file:" + odd.resolve("nyudv2/nyu.mat");
    assertThat(
            Outcomes.of(new NyuDv2Source(mat, List.of("train", "test"), 1, true, false), HADOOP)
                .frames())
        .hasSize(12);
  }

  private static List<String> sources(Outcomes outcomes) {
    return outcomes.frames().values().stream().map(Frame::source).toList();
  }
}
