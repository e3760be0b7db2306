package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigMemorySize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cache.CacheSettings;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/** Copies that are damaged, or deleted to make room, while a replica reads them. */
class ExampleReaderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static List<String> keys(ExampleReader reader, RowGroup group) throws IOException {
    return reader.read(group, group.rows(), row -> true).stream().map(Example::frameKey).toList();
  }

  @Test
  void rowsAreTheSameWhateverBecomesOfTheirCopy() throws Exception {
    TinyDataset.write(folder.resolve("rooms"), 16);
    var dataset = new org.apache.hadoop.fs.Path(folder.resolve("rooms").toUri());
    Manifest manifest = Manifest.open(dataset, HADOOP);
    List<RowGroup> groups = RowGroup.of(manifest, "train");
    ShardFile shard = manifest.files("train").get(0);
    assertThat(shard.rowGroups()).hasSizeGreaterThan(2);
    Source source =
        new Source(
            "rooms", dataset.toString(), 1, groups, List.of(), manifest.files("train"), List.of());
    List<String> warnings = new ArrayList<>();
    ShardCache cache =
        new ShardCache(
            new CacheSettings(
                Optional.of(folder.resolve("copies").toString()),
                ConfigMemorySize.ofBytes(1 << 30)),
            HADOOP,
            warnings::add);
    Path copy = folder.resolve("copies").resolve(shard.sha256() + ".shard");
    try (ExampleReader itself = new ExampleReader(source, HADOOP);
        ExampleReader copied = new ExampleReader(source, cache, HADOOP)) {
      assertThat(keys(copied, groups.get(0))).isEqualTo(keys(itself, groups.get(0)));
      assertThat(copy).exists();

      Files.write(copy, new byte[(int) shard.bytes()]);
      assertThat(keys(copied, groups.get(1))).isEqualTo(keys(itself, groups.get(1)));
      assertThat(warnings).singleElement().asString().endsWith("is damaged: it is fetched anew");
      assertThat(copy).doesNotExist();

      assertThat(keys(copied, groups.get(2))).isEqualTo(keys(itself, groups.get(2)));
      assertThat(copy).hasSameBinaryContentAs(folder.resolve("rooms").resolve(shard.path()));

      Files.delete(copy);
      assertThat(keys(copied, groups.get(0))).isEqualTo(keys(itself, groups.get(0)));
      assertThat(warnings).hasSize(1);
    }
  }
}
