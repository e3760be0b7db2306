package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cache.CacheSettings;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/** A shard whose rows can all be read, but which is not what the manifest lists. */
class ShardCheckTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  @Test
  void theReplicaWhoseShareItIsNamesIt() throws Exception {
    TinyDataset.write(folder, 3);
    org.apache.hadoop.fs.Path dataset = new org.apache.hadoop.fs.Path(folder.toUri());
    List<ShardFile> shards = Manifest.open(dataset, HADOOP).files("train");
    List<Source> sources =
        List.of(
            new Source("one", dataset.toString(), 1, List.of(), List.of(), shards, List.of()),
            new Source("two", dataset.toString(), 1, List.of(), List.of(), shards, List.of()));
    for (int rank = 0; rank < 2; rank++) {
      ShardCheck check = checked(sources, rank);
      assertThatCode(check::requireIntact).doesNotThrowAnyException();
    }
    // Both data sets are one here, so that replica 1 has its second shard twice.
    Path damaged = folder.resolve(shards.get(1).path());
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2]++;
    Files.write(damaged, bytes);
    Files.deleteIfExists(damaged.resolveSibling("." + damaged.getFileName() + ".crc"));

    ShardCheck own = checked(sources, 1);
    assertThatCode(() -> checked(sources, 0).requireIntact()).doesNotThrowAnyException();
    assertThatThrownBy(own::requireIntact)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot use shard ")
        .hasMessageContaining(shards.get(1).path() + ": its SHA-256 is ");
  }

  private static ShardCheck checked(List<Source> sources, int rank) throws InterruptedException {
    ShardCheck check =
        new ShardCheck(
            sources, 2, rank, new ShardCache(CacheSettings.NONE, HADOOP, line -> {}), HADOOP);
    check.await();
    return check;
  }
}
