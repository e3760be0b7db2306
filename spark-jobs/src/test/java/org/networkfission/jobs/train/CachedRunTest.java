package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose shards are read from copies, over several epochs. */
class CachedRunTest {
  @TempDir Path folder;

  private long checksum(String output, StringWriter told, String... settings) throws Exception {
    return new TinyRun("train.dataset=" + folder.resolve("rooms"), "train.steps=9")
        .job(folder.resolve(output), new PrintWriter(told, true), settings)
        .execute()
        .checkpoint()
        .state()
        .checksum();
  }

  private List<Path> copies(String ending) throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("copies"))) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Test
  void copiesChangeNothingAndADamagedOneIsToldOnTheConsole() throws Exception {
    TinyDataset.write(folder.resolve("rooms"), 6);
    long plain = checksum("plain", new StringWriter());
    String cache = "train.input.cache.path=" + folder.resolve("copies");
    StringWriter quiet = new StringWriter();
    assertThat(checksum("cached", quiet, cache)).isEqualTo(plain);
    assertThat(quiet.toString()).doesNotContain("copy", "copies");
    assertThat(copies(".shard")).hasSize(2);
    assertThat(copies(".part")).isEmpty();

    Path copy = copies(".shard").get(0);
    byte[] bytes = Files.readAllBytes(copy);
    byte[] damaged = bytes.clone();
    damaged[damaged.length / 2]++;
    Files.write(copy, damaged);
    StringWriter told = new StringWriter();
    assertThat(checksum("again", told, cache)).isEqualTo(plain);
    assertThat(told.toString()).containsOnlyOnce("is damaged: it is fetched anew");
    assertThat(copy).hasBinaryContent(bytes);
  }
}
