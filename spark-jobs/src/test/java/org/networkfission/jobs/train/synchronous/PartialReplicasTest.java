package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.jobs.train.server.ParameterServer;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.shard.ExampleCodec;

/**
 * Replicas whose frames lack truth, of one replica all labels even, against one process on the
 * joined minibatch: the same losses, and the same parameters after a step.
 */
class PartialReplicasTest {
  private static final int JOINED_BATCH = 8;
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-4, 5e-4, 0);

  /** What a pixel counts for by its class, and that the hardest count alone. */
  private static final List<String> RARE =
      List.of(
          "losses.labels.class-weights=[0,1,0.5,3,2,1,0.1,4,1,1,2,2,1,0.3]",
          "losses.labels.hardest=0.2");

  private static Settings settings(String normalisation, List<String> more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "losses.normalisation=" + normalisation,
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05",
                "network.dropout=0",
                "network.batch-norm=none"));
    settings.addAll(more);
    return ResolvedConfig.load(List.of(), settings).settings();
  }

  /** Of the first half no frame has labels; depth and normals are missing here and there. */
  private static Set<TruthKind> truth(int frame) {
    Set<TruthKind> truth = EnumSet.allOf(TruthKind.class);
    if (frame < JOINED_BATCH / 2) {
      truth.remove(TruthKind.LABELS);
    }
    if (frame % 3 == 1) {
      truth.remove(TruthKind.DEPTH);
    }
    if (frame == 2 || frame == 5) {
      truth.remove(TruthKind.NORMALS);
    }
    return truth;
  }

  private static Batch batch(Settings settings, int rank, int replicas) throws Exception {
    List<LabeledImage> images = new ArrayList<>();
    int size = JOINED_BATCH / replicas;
    for (int i = rank * size; i < (rank + 1) * size; i++) {
      images.add(ExampleCodec.decode(TinyDataset.only(TinyDataset.example(i), truth(i))));
    }
    return new BatchAssembler(settings.network(), settings.train().augmentation(), 1)
        .assemble(images, 0);
  }

  private record Result(StepLosses losses, Set<Task> known, float[] parameters) {}

  private static Result train(Settings settings, Collective collective) throws Exception {
    try (FissionNetwork network = FissionNetwork.create(settings.network(), settings.losses(), 5)) {
      Slices slices = new Slices(network.engine().parameters().length(), collective.size());
      ParameterServer server =
          ParameterServer.join(
              collective,
              Wire.FLOAT32,
              ADAM,
              network.engine(),
              Moments.zeros(slices.from(collective.rank()), slices.to(collective.rank())));
      TaskShares shares =
          new TaskShares(
              collective, settings.network().tasks(), settings.losses().normalisation(), true);
      Batch batch =
          shares.share(List.of(batch(settings, collective.rank(), collective.size()))).get(0);
      StepLosses losses = network.computeGradient(batch, 0);
      server.step(0, 1e-3, true, false);
      return new Result(losses, shares.known(batch), network.engine().parameters().read());
    }
  }

  @ParameterizedTest
  @CsvSource({"image,2", "image,4", "image,8", "batch,2", "reference,4"})
  void replicasEqualOneProcessOnTheJoinedBatch(String normalisation, int replicas)
      throws Exception {
    equal(settings(normalisation, List.of()), replicas);
  }

  @ParameterizedTest
  @CsvSource({"image,2", "image,8", "batch,2", "reference,4"})
  void soTheyDoWhereClassesCountDifferently(String normalisation, int replicas) throws Exception {
    equal(settings(normalisation, RARE), replicas);
  }

  private static void equal(Settings settings, int replicas) throws Exception {
    Result one;
    try (InProcess alone = new InProcess(1)) {
      one = alone.each(collective -> train(settings, collective)).get(0);
    }
    List<Result> all;
    try (InProcess several = new InProcess(replicas)) {
      all = several.each(collective -> train(settings, collective));
    }

    assertThat(mean(all, null)).isCloseTo(one.losses().total(), within(1e-5));
    for (Task task : settings.network().tasks()) {
      double joined = one.losses().tasks().get(task).main();
      assertThat(mean(all, task)).isCloseTo(joined, within(1e-6 * Math.max(1, joined)));
    }
    assertThat(all.get(0).losses().tasks().get(Task.LABELS).main()).isZero();
    double largest = 0;
    for (Result replica : all) {
      assertThat(replica.parameters()).isEqualTo(all.get(0).parameters());
      assertThat(replica.known()).isEqualTo(one.known());
    }
    for (int i = 0; i < one.parameters().length; i++) {
      largest = Math.max(largest, Math.abs(all.get(0).parameters()[i] - one.parameters()[i]));
    }
    assertThat(largest).isCloseTo(0, within(1e-6));
  }

  /** The mean over the replicas of a task's loss, or of the total. */
  private static double mean(List<Result> all, Task task) {
    return all.stream()
        .mapToDouble(r -> task == null ? r.losses().total() : r.losses().tasks().get(task).main())
        .average()
        .orElseThrow();
  }
}
