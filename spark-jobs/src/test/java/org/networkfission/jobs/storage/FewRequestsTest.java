package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.jobs.storage.RawSamples.Format;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.OpenShards;
import org.networkfission.prep.shard.ShardFile;

/** How often a store is asked, and that it is asked while something else is done. */
class FewRequestsTest {
  private static final Configuration HADOOP = CountedFileSystem.client();
  private static final int VIEWS = 12;
  private static final int PATIENCE_MILLIS = 10_000;

  @TempDir static Path folder;
  private static RawSamples samples;

  @BeforeAll
  static void sample() throws Exception {
    samples = new RawSamples(folder, CountedFileSystem::uri);
    samples.write(VIEWS);
  }

  /** Requests of a unit: for each frame, and beside them. */
  private static int most(Format format, int frames) {
    return switch (format) {
      case FOLDERS -> 3 * frames + 5; // Three files; a description, and three folders.
      case ARCHIVE -> 4; // A description and an archive, each read from its beginning to its end.
      case SCANNET -> frames + 12; // The label in its archive; the stream is read to its end.
      case EXPORTED -> 4 * frames + 12; // Four files; four folders.
      case NYUDV2 -> 3 * frames + 20; // Three arrays; what tells where they are.
      case TABLE -> 4 * frames; // Two files, wherever they are: each is looked for before.
    };
  }

  @ParameterizedTest
  @EnumSource
  void unitsAreReadByFewRequests(Format format) throws Exception {
    for (FrameUnit unit : samples.source(format).units(HADOOP)) {
      CountedFileSystem.begin(0);
      int frames = 0;
      try (FrameReader reader = samples.source(format).open(unit, HADOOP)) {
        while (reader.next()) {
          reader.read();
          frames++;
        }
      }
      assertThat(frames).isEqualTo(unit.frames());
      assertThat(CountedFileSystem.requests()).hasSizeLessThanOrEqualTo(most(format, frames));
    }
  }

  /**
   * Of a scan: its folder, and the beginning of its stream; where frames are files, four folders.
   */
  @ParameterizedTest
  @EnumSource(names = {"SCANNET", "EXPORTED"})
  void scansAreFoundByFewRequests(Format format) throws Exception {
    CountedFileSystem.begin(0);
    int scans = samples.source(format).units(HADOOP).size();
    assertThat(scans).isEqualTo(2);
    int each = format == Format.SCANNET ? 2 : 5;
    assertThat(CountedFileSystem.requests()).hasSizeLessThanOrEqualTo(each * scans + 16);
  }

  /**
   * Nobody asks for the second frame, but what it takes is asked for while the first is computed.
   */
  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void theNextFramesAreOnTheirWayWhileOneIsComputed(Format format) throws Exception {
    FrameUnit unit = samples.source(format).units(HADOOP).get(0);
    CountedFileSystem.begin(2);
    try (FrameReader reader = samples.source(format).open(unit, HADOOP)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.read().key()).isEqualTo(reader.key());
      int settled = settle();
      assertThat(reader.next()).isTrue();
      reader.read();
      int next = CountedFileSystem.requests().size() - settled;
      assertThat(next).as("requests for the second frame alone").isLessThan(2 * 4 + 1);
      if (format == Format.FOLDERS || format == Format.EXPORTED || format == Format.TABLE) {
        assertThat(CountedFileSystem.mostAtOnce()).isGreaterThan(2);
      }
    }
  }

  /** Only so far: what is read ahead is in memory. */
  @Test
  @Timeout(60)
  void nothingIsReadFarAhead() throws Exception {
    FrameUnit unit = samples.source(Format.FOLDERS).units(HADOOP).get(0);
    CountedFileSystem.begin(0);
    try (FrameReader reader = samples.source(Format.FOLDERS).open(unit, HADOOP)) {
      assertThat(reader.next()).isTrue();
      reader.read();
      settle();
      assertThat(photos()).hasSize(1 + 4);
      assertThat(reader.next()).isTrue();
      settle();
      assertThat(photos()).hasSize(1 + 5);
    }
  }

  private static Set<String> photos() {
    return CountedFileSystem.requests().stream()
        .filter(request -> request.endsWith(".jpg"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Waits until no more requests come; how many there were. */
  private static int settle() throws InterruptedException {
    int before = -1;
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    int now = CountedFileSystem.requests().size();
    while (now != before && System.currentTimeMillis() < end) {
      Thread.sleep(300);
      before = now;
      now = CountedFileSystem.requests().size();
    }
    return now;
  }

  /** One look, two reads of the footer, and one request for each row group. */
  @Test
  void aShardIsOpenedOncePerTaskAndReadInRanges() throws Exception {
    TinyDataset.write(folder.resolve("rooms"), 24);
    var dataset = new org.apache.hadoop.fs.Path(CountedFileSystem.uri(folder.resolve("rooms")));
    List<ShardFile> shards = Manifest.open(dataset, HADOOP).files("train");
    int groups = shards.get(0).rowGroups().size();
    assertThat(groups).isGreaterThan(3);
    CountedFileSystem.begin(0);
    List<String> keys = new ArrayList<>();
    try (OpenShards open = new OpenShards(HADOOP)) {
      for (int group = groups - 1; group >= 0; group--) {
        for (ShardFile shard : shards) {
          open.get(new org.apache.hadoop.fs.Path(dataset, shard.path()))
              .readRowGroup(group)
              .forEachRemaining(row -> keys.add(row.frameKey()));
        }
      }
    }
    assertThat(keys).hasSize(48).doesNotHaveDuplicates();
    Map<String, Long> kinds =
        CountedFileSystem.requests().stream()
            .collect(
                Collectors.groupingBy(r -> r.substring(0, r.indexOf(' ')), Collectors.counting()));
    assertThat(kinds)
        .containsEntry("HEAD", 2L)
        .hasEntrySatisfying("GET", n -> assertThat(n).isLessThanOrEqualTo(2L * (2 + groups)));
  }
}
