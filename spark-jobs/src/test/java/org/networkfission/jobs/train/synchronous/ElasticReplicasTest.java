package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.cache.CacheSettings;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.input.BatchReader;
import org.networkfission.jobs.train.input.InputOrder;
import org.networkfission.jobs.train.input.InputSettings;
import org.networkfission.jobs.train.input.RowGroup;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.jobs.train.input.StepShare;
import org.networkfission.model.graph.DoubleNetwork;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.prep.shard.Manifest;

/**
 * Four replicas, then two, then three, against four that stay: they see the same images in the same
 * steps, and in double, where rounding does not count, they learn the same.
 */
class ElasticReplicasTest {
  private static final int MOST = 4;
  private static final int STEPS_OF_EACH = 1;

  /**
   * One image alone has a variance of 0 where features are 1 x 1, and rounding grows faster then:
   * to 1e-11 in six steps, where it stays at 3e-15 with images of 96 x 96.
   */
  private static final int PIECE = 2;

  @TempDir static Path folder;
  private static List<Source> sources;

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(folder, 12); // 24 rows: three steps of 4 x 2 images.
    org.apache.hadoop.fs.Path dataset = new org.apache.hadoop.fs.Path(folder.toUri());
    List<RowGroup> groups = RowGroup.of(Manifest.open(dataset, new Configuration()), "train");
    sources =
        List.of(new Source("tiny", dataset.toString(), 1, groups, List.of(), List.of(), List.of()));
  }

  private static Settings settings(String batchNorm, String normalisation, String dropout) {
    return ResolvedConfig.load(
            List.of(),
            List.of(
                "losses.normalisation=" + normalisation,
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05",
                "network.compute=nd4j",
                "network.tasks=labels",
                "network.scheme=single",
                "network.dropout=" + dropout,
                "network.batch-norm=" + batchNorm))
        .settings();
  }

  /** What replicas train, and what they saw. */
  private static final class Training {
    private final Settings settings;
    private final int piecesOfEach;

    /** By step, in the order of pieces, which no number of replicas changes. */
    private final List<List<String>> seen = new ArrayList<>();

    private double[] parameters;
    private double[] first;
    private double[] second;

    Training(Settings settings, int piecesOfEach) {
      this.settings = settings;
      this.piecesOfEach = piecesOfEach;
    }

    /** Another training that goes on from here. */
    Training copy() {
      Training copy = new Training(settings, piecesOfEach);
      seen.forEach(step -> copy.seen.add(new ArrayList<>(step)));
      copy.parameters = parameters;
      copy.first = first;
      copy.second = second;
      return copy;
    }

    /** Goes on for some steps with so many replicas, as from a checkpoint. */
    void run(int replicas) throws Exception {
      int begin = seen.size();
      for (int step = 0; step < STEPS_OF_EACH; step++) {
        seen.add(new ArrayList<>());
      }
      List<Replica> all = new ArrayList<>();
      try (InProcess together = new InProcess(replicas)) {
        all.addAll(together.each(collective -> train(collective, begin)));
      }
      for (Replica one : all) {
        assertThat(one.parameters()).isEqualTo(all.get(0).parameters());
        for (int step = 0; step < STEPS_OF_EACH; step++) {
          seen.get(begin + step).addAll(one.keys().get(step));
        }
      }
      parameters = all.get(0).parameters();
      first = all.get(0).first();
      second = all.get(0).second();
    }

    private record Replica(
        double[] parameters, double[] first, double[] second, List<List<String>> keys) {}

    private Replica train(Collective collective, int begin) throws Exception {
      boolean joined = settings.network().batchNorm() == BatchStatistics.SYNCHRONISED;
      StepShare share =
          StepShare.of(MOST, piecesOfEach, collective.size(), collective.rank(), joined);
      TaskShares shares =
          new TaskShares(
              collective, settings.network().tasks(), settings.losses().normalisation(), true);
      List<List<String>> keys = new ArrayList<>();
      try (FissionNetwork network = DoubleNetwork.create(settings.network(), settings.losses(), 5);
          BatchReader reader =
              new BatchReader(
                  new Configuration(),
                  one -> new InputOrder(sources, 3, MOST, one, 8),
                  share,
                  new BatchAssembler(settings.network(), settings.train().augmentation(), 3),
                  PIECE,
                  (long) begin * piecesOfEach * PIECE,
                  new InputSettings(1, 2, 8, CacheSettings.NONE),
                  new ShardCache(CacheSettings.NONE, new Configuration(), line -> {}))) {
        if (joined) {
          network.join(new StatisticsExchange(collective));
        }
        int n = (int) network.parameters().length();
        double[] values = parameters == null ? network.parameters().toDoubleVector() : parameters;
        Adam adam =
            new Adam(
                values.clone(),
                first == null ? new double[n] : first.clone(),
                second == null ? new double[n] : second.clone());
        for (int step = begin; step < begin + STEPS_OF_EACH; step++) {
          network.parameters().assign(org.nd4j.linalg.factory.Nd4j.createFromArray(adam.values));
          List<Batch> minibatches = new ArrayList<>();
          for (int i = 0; i < share.minibatches().size(); i++) {
            minibatches.add(reader.next());
          }
          keys.add(minibatches.stream().flatMap(one -> one.keys().stream()).toList());
          double[] own = new double[n];
          List<Batch> weighed = shares.share(minibatches);
          for (int i = 0; i < weighed.size(); i++) {
            network.computeGradient(
                weighed.get(i), (long) step * share.total() + share.first() + i);
            double[] gradient = network.gradient().toDoubleVector();
            for (int k = 0; k < n; k++) {
              own[k] += gradient[k] / share.mean();
            }
          }
          adam.step(mean(collective, own), step + 1, network.ranges());
        }
        return new Replica(adam.values, adam.first, adam.second, keys);
      }
    }
  }

  private static double[] mean(Collective collective, double[] own) throws Exception {
    double[] mean = TaskGradients.sum(collective, own);
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= collective.size();
    }
    return mean;
  }

  private record Adam(double[] values, double[] first, double[] second) {
    void step(double[] gradient, int step, List<ParameterRange> ranges) {
      for (ParameterRange range : ranges) {
        boolean statistic = range.kind() == Kind.RUNNING_STATISTIC;
        for (int i = range.offset(); i < range.offset() + range.length(); i++) {
          first[i] = 0.9 * first[i] + 0.1 * gradient[i];
          second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
          double change =
              first[i]
                  / (1 - Math.pow(0.9, step))
                  / (Math.sqrt(second[i] / (1 - Math.pow(0.999, step))) + 1e-4);
          values[i] -= statistic ? gradient[i] : 1e-3 * change;
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "replica, reference, 0.5, 1, 3",
    "synchronised, batch, 0, 1, 1",
  })
  void theyLearnWhatFourLearn(
      String batchNorm, String normalisation, String dropout, int piecesOfEach, int third)
      throws Exception {
    Settings settings = settings(batchNorm, normalisation, dropout);
    Training four = new Training(settings, piecesOfEach);
    four.run(MOST);
    Training changing = four.copy();
    four.run(MOST);
    four.run(MOST);
    changing.run(2);
    changing.run(third);

    assertThat(changing.seen).isEqualTo(four.seen);
    Map<String, Integer> times = new HashMap<>();
    four.seen.forEach(step -> step.forEach(key -> times.merge(key, 1, Integer::sum)));
    assertThat(times).hasSize(24); // Every row, once in each of the epochs.
    assertThat(times.values()).allMatch(count -> count == piecesOfEach);
    double largest = 0;
    for (int i = 0; i < four.parameters.length; i++) {
      largest = Math.max(largest, Math.abs(four.parameters[i] - changing.parameters[i]));
    }
    assertThat(largest).as("largest difference").isCloseTo(0, within(1e-9));
  }
}
