package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.SplitStatistics;

class WorkFolderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private WorkFolder work() {
    return WorkFolder.first(folder.toUri().toString());
  }

  private static FrameUnit unit(String name) {
    return new FrameUnit(name, "train", 1, 1, "raw/" + name);
  }

  /** Writes the rows and the record of an attempt at a unit. */
  private UnitSummary attempt(FrameUnit unit, int bytes) throws IOException {
    String rows = WorkFolder.newRows(unit);
    Path file = folder.resolve("_temporary/units").resolve(rows);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
    UnitSummary summary =
        new UnitSummary(unit.name(), unit.split(), 1, bytes, List.of(), PhaseTimes.NONE, rows);
    work().record(summary, HADOOP);
    return summary;
  }

  @Test
  void aUnitIsFinishedWithItsRecord() throws IOException {
    FrameUnit unit = unit("0/12");
    Path half = folder.resolve("_temporary/units").resolve(WorkFolder.newRows(unit));
    Files.createDirectories(half.getParent());
    Files.write(half, new byte[3]);
    assertThat(work().finished(List.of(unit), HADOOP)).isEmpty();

    UnitSummary finished = attempt(unit, 5);

    assertThat(work().finished(List.of(unit), HADOOP)).containsExactly(finished);
    assertThat(work().finished(List.of(unit("0_12"), unit("0")), HADOOP)).isEmpty();
  }

  @Test
  void aUnitWhoseRowsAreGoneOrShortIsNotFinished() throws IOException {
    FrameUnit unit = unit("a");
    Path rows = folder.resolve("_temporary/units").resolve(attempt(unit, 5).file());
    Files.write(rows, new byte[4]);
    assertThat(work().finished(List.of(unit), HADOOP)).isEmpty();
    Files.delete(rows);
    assertThat(work().finished(List.of(unit), HADOOP)).isEmpty();
  }

  @Test
  void aTornRecordDoesNotCount() throws IOException {
    FrameUnit unit = unit("a");
    UnitSummary torn = attempt(unit, 5);
    Path record =
        folder.resolve("_temporary/units").resolve(torn.file().replace(".parquet", ".json"));
    Files.writeString(record, Files.readString(record).substring(0, 20));
    assertThat(work().finished(List.of(unit), HADOOP)).isEmpty();

    UnitSummary again = attempt(unit, 5);
    assertThat(work().finished(List.of(unit), HADOOP)).containsExactly(again);
  }

  @Test
  void ofTwoAttemptsAtAUnitOneCounts() throws IOException {
    FrameUnit unit = unit("a");
    attempt(unit, 5);
    attempt(unit, 5);
    assertThat(work().finished(List.of(unit), HADOOP)).hasSize(1);

    work().forget(work().finished(List.of(unit), HADOOP), HADOOP);
    assertThat(work().finished(List.of(unit), HADOOP)).isEmpty();
  }

  @Test
  void aShardIsFinishedWhileItsFileIsThere() throws IOException {
    ShardName name = new ShardName("train", 3);
    ShardFile file = new ShardFile(name.path("-x"), "train", 1, 4, List.of(1L), "");
    work().record(new ShardSummary(name, file, SplitStatistics.none(2)), HADOOP);
    assertThat(work().finishedShards(HADOOP)).isEmpty();

    Files.createDirectories(folder.resolve("train"));
    Files.write(folder.resolve("train/part-00003-x.parquet"), new byte[4]);
    assertThat(work().finishedShards(HADOOP)).extracting(s -> s.shard()).containsExactly(name);
  }

  @Test
  void thePlanReadsBack() throws IOException {
    assertThat(work().plan(HADOOP)).isEmpty();
    work().begin("first", HADOOP);
    assertThat(work().plan(HADOOP)).hasValue("first");
  }
}
