package org.networkfission.prep.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.labels.NyuDv2Splits;
import org.networkfission.prep.scannet.ScanNetSource;

/**
 * The splits and class maps as published, against what the product makes of them: {@code
 * -Dpublished.data=DIR} with the folders {@code scannet-splits} and {@code nyuv2}. They are not
 * ours to hand on, so that the tests are skipped where nobody names them.
 */
class PublishedFilesTest {
  @TempDir Path folder;

  private static Path published(String name) {
    String data = System.getProperty("published.data");
    assumeTrue(data != null, "-Dpublished.data is not set");
    Path path = Path.of(data).resolve(name);
    assumeTrue(Files.exists(path), "there is no " + path);
    return path;
  }

  /** Every scan of the three lists, none of whose spaces stands in two of them. */
  @Test
  void scanNetsSplitsAreReadWhole() throws IOException {
    Path lists = published("scannet-splits");
    for (String split : List.of("train", "val", "test")) {
      String name = "scannetv2_" + split + ".txt";
      Files.copy(lists.resolve(name), folder.resolve(name));
      for (String scan : Files.readAllLines(lists.resolve(name))) {
        Files.createDirectories(folder.resolve("scans").resolve(scan.trim()));
      }
    }
    ScanNetSource source =
        new ScanNetSource(folder.toUri().toString(), List.of("train", "val", "test"), 1);

    Map<String, Long> scans =
        source.units(new Configuration()).stream()
            .collect(Collectors.groupingBy(FrameUnit::split, Collectors.counting()));

    assertThat(scans).isEqualTo(Map.of("train", 1201L, "val", 312L, "test", 100L));
  }

  @Test
  void scanNetsClassesHaveThePublishedNames() throws IOException {
    List<String> rows =
        Files.readAllLines(published("scannet-splits/classes_SemVoxLabel-nyu40id.txt"));
    ClassMap official = ClassMaps.named("scannet20-official", LabelSpace.NYU40);

    int classes = 0;
    for (String row : rows) {
      if (!row.isBlank()) {
        String[] cells = row.trim().split("\\s+", 2);
        classes++;
        assertThat(official.classOf(Integer.parseInt(cells[0]))).isEqualTo(classes);
        assertThat(official.classNames().get(classes).replace(" ", ""))
            .isEqualTo(cells[1].replace(" ", "").replace("refridgerator", "refrigerator"));
      }
    }
    assertThat(classes).isEqualTo(20);
  }

  @Test
  void nyuDv2IsDividedAsPublished() throws IOException {
    Map<String, int[]> mat = MatFile.read(published("nyuv2/splits.mat"));
    List<String> official = NyuDv2Splits.official();

    assertThat(mat.get("trainNdxs")).hasSize(795);
    assertThat(mat.get("testNdxs")).hasSize(654);
    for (int index : mat.get("trainNdxs")) {
      assertThat(official.get(index - 1)).isEqualTo("train");
    }
    for (int index : mat.get("testNdxs")) {
      assertThat(official.get(index - 1)).isEqualTo("test");
    }
  }

  /** Its images are numbered from 5001. */
  @Test
  void guptasDivisionIsThePublishedOne() throws IOException {
    List<String> divided = NyuDv2Splits.withValidation();
    int images = 0;
    for (String split : List.of("train", "val", "test")) {
      for (String line : Files.readAllLines(published("nyuv2/gupta/" + split + ".txt"))) {
        assertThat(divided.get(Integer.parseInt(line.trim()) - 5001)).as(line).isEqualTo(split);
        images++;
      }
    }
    assertThat(images).isEqualTo(1449);
  }

  @Test
  void rawLabelsLeadToThePublishedClasses() throws IOException {
    int[] forty = MatFile.read(published("nyuv2/classMapping40.mat")).get("mapClass");
    int[] thirteen = MatFile.read(published("nyuv2/class13Mapping.mat")).get("labels13");
    ClassMap nyu40 = ClassMaps.named("nyu40", LabelSpace.NYU894);
    ClassMap nyu13 = ClassMaps.named("nyu13", LabelSpace.NYU894);

    assertThat(forty).hasSize(894);
    assertThat(thirteen).hasSize(40);
    for (int id = 1; id <= 894; id++) {
      assertThat(nyu40.classOf(id)).as("raw id %d", id).isEqualTo(forty[id - 1]);
      assertThat(nyu13.classOf(id)).as("raw id %d", id).isEqualTo(thirteen[forty[id - 1] - 1]);
    }
  }
}
