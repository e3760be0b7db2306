package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.storage.CallFaults;
import org.networkfission.jobs.storage.CallFaults.Call;
import org.networkfission.jobs.storage.CallFaults.Fault;
import org.networkfission.jobs.storage.FaultyFileSystem;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.storage.StorageException;

/**
 * A network that fails is not bad data: rows are corrupt only where they were read and are wrong.
 */
class RangeReaderTest {
  private static final Configuration HADOOP = FaultyFileSystem.patient();
  private static final int CLASSES = 14;

  @TempDir Path folder;
  private final CorruptRows corrupt = new CorruptRows();
  private org.apache.hadoop.fs.Path dataset;
  private List<RowRange> groups;

  @BeforeEach
  void write() throws Exception {
    TinyDataset.write(folder, 12);
    dataset = new org.apache.hadoop.fs.Path(FaultyFileSystem.uri(folder));
    groups = RowRange.groups(Manifest.open(dataset, HADOOP), "train");
  }

  @AfterEach
  void mend() {
    CallFaults.mend();
  }

  private List<String> keys() throws IOException {
    List<String> keys = new ArrayList<>();
    RangeReader reader = new RangeReader(dataset, HADOOP, CLASSES, corrupt);
    for (RowRange group : groups) {
      reader.read(group, (image, row) -> keys.add(image.key()));
    }
    return keys;
  }

  @Test
  void faultsThatPassLoseNoRow() throws IOException {
    CallFaults.fault(Call.STATUS, "part-00000", Fault.FAIL, 1);
    CallFaults.fault(Call.OPEN, "part-00000", Fault.FAIL, 3);
    CallFaults.fault(Call.READ, "part-00000", Fault.FAIL, 7, 8);
    CallFaults.fault(Call.READ, "part-00001", Fault.CUT, 2, 3);
    assertThat(keys()).hasSize(24).doesNotHaveDuplicates();
    assertThat(corrupt.rows()).isZero();
    assertThat(CallFaults.faults()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void faultsThatStayEndTheTaskAndCountNoRow() {
    CallFaults.fault(Call.OPEN, "part-00001", Fault.FAIL);
    assertThatThrownBy(this::keys)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("part-00001.parquet");
    assertThat(corrupt.rows()).isZero();
    CallFaults.mend();
    CallFaults.fault(Call.READ, "part-00000", Fault.CUT);
    assertThatThrownBy(this::keys).isInstanceOf(StorageException.class);
    assertThat(corrupt.rows()).isZero();
  }

  @Test
  void bytesThatAreWrongAreCorruptRows() throws IOException {
    Path shard = folder.resolve("train/part-00001.parquet");
    byte[] bytes = Files.readAllBytes(shard);
    for (int at = 100; at < 140; at++) {
      bytes[at] ^= 0x55;
    }
    Files.write(shard, bytes);
    int rows = keys().size();
    assertThat(corrupt.rows()).isPositive().isEqualTo(24 - rows);
  }

  @Test
  void aManifestNamesNoShardOutsideOfItsDataset() throws IOException {
    Path manifest = folder.resolve(Manifest.FILE_NAME);
    Files.deleteIfExists(folder.resolve("." + Manifest.FILE_NAME + ".crc"));
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("train/part-00001", "../elsewhere/part-00001"));
    assertThatThrownBy(() -> Manifest.open(dataset, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("../elsewhere/part-00001.parquet, which lies outside of it");
  }

  @Test
  void keysOfForeignDatasetsStayBelowTheirFolder() {
    assertThat(PredictionOutput.fileName("scenenet/val/0/3/000125"))
        .isEqualTo("scenenet/val/0/3/000125");
    assertThat(PredictionOutput.fileName("../../secret")).isEqualTo("%2E%2E/%2E%2E/secret");
    assertThat(PredictionOutput.fileName("/etc/x")).isEqualTo("%/etc/x");
    assertThat(PredictionOutput.fileName("a/./b.c/...")).isEqualTo("a/%2E/b.c/%2E%2E%2E");
    assertThat(PredictionOutput.fileName("file:x\\..\\y 50%")).isEqualTo("file%3Ax%5C..%5Cy 50%25");
  }
}
