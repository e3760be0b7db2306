package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.input.StepShare;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.balance.TaskBalance;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.ExampleCodec;

/**
 * Replicas weigh tasks as one process on the joined batch does. The network stays as it is, so that
 * only the balance's own arithmetic is compared over several steps.
 */
class BalancedTasksTest {
  private static final int JOINED_BATCH = 4;
  private static final int STEPS = 5;

  private static Settings settings(String balance) {
    return ResolvedConfig.load(
            List.of(),
            List.of(
                "losses.balance=" + balance,
                "losses.dwa.every=1",
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05",
                "network.dropout=0",
                "network.batch-norm=none"))
        .settings();
  }

  /** A replica's share of the frames of a step. */
  private static Batch batch(Settings settings, int step, Collective collective) throws Exception {
    List<LabeledImage> images = new ArrayList<>();
    int size = JOINED_BATCH / collective.size();
    int first = step * JOINED_BATCH + collective.rank() * size;
    for (int i = first; i < first + size; i++) {
      images.add(ExampleCodec.decode(TinyDataset.example(i)));
    }
    return new BatchAssembler(settings.network(), settings.train().augmentation(), 1)
        .assemble(images, 0);
  }

  /**
   * What a replica has in the end.
   *
   * @param gradient of the last step
   */
  private record Seen(List<Map<String, Double>> weights, double total, float[] gradient) {}

  private static Seen train(Settings settings, Collective collective) throws Exception {
    try (FissionNetwork network = FissionNetwork.create(settings.network(), settings.losses(), 5)) {
      BalancedTasks tasks =
          new BalancedTasks(
              new Accumulation(network, StepShare.ofOne(1)),
              collective,
              TaskBalance.of(
                      settings.losses(),
                      settings.network().tasks(),
                      new AdamSettings(0.9, 0.999, 1e-4, 0, 0),
                      1,
                      Optional.empty())
                  .orElseThrow(),
              TaskBalance.scope(settings.losses().balance()));
      List<Map<String, Double>> weights = new ArrayList<>();
      StepLosses losses = null;
      for (int step = 0; step < STEPS; step++) {
        losses = tasks.computeGradient(List.of(batch(settings, step, collective)), step);
        tasks.learn(losses, 0.05);
        weights.add(tasks.weights());
      }
      int length = network.engine().gradient().length();
      return new Seen(weights, losses.total(), network.engine().gradient().read(0, length));
    }
  }

  @ParameterizedTest
  @CsvSource({"uncertainty, 2", "dwa, 2", "gradnorm, 2", "pcgrad, 2", "gradnorm, 4", "pcgrad, 4"})
  void replicasEqualOneProcessOnTheJoinedBatchAndEachOther(String balance, int replicas)
      throws Exception {
    Settings settings = settings(balance);
    Seen one;
    try (InProcess alone = new InProcess(1)) {
      one = alone.each(collective -> train(settings, collective)).get(0);
    }
    List<Seen> all;
    try (InProcess several = new InProcess(replicas)) {
      all = several.each(collective -> train(settings, collective));
    }

    double total = 0;
    double[] mean = new double[one.gradient().length];
    for (Seen replica : all) {
      assertThat(replica.weights()).isEqualTo(all.get(0).weights());
      total += replica.total() / replicas;
      for (int i = 0; i < mean.length; i++) {
        mean[i] += replica.gradient()[i] / (double) replicas;
      }
    }
    for (int step = 0; step < STEPS; step++) {
      for (Map.Entry<String, Double> weight : one.weights().get(step).entrySet()) {
        assertThat(all.get(0).weights().get(step).get(weight.getKey()))
            .isCloseTo(weight.getValue(), within(1e-5 * Math.abs(weight.getValue())));
      }
    }
    assertThat(one.weights().get(STEPS - 1)).isNotEqualTo(one.weights().get(0));
    assertThat(total).isCloseTo(one.total(), within(1e-5 * one.total()));
    double apart = 0;
    double norm = 0;
    for (int i = 0; i < mean.length; i++) {
      apart += (mean[i] - one.gradient()[i]) * (mean[i] - one.gradient()[i]);
      norm += one.gradient()[i] * (double) one.gradient()[i];
    }
    assertThat(Math.sqrt(apart / norm)).isLessThan(1e-5);
  }

  /** Whatever the tasks' weights, the gradient is that of the losses so weighed. */
  @Test
  void gradNormsGradientIsThatOfItsWeights() throws Exception {
    Settings settings = settings("gradnorm");
    try (InProcess alone = new InProcess(1);
        FissionNetwork network = FissionNetwork.create(settings.network(), settings.losses(), 5)) {
      Seen seen = alone.each(collective -> train(settings, collective)).get(0);
      Map<String, Double> weights = seen.weights().get(STEPS - 1);
      Map<Task, Double> factors = new HashMap<>();
      for (Task task : settings.network().tasks()) {
        factors.put(task, weights.get(task.id()) / settings.losses().weights(task).weight());
      }
      Batch last = alone.each(collective -> batch(settings, STEPS - 1, collective)).get(0);
      double total = network.computeGradient(last, STEPS - 1, factors).total();
      assertThat(seen.total()).isCloseTo(total, within(1e-6 * total));
      float[] expected = network.engine().gradient().read(0, network.engine().gradient().length());
      double apart = 0;
      double norm = 0;
      for (int i = 0; i < expected.length; i++) {
        apart += Math.pow(seen.gradient()[i] - expected[i], 2);
        norm += Math.pow(expected[i], 2);
      }
      assertThat(Math.sqrt(apart / norm)).isLessThan(1e-5);
    }
  }

  /** Products and sums of random gradients, against loops over the whole. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void productsAndSumsAreThoseOfTheWholeVectors(int replicas) throws Exception {
    List<ParameterRange> ranges =
        List.of(
            range("a", 0, 7, Kind.WEIGHT),
            range("statistic", 7, 2, Kind.RUNNING_STATISTIC),
            range("b", 9, 5000, Kind.BETA),
            range("c", 5009, 3, Kind.WEIGHT));
    List<ParameterRange> scope = List.of(ranges.get(0), ranges.get(2));
    int length = 5012;
    int tasks = 3;
    float[][][] gradients = new float[replicas][tasks][length];
    Random random = new Random(4);
    for (float[][] one : gradients) {
      for (float[] task : one) {
        for (int i = 0; i < length; i++) {
          task[i] = (float) random.nextGaussian();
        }
      }
      for (int k = 1; k < tasks; k++) {
        System.arraycopy(one[0], 7, one[k], 7, 2); // Statistics do not depend on the task.
      }
    }
    double[] factors = {2, 3, 0.5};
    double[] coefficients = {0.25, -1, 4};
    List<double[][]> products;
    List<float[]> sums = new ArrayList<>();
    try (InProcess several = new InProcess(replicas)) {
      products =
          several.each(
              collective -> {
                TaskGradients together = new TaskGradients(collective, ranges, scope, tasks);
                double[][] found = null;
                float[] sum = new float[length];
                for (int step = 0; step < 2; step++) { // The second time as the first.
                  for (int k = 0; k < tasks; k++) {
                    together.take(k, factors[k], vector(gradients[collective.rank()][k]));
                  }
                  found = together.products(step);
                  together.combine(coefficients, vector(sum));
                }
                synchronized (sums) {
                  sums.add(sum);
                  float[][] own = gradients[collective.rank()];
                  for (int i = 0; i < length; i++) {
                    boolean within = inScope(i);
                    double[] by = within ? coefficients : factors;
                    double expected = 0;
                    for (int k = 0; k < tasks; k++) {
                      expected += by[k] * own[k][i];
                    }
                    expected = i == 7 || i == 8 ? own[0][i] : expected;
                    assertThat((double) sum[i]).isCloseTo(expected, within(1e-5));
                  }
                }
                return found;
              });
    }
    for (double[][] found : products) {
      assertThat(found).isDeepEqualTo(products.get(0));
    }
    for (int a = 0; a < tasks; a++) {
      for (int b = 0; b < tasks; b++) {
        double expected = 0;
        for (int i = 0; i < length; i++) {
          double left = 0;
          double right = 0;
          for (float[][] one : gradients) {
            left += one[a][i];
            right += one[b][i];
          }
          expected += inScope(i) ? left * right / replicas / replicas : 0;
        }
        assertThat(products.get(0)[a][b]).isCloseTo(expected, within(1e-3));
      }
    }
  }

  private static boolean inScope(int element) {
    return element < 7 || (element >= 9 && element < 5009);
  }

  private static ParameterRange range(String name, int offset, int length, Kind kind) {
    return new ParameterRange(name, offset, length, new long[] {length}, kind);
  }

  private static FlatVector vector(float[] values) {
    return new FlatVector() {
      @Override
      public int length() {
        return values.length;
      }

      @Override
      public void read(int from, FloatBuffer to) {
        to.put(values, from, to.remaining());
      }

      @Override
      public void write(int from, FloatBuffer in) {
        in.get(values, from, in.remaining());
      }

      @Override
      public ByteBuffer memory() {
        throw new UnsupportedOperationException("Parts are read and written");
      }

      @Override
      public void fetch(int from, int count) {}

      @Override
      public void store(int from, int count) {}

      @Override
      public Optional<INDArray> live() {
        return Optional.empty();
      }
    };
  }
}
