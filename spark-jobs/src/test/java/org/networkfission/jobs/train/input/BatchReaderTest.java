package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cache.CacheSettings;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.storage.CallFaults;
import org.networkfission.jobs.storage.CallFaults.Call;
import org.networkfission.jobs.storage.CallFaults.Fault;
import org.networkfission.jobs.storage.FaultyFileSystem;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.storage.StorageException;

/** What training reads from a file system that fails. */
class BatchReaderTest {
  private static final Configuration HADOOP = FaultyFileSystem.patient();
  private static final int BATCH = 4;
  private static final int BATCHES = 6;
  private static final int SIZE = TinyDataset.SIZE;
  private static final NetworkSpec SPEC =
      new NetworkSpec(
          SIZE,
          SIZE,
          InputModality.RGB,
          Encoder.RESNET50,
          256,
          FissionScheme.MID,
          Heads.PARALLEL,
          List.of(Task.LABELS, Task.NORMALS, Task.DEPTH),
          14,
          0.0625,
          false,
          0,
          BatchStatistics.REPLICA,
          0.99,
          InitialDeviation.HE,
          DepthStart.ROOM,
          Compute.AUTO,
          ComputePrecision.FLOAT32);

  @TempDir Path folder;
  private org.apache.hadoop.fs.Path dataset;
  private InputOrder order;

  @BeforeEach
  void write() throws Exception {
    TinyDataset.write(folder, 12);
    dataset = new org.apache.hadoop.fs.Path(FaultyFileSystem.uri(folder));
    List<RowGroup> groups = RowGroup.of(Manifest.open(dataset, HADOOP), "train");
    order =
        new InputOrder(
            List.of(
                new Source(
                    "rooms", dataset.toString(), 1, groups, List.of(), List.of(), List.of())),
            1,
            1,
            0,
            8);
  }

  @AfterEach
  void mend() {
    CallFaults.mend();
  }

  private List<String> keys() throws Exception {
    List<String> keys = new ArrayList<>();
    try (BatchReader reader =
        new BatchReader(
            HADOOP,
            order,
            new BatchAssembler(SPEC, Augmentation.NONE, 0),
            BATCH,
            0,
            new InputSettings(1, 2, 8, CacheSettings.NONE),
            new ShardCache(CacheSettings.NONE, HADOOP, line -> {}))) {
      for (int i = 0; i < BATCHES; i++) {
        Batch batch = reader.next();
        keys.addAll(batch.keys());
        batch.close();
      }
    }
    return keys;
  }

  @Test
  void faultsThatPassChangeNoMinibatch() throws Exception {
    List<String> quiet = keys();
    assertThat(quiet).hasSize(BATCH * BATCHES);
    CallFaults.fault(Call.OPEN, "part-0000", Fault.FAIL, 1, 9);
    CallFaults.fault(Call.STATUS, "part-0000", Fault.FAIL, 3);
    CallFaults.fault(Call.READ, "part-00000", Fault.FAIL, 2, 3, 12);
    CallFaults.fault(Call.READ, "part-00001", Fault.CUT, 2, 9);
    assertThat(keys()).isEqualTo(quiet);
    assertThat(CallFaults.faults()).isGreaterThan(4);
  }

  private List<Batch> batches(InputOrder mixed, long position, int count) throws Exception {
    List<Batch> batches = new ArrayList<>();
    try (BatchReader reader =
        new BatchReader(
            HADOOP,
            mixed,
            new BatchAssembler(SPEC, Augmentation.NONE, 0),
            BATCH,
            position,
            new InputSettings(1, 2, 8, CacheSettings.NONE),
            new ShardCache(CacheSettings.NONE, HADOOP, line -> {}))) {
      for (int i = 0; i < count; i++) {
        batches.add(reader.next());
        batches.get(i).close();
      }
    }
    return batches;
  }

  @Test
  void dataSetsTakeTurnsByTheirWeightsAndGoOnWhereTheyWere() throws Exception {
    Path other = folder.resolveSibling(folder.getFileName() + "-other");
    TinyDataset.write(other, 5);
    List<RowGroup> small =
        RowGroup.of(Manifest.open(new org.apache.hadoop.fs.Path(other.toUri()), HADOOP), "train");
    List<RowGroup> large = RowGroup.of(Manifest.open(dataset, HADOOP), "train");
    List<Source> sources =
        List.of(
            new Source("large", dataset.toString(), 1, large, List.of(), List.of(), List.of()),
            new Source(
                "small", other.toUri().toString(), 3, small, List.of(), List.of(), List.of()));
    int batches = 20;
    long ofLarge = 0;
    for (int rank = 0; rank < 2; rank++) {
      InputOrder mixed = new InputOrder(sources, 1, 2, rank, 8);
      List<Batch> read = batches(mixed, 0, batches);
      Map<String, Integer> times = new HashMap<>();
      for (Batch batch : read) {
        assertThat(batch.sources()).filteredOn(source -> source == 0).hasSize(1);
        for (int i = 0; i < BATCH; i++) {
          ofLarge += batch.sources().get(i) == 0 ? 1 : 0;
          times.merge(batch.sources().get(i) + batch.keys().get(i), 1, Integer::sum);
        }
      }
      // 60 of the small one's ten rows, half of which are this replica's in each epoch.
      assertThat(times.entrySet())
          .filteredOn(row -> row.getKey().startsWith("1"))
          .extracting(Map.Entry::getValue)
          .allMatch(count -> count >= 1 && count <= 12);
      List<Batch> rest = batches(mixed, 7L * BATCH, batches - 7);
      assertThat(rest.stream().map(Batch::keys).toList())
          .isEqualTo(read.subList(7, batches).stream().map(Batch::keys).toList());
      assertThat(rest.stream().map(Batch::sources).toList())
          .isEqualTo(read.subList(7, batches).stream().map(Batch::sources).toList());
      assertThat(mixed.epoch((long) batches * BATCH)).isEqualTo(1); // 20 of the large one's 12.
    }
    assertThat(ofLarge).isEqualTo(2 * batches * BATCH / 4);
  }

  /** The thread that reads ahead ended, and training waited for it for ever. */
  @Test
  @Timeout(60)
  void errorsReachTheOneThatWaits() {
    CallFaults.fault(Call.READ, "part-0000", Fault.EXHAUST);
    assertThatThrownBy(this::keys)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "Cannot read the next minibatch: java.lang.OutOfMemoryError: injected");
  }

  /** It ends this try of the replica, so that the stage is tried again; it is not bad input. */
  @Test
  void faultsThatStayAreTheStorages() {
    CallFaults.fault(Call.READ, "part-0000", Fault.FAIL);
    assertThatThrownBy(this::keys)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("its file system failed 4 times");
  }
}
