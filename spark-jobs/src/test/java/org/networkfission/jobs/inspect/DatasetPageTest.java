package org.networkfission.jobs.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.report.Browser;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

class DatasetPageTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private Manifest manifest;
  private PreparedDataset prepared;

  @BeforeEach
  void write() throws Exception {
    TinyDataset.write(folder.resolve("data"), 4, List.of("train", "val"), number -> number);
    prepared = new PreparedDataset(folder.resolve("data").toUri().toString(), HADOOP);
    manifest = prepared.manifest();
  }

  private SortedMap<String, ScanCounts> scan() throws IOException {
    SortedMap<String, ScanCounts> splits = new TreeMap<>();
    for (ShardFile file : manifest.files()) {
      splits
          .computeIfAbsent(file.split(), split -> new ScanCounts())
          .add(
              DatasetScan.of(
                  new org.apache.hadoop.fs.Path(
                      folder.resolve("data").toUri().toString(), file.path()),
                  HADOOP));
    }
    return splits;
  }

  @Test
  void countsWhatTheRowsHold() throws IOException {
    ScanCounts train = scan().get("train");
    assertThat(train.frames()).isEqualTo(8);
    long depths = 0;
    for (long bin : train.depth()) {
      depths += bin;
    }
    var statistics = manifest.splits().get("train");
    assertThat(depths).isEqualTo(statistics.pixels() - statistics.holePixels());
    long normals = train.away();
    for (long cell : train.normals()) {
      normals += cell;
    }
    assertThat(normals).isEqualTo(statistics.normalPixels());
    assertThat(train.worst()).hasSize(6);
    assertThat(train.worst().get(0).unknown())
        .isGreaterThanOrEqualTo(train.worst().get(5).unknown());
    assertThat(train.holes(0)).isCloseTo(0, within(1.0));
  }

  @Test
  void opensInABrowser() throws Exception {
    String page =
        new DatasetPage(prepared, folder.resolve("data").toUri().toString(), null).html(scan());
    assertThat(page).doesNotContain("src=\"http", "href=\"http", "@import", "url(", "<script");
    // Two maps and twelve frames for each split.
    assertThat(Browser.open(page, 390, folder))
        .isEqualTo("images 28, broken 0, tables 3, charts 2, overflow 0");
  }

  @Test
  void aShardThatWasChangedIsNamed() throws IOException {
    ShardFile file = manifest.files().get(0);
    String dataset = folder.resolve("data").toUri().toString();
    String[] shard = {file.path(), file.sha256()};
    assertThat(Verification.problem(shard, dataset, HADOOP)).isEmpty();
    Path local = folder.resolve("data").resolve(file.path());
    byte[] bytes = Files.readAllBytes(local);
    bytes[100] ^= 1;
    Files.write(local, bytes);
    Files.deleteIfExists(local.resolveSibling("." + local.getFileName() + ".crc"));
    assertThat(Verification.problem(shard, dataset, HADOOP))
        .contains(file.path(), "its SHA-256 is", file.sha256());
  }
}
