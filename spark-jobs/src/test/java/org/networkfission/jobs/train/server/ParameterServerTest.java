package org.networkfission.jobs.train.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.model.backend.host.HostParameters;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

class ParameterServerTest {
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);
  private static final org.networkfission.model.op.DataType FLOATS =
      org.networkfission.model.op.DataType.FLOAT32;
  private static final int JOINED_BATCH = 16;
  private static final double RATE = 1e-3;

  /** A small convolutional network without batch norm. */
  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .convolutionMode(ConvolutionMode.Same)
                .list(
                    new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.RELU).build(),
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    network.init();
    network.setParams(random(7, 0.1, 1, (int) network.numParams()));
    return network;
  }

  /** Plain Java's numbers: ND4J's generator is shared by all threads. */
  private static INDArray random(int seed, double scale, int... shape) {
    Random random = new Random(seed);
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return Nd4j.create(values, shape, 'c');
  }

  /** The examples of a step: images and targets, of which a replica takes its share. */
  private record Examples(INDArray images, INDArray targets) {
    static Examples of(int step) {
      return new Examples(
          random(step, 1, JOINED_BATCH, 2, 6, 6), random(1000 + step, 1, JOINED_BATCH, 3));
    }

    Examples share(int rank, int replicas) {
      int size = JOINED_BATCH / replicas;
      var rows = NDArrayIndex.interval((long) rank * size, (rank + 1L) * size);
      return new Examples(images.get(rows).dup(), targets.get(rows).dup());
    }
  }

  /** Trains one replica and returns its parameters. */
  private static float[] train(Collective collective, int steps, Wire wire) throws Exception {
    MultiLayerNetwork network = network();
    int n = (int) network.params().length();
    HostParameters flat =
        new HostParameters(
            List.of(new ParameterRange("all", 0, n, new long[] {n}, Kind.WEIGHT)), FLOATS);
    flat.parameters().write(0, network.params().dup().data().asFloat());
    Slices slices = new Slices(n, collective.size());
    ParameterServer server =
        ParameterServer.join(
            collective,
            wire,
            ADAM,
            flat,
            Moments.zeros(slices.from(collective.rank()), slices.to(collective.rank())));
    for (int step = 0; step < steps; step++) {
      Examples examples = Examples.of(step).share(collective.rank(), collective.size());
      network.setInput(examples.images());
      network.setLabels(examples.targets());
      network.computeGradientAndScore();
      INDArray mean = network.getFlattenedGradients().div(JOINED_BATCH / collective.size());
      flat.gradient().write(0, mean.dup().data().asFloat());
      server.step(step, RATE, true, false);
      network.setParams(Nd4j.createFromArray(flat.parameters().read()).reshape(1, n));
    }
    return flat.parameters().read();
  }

  private static float[] floats(ByteBuffer bytes) {
    FloatBuffer in = bytes.asFloatBuffer();
    float[] values = new float[in.remaining()];
    in.get(values);
    return values;
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 20", "4, 20", "8, 20"})
  void replicasEqualOneProcessOnTheJoinedBatchAndEachOther(int replicas, int steps)
      throws Exception {
    float[] one;
    try (InProcess alone = new InProcess(1)) {
      one = alone.each(collective -> train(collective, steps, Wire.FLOAT32)).get(0);
    }
    List<float[]> all;
    try (InProcess several = new InProcess(replicas)) {
      all = several.each(collective -> train(collective, steps, Wire.FLOAT32));
    }

    for (float[] replica : all) {
      assertThat(replica).isEqualTo(all.get(0));
    }
    assertThat(all.get(0)).isNotEqualTo(network().params().dup().data().asFloat());
    for (int i = 0; i < one.length; i++) {
      assertThat(all.get(0)[i]).as("parameter %d", i).isCloseTo(one[i], within(1e-6f));
    }
  }

  @Test
  void halfTheBytesLeaveReplicasEqualAndCloseToOneProcess() throws Exception {
    float[] one;
    try (InProcess alone = new InProcess(1)) {
      one = alone.each(collective -> train(collective, 20, Wire.FLOAT32)).get(0);
    }
    List<float[]> all;
    try (InProcess several = new InProcess(4)) {
      all = several.each(collective -> train(collective, 20, Wire.FLOAT16));
    }

    for (float[] replica : all) {
      assertThat(replica).isEqualTo(all.get(0));
    }
    float[] start = network().params().dup().data().asFloat();
    double moved = 0;
    double apart = 0;
    for (int i = 0; i < one.length; i++) {
      moved += Math.pow(one[i] - start[i], 2);
      apart += Math.pow(one[i] - all.get(0)[i], 2);
    }
    assertThat(Math.sqrt(apart / moved)).as("of the way that the parameters went").isLessThan(0.01);
  }

  /** A server whose gradient and parameters the test sets itself. */
  private static final class Bare {
    final ByteBuffer parameters;
    final ByteBuffer gradient;
    final ParameterServer server;

    Bare(Collective collective, AdamSettings settings, List<ParameterRange> ranges)
        throws Exception {
      HostParameters flat = new HostParameters(ranges, FLOATS);
      parameters = flat.parameters().memory();
      gradient = flat.gradient().memory();
      Slices slices = new Slices(1_000, collective.size());
      server =
          ParameterServer.join(
              collective,
              Wire.FLOAT32,
              settings,
              flat,
              Moments.zeros(slices.from(collective.rank()), slices.to(collective.rank())));
    }
  }

  private static final List<ParameterRange> WEIGHTS =
      List.of(new ParameterRange("weights", 0, 1_000, new long[] {1_000}, Kind.WEIGHT));

  @Test
  void runningStatisticsAreAveraged() throws Exception {
    List<ParameterRange> ranges =
        List.of(
            new ParameterRange("weights", 0, 600, new long[] {600}, Kind.WEIGHT),
            new ParameterRange("mean", 600, 400, new long[] {400}, Kind.RUNNING_STATISTIC));
    try (InProcess replicas = new InProcess(4)) {
      List<float[]> all =
          replicas.each(
              collective -> {
                Bare bare = new Bare(collective, ADAM, ranges);
                for (int i = 600; i < 1_000; i++) {
                  bare.parameters.putFloat(i * Float.BYTES, 10);
                  // Replica r saw the statistic 6 + r: old - new.
                  bare.gradient.putFloat(i * Float.BYTES, 4f - collective.rank());
                }
                bare.server.step(0, RATE, true, false);
                return floats(bare.parameters);
              });

      for (float[] parameters : all) {
        assertThat(parameters[600]).isEqualTo(7.5f);
        assertThat(parameters[999]).isEqualTo(7.5f);
      }
    }
  }

  /** In the slice of another replica, in the own one, and in the last. */
  @ParameterizedTest
  @ValueSource(ints = {3, 500, 999})
  void aValueThatIsNotFiniteStopsEveryReplicaBeforeAnyParameterChanges(int place) throws Exception {
    try (InProcess replicas = new InProcess(3)) {
      List<List<Integer>> culprits =
          replicas.each(
              collective -> {
                Bare bare = new Bare(collective, ADAM, WEIGHTS);
                for (int i = 0; i < 1_000; i++) {
                  bare.gradient.putFloat(i * Float.BYTES, 1);
                }
                if (collective.rank() == 1) {
                  bare.gradient.putFloat(place * Float.BYTES, Float.NEGATIVE_INFINITY);
                }
                try {
                  bare.server.step(5, RATE, true, false);
                  return new ArrayList<Integer>();
                } catch (NonFiniteException e) {
                  assertThat(floats(bare.parameters)).containsOnly(0f);
                  assertThat(e)
                      .hasMessage("The loss or gradient of step 5 is not finite on replicas [1]");
                  assertThat(e.tensors()).hasSize(collective.rank() == 1 ? 1 : 0);
                  return e.replicas();
                }
              });

      assertThat(culprits).containsOnly(List.of(1));
    }
  }

  @Test
  void aSumThatOverflowsStopsEveryReplicaToo() throws Exception {
    try (InProcess replicas = new InProcess(2)) {
      List<String> messages =
          replicas.each(
              collective -> {
                Bare bare = new Bare(collective, ADAM, WEIGHTS);
                bare.gradient.putFloat(999 * Float.BYTES, Float.MAX_VALUE);
                try {
                  bare.server.step(5, RATE, true, false);
                  return "";
                } catch (NonFiniteException e) {
                  assertThat(floats(bare.parameters)).containsOnly(0f);
                  return e.getMessage();
                }
              });

      assertThat(messages).containsOnly("The mean gradient of step 5 is not finite");
    }
  }

  @Test
  void clipsByTheNormOverAllSlices() throws Exception {
    AdamSettings clipping = new AdamSettings(0, 0, 1e-8, 0, 1);
    try (InProcess replicas = new InProcess(2)) {
      List<Double> norms =
          replicas.each(
              collective -> {
                Bare bare = new Bare(collective, clipping, WEIGHTS);
                bare.gradient.putFloat(0, 30);
                bare.gradient.putFloat(999 * Float.BYTES, 40);
                ParameterServer.Applied applied = bare.server.step(0, RATE, true, false);
                float[] first = bare.server.moments().first();
                assertThat(collective.rank() == 0 ? first[0] : first[499])
                    .isCloseTo(collective.rank() == 0 ? 0.6f : 0.8f, within(1e-6f));
                return applied.gradientNorm();
              });

      assertThat(norms).containsOnly(50.0);
    }
  }
}
