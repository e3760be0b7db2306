package org.networkfission.jobs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigMemorySize;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cache.HostLocks.Held;
import org.networkfission.jobs.storage.CountedFileSystem;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.InvalidSettings;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

@Timeout(60)
class ShardCacheTest {
  private static final Configuration HADOOP = CountedFileSystem.client();
  private static final long LARGE = 1L << 30;

  @TempDir static Path original;
  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();
  private Path raw;
  private Path copies;
  private org.apache.hadoop.fs.Path dataset;
  private List<ShardFile> shards;

  @BeforeAll
  static void write() throws Exception {
    TinyDataset.write(original.resolve("rooms"), 30);
  }

  @BeforeEach
  void copyDataset() throws Exception {
    raw = folder.resolve("rooms");
    copies = folder.resolve("disk/copies");
    FileUtils.copyDirectory(original.resolve("rooms").toFile(), raw.toFile());
    dataset = new org.apache.hadoop.fs.Path(CountedFileSystem.uri(raw));
    shards = Manifest.open(dataset, HADOOP).files("train");
    CountedFileSystem.begin(0);
  }

  private ShardCache cache(long size) {
    return cache(copies, size, TimeUnit.MINUTES.toNanos(1));
  }

  private ShardCache cache(Path path, long size, long patience) {
    return new ShardCache(
        new CacheSettings(Optional.of(path.toString()), ConfigMemorySize.ofBytes(size)),
        HADOOP,
        warnings::add,
        patience);
  }

  private Path copy(int shard) {
    return copies.resolve(shards.get(shard).sha256() + ".shard");
  }

  private org.apache.hadoop.fs.Path itself(int shard) {
    return new org.apache.hadoop.fs.Path(dataset, shards.get(shard).path());
  }

  /** Asserts that a shard is read from a copy that is right. */
  private void assertCopied(ShardCache cache, int shard) throws IOException {
    assertThat(cache.place(dataset, shards.get(shard)).toUri().getPath())
        .isEqualTo(copy(shard).toString());
    assertThat(copy(shard)).hasSameBinaryContentAs(raw.resolve(shards.get(shard).path()));
  }

  private static long gets() {
    return CountedFileSystem.requests().stream().filter(r -> r.startsWith("GET")).count();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(copies)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aShardIsFetchedOnceByOneRequestForAllReplicasAndRuns() throws Exception {
    for (int replica = 0; replica < 3; replica++) {
      ShardCache cache = cache(LARGE);
      assertCopied(cache, 0);
      assertCopied(cache, 1);
      assertCopied(cache, 0);
    }
    assertThat(gets()).isEqualTo(2);
    assertThat(warnings).isEmpty();
  }

  /** Each looks for both shards at once, and there are pauses in each copy. */
  @Test
  void processesOfAHostShareTheWork() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(CopyShards.begin("", raw, copies, LARGE, false, folder.resolve("told-" + i)));
    }
    int opened = 0;
    for (int i = 0; i < 2; i++) {
      String told = end(processes.get(i), folder.resolve("told-" + i));
      assertThat(told).contains("place: file:" + copy(0)).doesNotContain("warning");
      opened += Integer.parseInt(told.strip().replaceAll("(?s).*opened: ", ""));
    }
    assertThat(opened).isEqualTo(2);
    assertCopied(cache(LARGE), 0);
    assertCopied(cache(LARGE), 1);
    assertThat(gets()).isZero();
  }

  private static String end(Process process, Path told) throws Exception {
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    return Files.readString(told);
  }

  @Test
  void whatAKilledProcessLeftIsSeenByNobodyAndGoesAway() throws Exception {
    Process killed = CopyShards.begin("", raw, copies, LARGE, true, folder.resolve("told"));
    end(killed, folder.resolve("told"));
    assertThat(killed.exitValue()).isEqualTo(137);
    assertThat(files()).hasSize(2).element(0).asString().endsWith(".part");

    assertCopied(cache(LARGE), 1); // The killed one was at the other.
    assertThat(files()).noneMatch(name -> name.endsWith(".part"));
    assertCopied(cache(LARGE), 0);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aDamagedCopyIsFetchedAnewWithAWarning() throws Exception {
    assertCopied(cache(LARGE), 0);
    byte[] bytes = Files.readAllBytes(copy(0));
    bytes[bytes.length / 2]++;
    Files.write(copy(0), bytes);
    assertCopied(cache(LARGE), 0);
    Files.write(copy(0), new byte[5]);
    assertCopied(cache(LARGE), 0);
    assertThat(warnings)
        .hasSize(2)
        .allMatch(
            line ->
                line.equals(
                    "the copy of %s in %s is damaged: it is fetched anew"
                        .formatted(shards.get(0).path(), copies)));
    assertThat(gets()).isEqualTo(3);
  }

  @Test
  void aCopyThatCannotBeReadIsGivenUpAndOneThatIsGoneIsNoDamage() throws Exception {
    ShardCache cache = cache(LARGE);
    assertCopied(cache, 0);
    Files.delete(copy(0));
    cache.giveUp(shards.get(0));
    assertThat(warnings).isEmpty();
    assertCopied(cache, 0);
    cache.giveUp(shards.get(0));
    assertThat(warnings).hasSize(1);
    assertCopied(cache, 0);
    assertThat(gets()).isEqualTo(3);
  }

  @Test
  void theCopiesThatWereNotReadForLongestMakeRoomAndOtherFilesStay() throws Exception {
    Path theirs = Files.createDirectories(copies).resolve("thesis.shard");
    Files.write(theirs, new byte[1 << 22]);
    Path old = copies.resolve("a".repeat(64) + ".shard");
    Files.write(old, new byte[1000]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(1000)));
    long room = Math.max(shards.get(0).bytes(), shards.get(1).bytes()) + 1000;
    assertCopied(cache(room), 0);
    assertThat(old).exists();
    Files.setLastModifiedTime(copy(0), FileTime.from(Instant.now().minusSeconds(2000)));
    ShardCache cache = cache(room);
    assertCopied(cache, 0); // Now it was used.
    assertCopied(cache(room + 1), 1);
    assertThat(old).doesNotExist();
    assertThat(copy(0)).doesNotExist();
    assertThat(theirs).exists();
    assertThat(warnings).isEmpty();
    assertCopied(cache, 0);
    assertThat(copy(1)).doesNotExist();
  }

  @Test
  void whatOthersAreCopyingCountsToo() throws Exception {
    CopyFolder others = new CopyFolder(copies, LARGE);
    Held right = others.take(shards.get(0).sha256()).orElseThrow();
    Path part = others.begin(shards.get(0).sha256(), shards.get(0).bytes()).orElseThrow();
    assertThat(cache(shards.get(1).bytes() + 1000).place(dataset, shards.get(1)))
        .isEqualTo(itself(1));
    assertThat(part).exists();
    right.close(); // As it is when a process ends: nobody makes this copy any more.
    assertCopied(cache(shards.get(1).bytes() + 1000), 1);
    assertThat(part).doesNotExist();
    assertThat(warnings).isEmpty();
  }

  @Test
  void aShardLargerThanTheCacheIsReadWhereItIs() throws Exception {
    ShardCache cache = cache(1000);
    assertThat(cache.place(dataset, shards.get(0))).isEqualTo(itself(0));
    assertThat(cache.place(dataset, shards.get(1))).isEqualTo(itself(1));
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("Cannot keep a copy of train/part-00000.parquet: it has ")
        .contains("train.input.cache.size is 1,000");
  }

  @Test
  void aPathThatCannotBeWrittenIsToldOnce() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    ShardCache cache = cache(file.resolve("copies"), LARGE, 1);
    assertThat(cache.place(dataset, shards.get(0))).isEqualTo(itself(0));
    assertThat(cache.place(dataset, shards.get(1))).isEqualTo(itself(1));
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("Cannot keep copies of shards in " + file + "/copies (train.input.cache): ")
        .endsWith("; they are read where they are");
  }

  /** A file may have 64 KiB; what was there before is still read. */
  @Test
  void aDiskThatIsFullIsToldOnce() throws Exception {
    assertCopied(cache(LARGE), 1);
    Path told = folder.resolve("told");
    String all = end(CopyShards.begin("ulimit -f 64;", raw, copies, LARGE, false, told), told);
    assertThat(all)
        .contains("warning: Cannot keep copies of shards in " + copies)
        .contains("place: slow:" + raw.resolve(shards.get(0).path()))
        .contains("place: file:" + copy(1));
    assertThat(all.split("warning", -1)).hasSize(2);
    assertThat(files()).hasSize(2).noneMatch(name -> name.endsWith(".part"));
  }

  @Test
  void anotherDatasetOfTheSameNameHasOtherCopies() throws Exception {
    ShardCache cache = cache(LARGE);
    assertCopied(cache, 0);
    Path first = copy(0);
    Files.move(raw, folder.resolve("before"));
    TinyDataset.write(raw, 31);
    shards = Manifest.open(dataset, HADOOP).files("train");
    assertCopied(cache, 0);
    assertThat(copy(0)).isNotEqualTo(first);
    assertThat(first).exists();
  }

  @Test
  void aShardThatIsNotWhatTheManifestListsIsNamedAndNotKept() throws Exception {
    Path damaged = raw.resolve(shards.get(0).path());
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2]++;
    Files.write(damaged, bytes);
    assertThatThrownBy(() -> cache(LARGE).place(dataset, shards.get(0)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot use shard " + itself(0) + ": its SHA-256 is ");
    assertThat(files()).containsExactly(HostLocks.FILE);
    Files.delete(damaged);
    assertThat(cache(LARGE).place(dataset, shards.get(0))).isEqualTo(itself(0));
    assertThat(warnings).isEmpty();
  }

  /** A process that was stopped keeps its rights. */
  @Test
  void nobodyWaitsForOneThatMakesNoProgress() throws Exception {
    CopyFolder others = new CopyFolder(copies, LARGE);
    Held right = others.take(shards.get(0).sha256()).orElseThrow();
    assertThat(
            cache(copies, LARGE, TimeUnit.MILLISECONDS.toNanos(200)).place(dataset, shards.get(0)))
        .isEqualTo(itself(0));
    right.close();
  }

  @Test
  void aThreadThatIsInterruptedLeavesNothing() throws Exception {
    ShardCache cache = cache(LARGE);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> cache.place(dataset, shards.get(0)))
        .isInstanceOfAny(InterruptedIOException.class, IOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(warnings).isEmpty();
    assertThat(files()).noneMatch(name -> name.endsWith(".part"));
    assertCopied(cache, 0);
  }

  @Test
  void settingsNameTheirProblems() {
    assertThatThrownBy(
            () -> new CacheSettings(Optional.of("hdfs://nn/copies"), ConfigMemorySize.ofBytes(0)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("path = hdfs://nn/copies: must be an absolute path")
        .hasMessageContaining("must be above 0");
  }
}
