package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.input.StepShare;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.shard.ExampleCodec;

/**
 * Minibatches that count as one, some without truth, on one replica and on two, against one process
 * on all images at once: the same losses and the same gradient.
 */
class AccumulationTest {
  private static final int JOINED_BATCH = 8;

  /** Depth is missing of the last half, labels of one frame. */
  private static Set<TruthKind> truth(int frame, boolean partial) {
    Set<TruthKind> truth = EnumSet.allOf(TruthKind.class);
    if (partial && frame >= JOINED_BATCH / 2) {
      truth.remove(TruthKind.DEPTH);
    }
    if (partial && frame == 1) {
      truth.remove(TruthKind.LABELS);
    }
    return truth;
  }

  private record Result(StepLosses losses, float[] gradient) {}

  private static Result compute(
      Settings settings, Collective collective, int minibatches, boolean partial) throws Exception {
    BatchAssembler assembler =
        new BatchAssembler(settings.network(), settings.train().augmentation(), 1);
    int own = JOINED_BATCH / collective.size();
    int size = own / minibatches;
    List<Batch> step = new ArrayList<>();
    for (int m = 0; m < minibatches; m++) {
      List<LabeledImage> images = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int frame = collective.rank() * own + m * size + i;
        images.add(
            ExampleCodec.decode(
                TinyDataset.only(TinyDataset.example(frame), truth(frame, partial))));
      }
      step.add(assembler.assemble(images, 0));
    }
    TaskShares shares =
        new TaskShares(
            collective, settings.network().tasks(), settings.losses().normalisation(), partial);
    try (FissionNetwork network = FissionNetwork.create(settings.network(), settings.losses(), 5)) {
      StepLosses losses =
          new Accumulation(network, StepShare.ofOne(minibatches))
              .computeGradient(shares.share(step), 0, Map.of(Task.DEPTH, 0.5));
      return new Result(losses, network.engine().gradient().read());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "image,   1, 2, false",
    "batch,   1, 4, false",
    "reference, 1, 8, false",
    "image,   1, 8, true",
    "batch,   2, 2, true",
    "reference, 2, 4, true"
  })
  void minibatchesEqualOneOfAllImages(
      String normalisation, int replicas, int minibatches, boolean partial) throws Exception {
    Settings settings =
        ResolvedConfig.load(
                List.of(),
                List.of(
                    "losses.normalisation=" + normalisation,
                    "network.width=32",
                    "network.height=32",
                    "network.width-multiplier=0.05",
                    "network.dropout=0",
                    "network.batch-norm=none"))
            .settings();
    Result joined;
    try (InProcess alone = new InProcess(1)) {
      joined = alone.each(one -> compute(settings, one, 1, partial)).get(0);
    }
    List<Result> all;
    try (InProcess several = new InProcess(replicas)) {
      all = several.each(one -> compute(settings, one, minibatches, partial));
    }

    double total = all.stream().mapToDouble(one -> one.losses().total()).average().orElseThrow();
    assertThat(total).isCloseTo(joined.losses().total(), within(1e-6 * joined.losses().total()));
    for (Task task : settings.network().tasks()) {
      double main =
          all.stream()
              .mapToDouble(one -> one.losses().tasks().get(task).main())
              .average()
              .orElseThrow();
      double expected = joined.losses().tasks().get(task).main();
      assertThat(main).isCloseTo(expected, within(1e-6 * expected));
    }
    // Rounding: no batch norm keeps values near 1, so that the order of images alone is worth 1e-5.
    double apart = 0;
    double norm = 0;
    for (int i = 0; i < joined.gradient().length; i++) {
      double mean = 0;
      for (Result replica : all) {
        mean += replica.gradient()[i] / (double) replicas;
      }
      apart += Math.pow(mean - joined.gradient()[i], 2);
      norm += Math.pow(joined.gradient()[i], 2);
    }
    assertThat(Math.sqrt(apart / norm)).isLessThan(1e-4);
    double[] images =
        all.stream()
            .map(one -> one.losses().tasks().get(Task.NORMALS).images())
            .flatMapToDouble(Arrays::stream)
            .toArray();
    assertThat(images)
        .containsExactly(joined.losses().tasks().get(Task.NORMALS).images(), within(1e-5));
  }
}
