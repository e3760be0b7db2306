package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.LabelLoss;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.prep.frame.InputException;

/** What an engine promises, on every back end, by ND4J's. */
class EngineTest {
  private static final int CLASSES = 4;

  static Stream<Compute> others() {
    return Stream.of(Compute.ONEDNN, Compute.CUDA);
  }

  private static Engine engine(Compute compute, NetworkProgram program) {
    BackEnds.require(compute);
    Backend backend = Backends.of(new ComputeSettings(compute, DataType.FLOAT32));
    return backend.engine(program);
  }

  private static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void same(String what, float[] expected, float[] computed, double tolerance) {
    double square = 0;
    double apart = 0;
    for (int i = 0; i < expected.length; i++) {
      square += (double) expected[i] * expected[i];
      apart += Math.pow(expected[i] - computed[i], 2);
    }
    assertThat(Math.sqrt(apart)).as(what).isLessThan(tolerance * Math.sqrt(square));
  }

  // ------------------------------------------------------------------ losses

  static Stream<Arguments> lossesOfOthers() {
    List<Arguments> all = new ArrayList<>();
    for (Task task : Task.values()) {
      for (Normalisation normalisation : Normalisation.values()) {
        for (DepthLoss depth : DepthLoss.values()) {
          others().forEach(c -> all.add(Arguments.of(task, normalisation, depth, c)));
        }
      }
    }
    return all.stream();
  }

  /**
   * A 1x1 convolution of an image of eight random channels is the whole network: the gradient of
   * its kernel is the sum over all pixels of what the loss says times each channel, so that no
   * pixel's gradient can be wrong unseen.
   */
  private static NetworkProgram of(Task task, Normalisation normalisation, DepthLoss depth) {
    LossSpec losses =
        new LossSpec(
            Specs.LOSSES.labels().weights(),
            Specs.LOSSES.normals(),
            Specs.LOSSES.depth(),
            Specs.LOSSES.disparity(),
            depth,
            normalisation);
    return of(task, losses);
  }

  private static NetworkProgram of(Task task, LossSpec losses) {
    FeatureMap image = new FeatureMap("image", 8, 32, 32);
    StageBuilder s = new StageBuilder("head", BatchStatistics.NONE, 0.9, image);
    FeatureMap out = s.convolution("w", image, task.channels(CLASSES), 1, 1, 1);
    StageBuilder t = new StageBuilder("aux", BatchStatistics.NONE, 0.9, image);
    FeatureMap aux = t.convolution("v", image, task.channels(CLASSES), 1, 1, 1);
    return new NetworkProgram(
        image,
        List.of(s.build(out), t.buildForTraining(aux)),
        List.of(new NetworkProgram.Head(task, out, List.of(aux))),
        losses,
        CLASSES,
        DataType.FLOAT32,
        5);
  }

  @ParameterizedTest
  @MethodSource("lossesOfOthers")
  void lossesAndTheirGradients(
      Task task, Normalisation normalisation, DepthLoss depth, Compute compute) {
    lossesAndTheirGradients(task, of(task, normalisation, depth), compute);
  }

  /** Classes that count differently, and pixels of which the hardest alone count. */
  @ParameterizedTest
  @MethodSource("others")
  void lossesOfRareClasses(Compute compute) {
    for (List<Double> weights : List.of(List.<Double>of(), List.of(0.0, 0.5, 4.0, 1.25))) {
      for (double hardest : new double[] {1, 0.25, 1e-9}) {
        LabelLoss labels = new LabelLoss(1, 0.6, 0.5, null, null, weights, hardest);
        NetworkProgram program = of(Task.LABELS, Specs.LOSSES.with(labels));
        lossesAndTheirGradients(Task.LABELS, program, compute);
      }
    }
  }

  private static void lossesAndTheirGradients(Task task, NetworkProgram program, Compute compute) {
    Batch labelled =
        Specs.batch(Specs.tiny(FissionScheme.MID, BatchStatistics.NONE, compute), 3, 4);
    INDArray features = Nd4j.createFromArray(random(6, 3 * 8 * 32 * 32)).reshape(3, 8, 32, 32);
    Batch batch = new Batch(labelled.keys(), features, labelled.truths());
    try (Engine expected = engine(Compute.ND4J, program);
        Engine computed = engine(compute, program)) {
      float[] weights = random(7, expected.parameters().length());
      expected.parameters().write(0, weights);
      computed.parameters().write(0, weights);
      Map<Task, Double> factors = Map.of(task, 1.5);

      StepLosses one = expected.computeGradient(batch, 0, factors);
      StepLosses other = computed.computeGradient(batch, 0, factors);

      assertThat(other.total()).isCloseTo(one.total(), within(1e-5 * Math.abs(one.total())));
      StepLosses.TaskLosses losses = one.tasks().get(task);
      StepLosses.TaskLosses others = other.tasks().get(task);
      assertThat(others.peak()).isCloseTo(losses.peak(), within(1e-5 * losses.peak()));
      assertThat(others.aux1()).isCloseTo(losses.aux1(), within(1e-5 * losses.aux1()));
      assertThat(others.images()).containsExactly(losses.images(), within(1e-4));
      same("gradient", expected.gradient().read(), computed.gradient().read(), 2e-5);
    }
  }

  // ------------------------------------------------------------------ whole networks

  private static NetworkProgram program(NetworkSpec spec) {
    return new NetworkBuilder(spec, DataType.FLOAT32).program(Specs.LOSSES, 3);
  }

  @ParameterizedTest
  @EnumSource(FissionScheme.class)
  void aNetworkOfEachScheme(FissionScheme scheme) {
    sameGradient(Specs.tiny(scheme, BatchStatistics.REPLICA, Compute.CUDA));
  }

  @ParameterizedTest
  @EnumSource(value = Encoder.class, mode = EnumSource.Mode.EXCLUDE, names = "RESNET50")
  void aMobileNetwork(Encoder encoder) {
    sameGradient(Specs.mobile(encoder, FissionScheme.MID, Compute.CUDA));
  }

  /** How far a gradient is from the one in double, of its norm. */
  private static double error(double[] exact, FissionNetwork network, Batch batch) {
    network.computeGradient(batch, 0);
    float[] gradient = network.engine().gradient().read();
    double square = 0;
    double apart = 0;
    for (int i = 0; i < exact.length; i++) {
      square += exact[i] * exact[i];
      apart += Math.pow(exact[i] - gradient[i], 2);
    }
    return Math.sqrt(apart / square);
  }

  /** New networks are chaotic: in float ND4J's gradient itself is some percent from double's. */
  private static void sameGradient(NetworkSpec spec) {
    BackEnds.require(Compute.CUDA);
    Batch batch = Specs.batch(spec, 2, 4);
    try (FissionNetwork exact =
            FissionNetwork.createDouble(spec.on(Compute.ND4J), Specs.LOSSES, 1);
        FissionNetwork expected = FissionNetwork.create(spec.on(Compute.ND4J), Specs.LOSSES, 1);
        FissionNetwork computed = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      float[] parameters = computed.engine().parameters().read();
      assertThat(parameters).isEqualTo(expected.engine().parameters().read());
      exact.parameters().assign(Nd4j.createFromArray(parameters));
      Batch inDouble =
          new Batch(
              batch.keys(),
              batch.images().castTo(org.nd4j.linalg.api.buffer.DataType.DOUBLE),
              batch.truths());
      double total = exact.computeGradient(inDouble, 0).total();
      assertThat(computed.computeGradient(batch, 0).total()).isCloseTo(total, within(1e-4 * total));
      double[] gradient = exact.gradient().toDoubleVector();
      double usual = error(gradient, expected, batch);
      assertThat(error(gradient, computed, batch))
          .as("error of the gradient; ND4J's in float is %s", usual)
          .isLessThan(3 * usual);
      expected
          .predict(batch.images())
          .forEach(
              (task, output) ->
                  same(
                      "prediction of " + task,
                      output.data().asFloat(),
                      computed.predict(batch.images()).get(task).data().asFloat(),
                      1e-3));
      float[] once = computed.engine().gradient().read();
      computed.computeGradient(batch, 0);
      assertThat(computed.engine().gradient().read()).as("once more").isEqualTo(once);
    }
  }

  /** A network that has learnt a little, for a new one's features hang on the last bits. */
  @ParameterizedTest
  @CsvSource({"TF32, 2e-3", "BFLOAT16, 2e-2"})
  void precisions(ComputePrecision precision, double tolerance) {
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.CUDA);
    BackEnds.require(Compute.CUDA);
    Batch batch = Specs.batch(spec, 4, 4);
    try (FissionNetwork single = FissionNetwork.create(spec, Specs.LOSSES, 1);
        FissionNetwork rounded = FissionNetwork.create(spec.in(precision), Specs.LOSSES, 1);
        FissionNetwork twin = FissionNetwork.create(spec.in(precision), Specs.LOSSES, 2)) {
      assertThat(rounded.precision()).isEqualTo(DataType.valueOf(precision.name()));
      double first = rounded.computeGradient(batch, 0).total();
      train(rounded, Moments.zeros(0, rounded.engine().parameters().length()), 0, 20);
      float[] parameters = rounded.engine().parameters().read();
      single.engine().parameters().write(0, parameters);
      twin.engine().parameters().write(0, parameters);

      double total = rounded.computeGradient(batch, 20).total();
      assertThat(total).isLessThan(first);
      double expected = single.computeGradient(batch, 20).total();
      assertThat(total).isNotEqualTo(expected).isCloseTo(expected, within(tolerance * expected));
      assertThat(twin.computeGradient(batch, 20).total()).isEqualTo(total);
      assertThat(twin.engine().gradient().read()).isEqualTo(rounded.engine().gradient().read());
      Map<Task, INDArray> outputs = rounded.engine().predict(batch.images());
      single
          .engine()
          .predict(batch.images())
          .forEach(
              (task, output) ->
                  same(
                      "output of " + task,
                      output.data().asFloat(),
                      outputs.get(task).data().asFloat(),
                      tolerance));
    }
  }

  // ------------------------------------------------------------------ the optimizer

  private static NetworkProgram small() {
    FeatureMap image = new FeatureMap("image", 3, 8, 8);
    StageBuilder s = new StageBuilder("net", BatchStatistics.REPLICA, 0.9, image);
    FeatureMap x =
        s.convolutionNorm(
            "a", image, 32, 3, 1, 1, org.networkfission.model.op.ActivationFunction.RELU);
    FeatureMap out = s.convolution("b.weight", x, 1, 1, 1, 1);
    return new NetworkProgram(
        image,
        List.of(s.build(out)),
        List.of(new NetworkProgram.Head(Task.DEPTH, out, List.of())),
        Specs.LOSSES,
        CLASSES,
        DataType.FLOAT32,
        5);
  }

  @ParameterizedTest
  @MethodSource("others")
  void adamHasTheBitsOfTheProcessor(Compute compute) {
    AdamSettings settings = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);
    try (Engine engine = engine(compute, small())) {
      engine.freeze(List.of("b.weight"));
      int length = engine.parameters().length();
      int from = 100;
      float[] parameters = random(1, length);
      float[] gradient = random(2, length);
      engine.parameters().write(0, parameters);
      engine.gradient().write(0, gradient);
      RangeOptimizer optimizer = engine.adam(settings, Moments.zeros(from, length));
      Adam adam = new Adam(settings, engine.ranges(), Moments.zeros(from, length));
      java.nio.FloatBuffer own =
          java.nio.FloatBuffer.wrap(java.util.Arrays.copyOfRange(parameters, from, length));
      java.nio.FloatBuffer ownGradient =
          java.nio.FloatBuffer.wrap(java.util.Arrays.copyOfRange(gradient, from, length));

      assertThat(optimizer.squaredNorm())
          .isCloseTo(adam.squaredNorm(ownGradient), within(1e-12 * adam.squaredNorm(ownGradient)));
      for (int step = 0; step < 5; step++) {
        optimizer.update(0.7, 1e-3, step);
        adam.update(own, ownGradient, 0.7, 1e-3, step);
      }

      assertThat(engine.parameters().read(from, length - from)).isEqualTo(own.array());
      assertThat(engine.parameters().read(0, from))
          .isEqualTo(java.util.Arrays.copyOf(parameters, from));
      assertThat(optimizer.moments().first()).isEqualTo(adam.moments().first());
      assertThat(optimizer.moments().second()).isEqualTo(adam.moments().second());
      ParameterRange frozen = engine.ranges().get(engine.ranges().size() - 1);
      assertThat(frozen.kind()).isEqualTo(Kind.FROZEN);
    }
  }

  /** Trains from parameters and moments on; returns the moments after. */
  private static Moments train(FissionNetwork network, Moments moments, int from, int to) {
    Batch batch = Specs.batch(network.spec(), 2, 4);
    RangeOptimizer adam =
        network.engine().adam(new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0), moments);
    for (int step = from; step < to; step++) {
      network.computeGradient(batch, step);
      adam.update(1, 1e-3, step);
    }
    return adam.moments();
  }

  @ParameterizedTest
  @MethodSource("others")
  void aRunThatGoesOnHasTheSameBits(Compute compute) {
    BackEnds.require(compute);
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, compute);
    try (FissionNetwork whole = FissionNetwork.create(spec, Specs.LOSSES, 1);
        FissionNetwork half = FissionNetwork.create(spec, Specs.LOSSES, 1);
        FissionNetwork rest = FissionNetwork.create(spec, Specs.LOSSES, 2)) {
      Moments zeros = Moments.zeros(0, whole.engine().parameters().length());
      Moments expected = train(whole, zeros, 0, 4);
      Moments saved = train(half, Moments.zeros(0, zeros.to()), 0, 2);
      rest.engine().parameters().write(0, half.engine().parameters().read());
      Moments computed = train(rest, saved, 2, 4);

      assertThat(rest.engine().parameters().read()).isEqualTo(whole.engine().parameters().read());
      assertThat(computed.first()).isEqualTo(expected.first());
      assertThat(computed.second()).isEqualTo(expected.second());
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void namesTheTensorsThatAreNotFinite(Compute compute) {
    try (Engine engine = engine(compute, small())) {
      engine.gradient().write(0, new float[engine.gradient().length()]);
      assertThat(engine.notFinite()).isEmpty();
      ParameterRange range = engine.ranges().get(2);
      engine.gradient().write(range.offset() + 3, new float[] {Float.NaN});
      assertThat(engine.notFinite()).containsExactly(range.name());
      assertThat(
              engine
                  .adam(
                      new AdamSettings(0.9, 0.999, 1e-8, 0, 0),
                      Moments.zeros(0, engine.gradient().length()))
                  .squaredNorm())
          .isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void namesTheImageThatIsNotFinite(Compute compute) {
    NetworkSpec spec = Specs.tiny(FissionScheme.SINGLE, BatchStatistics.REPLICA, compute);
    Batch batch = Specs.batch(spec, 2, 4);
    batch.images().putScalar(new int[] {1, 2, 5, 7}, Float.POSITIVE_INFINITY);
    try (Engine engine = engine(compute, program(spec))) {
      assertThatThrownBy(() -> engine.computeGradient(batch, 0))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("channel 2, row 5, column 7 is Infinity");
      assertThatThrownBy(() -> engine.predict(batch.images()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("channel 2, row 5, column 7 is Infinity");
    }
  }

  /** Frozen tensors too: whoever is told may send what is final. */
  @ParameterizedTest
  @EnumSource(names = {"ONEDNN", "ND4J"})
  void tellsFromWhereOnTheGradientIsFinal(Compute compute) {
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, compute);
    BackEnds.require(spec);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 3)) {
      network.freeze(List.of("s1", "enc.bn0"));
      int n = network.engine().gradient().length();
      float[] told = new float[n];
      List<Integer> places = new ArrayList<>(List.of(n));
      network
          .engine()
          .watchGradient(
              from -> {
                int to = places.get(places.size() - 1);
                float[] part = network.engine().gradient().read(from, to - from);
                System.arraycopy(part, 0, told, from, part.length);
                places.add(from);
              });
      network.computeGradient(Specs.batch(spec, 2, 4), 0);

      assertThat(told).isEqualTo(network.engine().gradient().read());
      assertThat(places).isSortedAccordingTo(java.util.Comparator.reverseOrder()).endsWith(0);
      assertThat(places).hasSizeGreaterThan(20);
    }
  }

  /** Parameters that arrive when they are asked for, and not before. */
  @ParameterizedTest
  @EnumSource(names = {"ONEDNN", "ND4J"})
  void asksForParametersBeforeItReadsThem(Compute compute) {
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, compute);
    BackEnds.require(spec);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 3)) {
      network.computeGradient(Specs.batch(spec, 2, 4), 0);
      float[] gradient = network.engine().gradient().read();
      float[] parameters = network.engine().parameters().read();
      float[] unknown = new float[parameters.length];
      Arrays.fill(unknown, Float.NaN);
      network.engine().parameters().write(0, unknown);
      List<Integer> places = new ArrayList<>(List.of(0));
      boolean asks =
          network
              .engine()
              .watchParameters(
                  to -> {
                    int from = places.get(places.size() - 1);
                    float[] part = Arrays.copyOfRange(parameters, from, to);
                    network.engine().parameters().write(from, part);
                    places.add(to);
                  });
      network.computeGradient(Specs.batch(spec, 2, 4), 0);

      assertThat(asks).isTrue();
      assertThat(network.engine().gradient().read()).isEqualTo(gradient);
      assertThat(places).isSorted().endsWith(parameters.length);
      assertThat(places).hasSizeGreaterThan(20);
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void frozenTensorsHaveNoGradient(Compute compute) {
    NetworkSpec spec = Specs.tiny(FissionScheme.SINGLE, BatchStatistics.REPLICA, compute);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      network.freeze(List.of("enc"));
      network.computeGradient(Specs.batch(spec, 2, 4), 0);
      float[] gradient = network.engine().gradient().read();
      for (ParameterRange range : network.ranges()) {
        float sum = 0;
        for (int i = range.offset(); i < range.offset() + range.length(); i++) {
          sum += Math.abs(gradient[i]);
        }
        assertThat(sum == 0).as(range.name()).isEqualTo(range.name().startsWith("enc."));
      }
    }
  }
}
