package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.ThreadReplicas;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/**
 * Each operation alone: every back end gives what ND4J gives, and ND4J's gradients are those of its
 * outputs, by central differences in double.
 */
class ComputeTest {
  private static final int BATCH = 2;

  /** Of one operation in bfloat16, relative. */
  private static final double HALF = 1e-2;

  /** Of one operation in TF32, relative. */
  private static final double TF32 = 2e-3;

  /** Rounded, a feature may lie on the other side of a bend or tie, where gradients jump. */
  private static final Map<String, Double> BENT =
      Map.of("max pool", 0.1, "ReLU6", 0.1, "hard sigmoid", 0.1, "residual unit", 0.3);

  record Case(String name, StageProgram program) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return cases(org.networkfission.model.op.DataType.FLOAT32);
  }

  static Stream<Case> halfCases() {
    return cases(org.networkfission.model.op.DataType.BFLOAT16);
  }

  static Stream<Case> tf32Cases() {
    return cases(org.networkfission.model.op.DataType.TF32);
  }

  static Stream<Case> doubleCases() {
    return cases(org.networkfission.model.op.DataType.FLOAT64);
  }

  private static Stream<Case> cases(org.networkfission.model.op.DataType type) {
    FeatureMap x = new FeatureMap("x", 16, 12, 8, type);
    FeatureMap y = new FeatureMap("y", 24, 12, 8, type);
    FeatureMap thin = new FeatureMap("x", 3, 12, 8, type);
    FeatureMap z = new FeatureMap("y", 16, 12, 8, type);
    Stream<Case> functions =
        Arrays.stream(ActivationFunction.values())
            .filter(function -> function != ActivationFunction.NONE)
            .map(function -> of(function.label(), x, s -> s.activate(wide(s, x), function)));
    return Stream.concat(
        functions,
        Stream.of(
            of("1x1", x, s -> s.convolution("w", x, 5, 1, 1, 1)),
            of("3x3", x, s -> s.convolution("w", x, 32, 3, 1, 1)),
            of("1x1 stride 2", x, s -> s.convolution("w", x, 16, 1, 2, 1)),
            of("3x3 stride 2", x, s -> s.convolution("w", x, 16, 3, 2, 1)),
            of("7x7 stride 2", thin, s -> s.convolution("w", thin, 16, 7, 2, 1)),
            of("3x3 dilation 2", x, s -> s.convolution("w", x, 16, 3, 1, 2)),
            of("3x3 dilation 3", x, s -> s.convolution("w", x, 16, 3, 1, 3)),
            of("3x3 dilation 12", x, s -> s.convolution("w", x, 16, 3, 1, 12)),
            of("transposed 4x4", x, s -> s.upConvolutionNorm("w", x, 8, 4, 2)),
            of("transposed 8x8", thin, s -> s.upConvolutionNorm("w", thin, 3, 8, 4)),
            of("batch norm", x, s -> s.batchNorm("n", x, ActivationFunction.NONE)),
            of("batch norm and ReLU", x, s -> s.batchNorm("n", x, ActivationFunction.RELU)),
            of("batch norm of 3", thin, s -> s.batchNorm("n", thin, ActivationFunction.NONE)),
            new Case(
                "scale and shift",
                stage(
                    BatchStatistics.NONE,
                    s -> s.batchNorm("n", x, ActivationFunction.RELU, 0.7, 0.2),
                    x)),
            of("max pool", x, s -> s.maxPool("p", x)),
            of("global mean", x, s -> s.globalAveragePool("p", x)),
            of("upsampling", thin, s -> s.upsample("u", thin, 48, 32)),
            of("upsampling from 1x1", x, s -> s.upsample("u", s.globalAveragePool("p", x), 12, 8)),
            of("depthwise 3x3", x, s -> s.depthwiseNorm("w", x, 3, 1, 1, ActivationFunction.NONE)),
            of(
                "depthwise 5x5 stride 2",
                y,
                s -> s.depthwiseNorm("w", y, 5, 2, 1, ActivationFunction.NONE)),
            of(
                "depthwise dilation 2",
                x,
                s -> s.depthwiseNorm("w", x, 5, 1, 2, ActivationFunction.NONE)),
            of(
                "depthwise of 3",
                thin,
                s -> s.depthwiseNorm("w", thin, 3, 2, 1, ActivationFunction.NONE)),
            of(
                "batch norm and hard swish",
                x,
                s -> s.batchNorm("n", x, ActivationFunction.HARD_SWISH)),
            of("squeeze and excite", x, s -> s.squeezeExcite("se", x, 8)),
            of("dropout", x, s -> s.dropout("d", x, 0.4)),
            of("slice", x, s -> s.slice("c", x, 5, 7)),
            new Case("add", stage(BatchStatistics.REPLICA, s -> s.add("a", x, z), x, z)),
            new Case("concat", stage(BatchStatistics.REPLICA, s -> s.concat("c", x, y), x, y)),
            of(
                "residual unit",
                x,
                s -> {
                  FeatureMap pre = s.batchNorm("pre", x, ActivationFunction.RELU);
                  FeatureMap c = s.convolutionNorm("c1", pre, 8, 1, 1, 1, ActivationFunction.RELU);
                  FeatureMap halves =
                      s.concat(
                          "h",
                          s.convolution("wa", c, 4, 3, 1, 1),
                          s.convolution("wb", c, 4, 3, 1, 2));
                  FeatureMap out =
                      s.pointwise("c3", s.batchNorm("bn", halves, ActivationFunction.RELU), 16, 1);
                  return s.add("unit", out, x);
                })));
  }

  /** Four times the features, so that activations meet their bends. */
  private static FeatureMap wide(StageBuilder s, FeatureMap x) {
    FeatureMap twice = s.add("twice", x, x);
    return s.add("wide", twice, twice);
  }

  private static Case of(
      String name, FeatureMap input, java.util.function.Function<StageBuilder, FeatureMap> ops) {
    return new Case(name, stage(BatchStatistics.REPLICA, ops, input));
  }

  private static StageProgram stage(
      BatchStatistics batchNorm,
      java.util.function.Function<StageBuilder, FeatureMap> ops,
      FeatureMap... inputs) {
    StageBuilder builder = new StageBuilder("stage", batchNorm, 0.9, inputs);
    return builder.build(ops.apply(builder));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aStageIsItsJson(Case one) throws IOException {
    StageVertex vertex = new StageVertex(one.program(), Compute.ND4J);
    ObjectMapper json = NeuralNetConfiguration.mapper();
    assertThat(json.readValue(json.writeValueAsString(vertex), GraphVertex.class))
        .isEqualTo(vertex);
  }

  static Stream<Arguments> casesOfOthers() {
    return cases()
        .flatMap(
            one ->
                Stream.of(Compute.ONEDNN, Compute.CUDA).map(compute -> Arguments.of(one, compute)));
  }

  @ParameterizedTest
  @MethodSource("casesOfOthers")
  void everyBackEndEqualsNd4j(Case one, Compute compute) {
    BackEnds.require(compute);
    Pass nd4j = new Pass(one.program(), Compute.ND4J, DataType.FLOAT);
    Pass other = new Pass(one.program(), compute, DataType.FLOAT);
    same("output", nd4j.forward(), other.forward());
    INDArray gradient = random(99, DataType.FLOAT, nd4j.forward().shape());
    INDArray[] expected = nd4j.backward(gradient);
    INDArray[] computed = other.backward(gradient);
    for (int i = 0; i < expected.length; i++) {
      same("gradient of input " + i, expected[i], computed[i]);
    }
    nd4j.gradients.forEach((name, g) -> same("gradient of " + name, g, other.gradients.get(name)));
    same("inference", nd4j.infer(), other.infer());
  }

  static Stream<Arguments> halfCasesOfOthers() {
    return halfCases()
        .flatMap(
            one ->
                Stream.of(Compute.ONEDNN, Compute.CUDA).map(compute -> Arguments.of(one, compute)));
  }

  /** What convolutions multiply is rounded to 10 bits, and nothing else is. */
  @ParameterizedTest
  @MethodSource("tf32Cases")
  void tf32IsNearFloat32(Case one) {
    BackEnds.require(Compute.CUDA);
    Case same = cases().filter(c -> c.name().equals(one.name())).findFirst().orElseThrow();
    Pass single = new Pass(same.program(), Compute.ND4J, DataType.FLOAT);
    Pass rounded = new Pass(one.program(), Compute.CUDA, DataType.FLOAT);
    INDArray output = single.forward();
    same("output", output, rounded.forward(), TF32);
    boolean multiplies =
        one.program().ops().stream()
            .anyMatch(op -> op instanceof Op.Convolution || op instanceof Op.TransposedConvolution);
    boolean isRounded =
        output.distance2(rounded.forward()) > 1e-6 * output.norm2Number().doubleValue();
    // A real cuDNN may compute small convolutions without tensor cores.
    assertThat(isRounded || (StandIn.isReal() && multiplies))
        .as("is rounded")
        .isEqualTo(multiplies);
    INDArray gradient = random(99, DataType.FLOAT, output.shape());
    double tolerance = 10 * BENT.getOrDefault(one.name(), TF32 / 10);
    INDArray[] expected = single.backward(gradient);
    INDArray[] computed = rounded.backward(gradient);
    for (int i = 0; i < expected.length; i++) {
      same("gradient of input " + i, expected[i], computed[i], tolerance);
    }
    single.gradients.forEach(
        (name, g) -> same("gradient of " + name, g, rounded.gradients.get(name), tolerance));
  }

  @ParameterizedTest
  @MethodSource("halfCasesOfOthers")
  void bfloat16IsNearFloat32(Case one, Compute compute) {
    BackEnds.require(compute);
    assumeTrue(
        Backends.missing(compute, org.networkfission.model.op.DataType.BFLOAT16).isEmpty(),
        "no processor with bfloat16");
    Case same = cases().filter(c -> c.name().equals(one.name())).findFirst().orElseThrow();
    Pass single = new Pass(same.program(), Compute.ND4J, DataType.FLOAT);
    Pass half = new Pass(one.program(), compute, DataType.FLOAT);
    for (Pass pass : List.of(single, half)) {
      for (INDArray input : pass.inputs) {
        input.assign(input.castTo(DataType.BFLOAT16).castTo(DataType.FLOAT));
      }
    }
    same("output", single.forward(), half.forward(), HALF);
    INDArray gradient = random(99, DataType.FLOAT, single.forward().shape());
    double tolerance = BENT.getOrDefault(one.name(), HALF);
    INDArray[] expected = single.backward(gradient);
    INDArray[] computed = half.backward(gradient);
    for (int i = 0; i < expected.length; i++) {
      same("gradient of input " + i, expected[i], computed[i], tolerance);
    }
    single.gradients.forEach(
        (name, g) -> same("gradient of " + name, g, half.gradients.get(name), tolerance));
    same("inference", single.infer(), half.infer(), HALF);
  }

  private static void same(String what, INDArray expected, INDArray computed) {
    same(what, expected, computed, 1e-5);
  }

  private static void same(String what, INDArray expected, INDArray computed, double tolerance) {
    double scale = Math.max(1e-6, expected.norm2Number().doubleValue());
    assertThat(expected.castTo(DataType.DOUBLE).distance2(computed.castTo(DataType.DOUBLE)))
        .as(what)
        .isLessThan(tolerance * scale);
  }

  @ParameterizedTest
  @MethodSource("doubleCases")
  void gradientsAreThoseOfTheOutput(Case one) {
    Pass pass = new Pass(one.program(), Compute.ND4J, DataType.DOUBLE);
    INDArray direction = random(99, DataType.DOUBLE, pass.forward().shape());
    INDArray[] inputGradients = pass.backward(direction);
    for (int i = 0; i < inputGradients.length; i++) {
      check("input " + i, pass, direction, pass.inputs[i], inputGradients[i].dup());
    }
    for (Parameter parameter : one.program().parameters()) {
      if (parameter.kind() != Kind.RUNNING_STATISTIC) {
        String name = parameter.name();
        INDArray gradient = pass.gradients.get(name).dup();
        check(name, pass, direction, pass.parameters.get(name), gradient);
      }
    }
  }

  private static void check(
      String what, Pass pass, INDArray direction, INDArray variable, INDArray gradient) {
    Random random = new Random(5);
    double step = 1e-5;
    for (int i = 0; i < 12; i++) {
      long at = random.nextInt(Math.toIntExact(variable.length()));
      INDArray flat = variable.reshape(variable.length());
      double value = flat.getDouble(at);
      flat.putScalar(at, value + step);
      double above = pass.forward().mul(direction).sumNumber().doubleValue();
      flat.putScalar(at, value - step);
      double below = pass.forward().mul(direction).sumNumber().doubleValue();
      flat.putScalar(at, value);
      double expected = (above - below) / (2 * step);
      double computed = gradient.reshape(gradient.length()).getDouble(at);
      assertThat(Math.abs(computed - expected))
          .as("%s, element %d: %s, by differences %s", what, at, computed, expected)
          .isLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    }
  }

  /** A stage of two batch norms, one with a ReLU, with convolutions between. */
  private static StageProgram norms(DataType type) {
    FeatureMap x = new FeatureMap("x", 16, 12, 8, features(type));
    return stage(
        BatchStatistics.SYNCHRONISED,
        s -> {
          FeatureMap y = s.batchNorm("n0", x, ActivationFunction.NONE);
          y = s.convolutionNorm("c1", y, 24, 3, 1, 1, ActivationFunction.RELU);
          return s.add("sum", s.convolutionNorm("c2", y, 16, 1, 1, 1, ActivationFunction.NONE), x);
        },
        x);
  }

  /** What one replica computed: output, gradient of the input, gradients of the tensors. */
  private record Computed(INDArray output, INDArray input, Map<String, INDArray> tensors) {}

  private static Computed compute(Pass pass, INDArray direction) {
    INDArray output = pass.forward().dup();
    INDArray input = pass.backward(direction)[0].dup();
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    pass.gradients.forEach((name, gradient) -> tensors.put(name, gradient.dup()));
    return new Computed(output, input, tensors);
  }

  @ParameterizedTest
  @CsvSource({
    "ND4J, DOUBLE, 1e-12",
    "ND4J, FLOAT, 1e-5",
    "ONEDNN, FLOAT, 1e-5",
    "CUDA, FLOAT, 1e-5"
  })
  void synchronisedReplicasComputeWhatOneDoesOnTheJoinedBatch(
      Compute compute, DataType type, double tolerance) throws Exception {
    BackEnds.require(compute);
    int replicas = 3;
    Pass joined = new Pass(norms(type), compute, type, replicas * BATCH);
    INDArray direction = random(99, type, joined.forward().shape());
    Computed one = compute(joined, direction);

    List<Computed> all =
        ThreadReplicas.run(
            replicas,
            (rank, group) -> {
              Pass pass = new Pass(norms(type), compute, type, BATCH);
              pass.inputs[0].assign(rows(joined.inputs[0], rank));
              pass.runner.join(group);
              return compute(pass, rows(direction, rank));
            });

    for (int rank = 0; rank < replicas; rank++) {
      same("output", rows(one.output(), rank), all.get(rank).output(), tolerance);
      same("gradient of input", rows(one.input(), rank), all.get(rank).input(), tolerance);
    }
    for (String name : one.tensors().keySet()) {
      INDArray sum = all.get(0).tensors().get(name).dup();
      for (int rank = 1; rank < replicas; rank++) {
        sum.addi(all.get(rank).tensors().get(name));
      }
      // Each replica's running statistics already are those of all.
      boolean statistic = name.endsWith(".mean") || name.endsWith(".variance");
      same(
          "gradient of " + name,
          one.tensors().get(name),
          sum.div(statistic ? replicas : 1),
          tolerance);
    }
  }

  private static INDArray rows(INDArray joined, int rank) {
    return joined.get(NDArrayIndex.interval((long) rank * BATCH, (rank + 1L) * BATCH)).dup('c');
  }

  @Test
  void oneDnnComputesInFloatOnly() {
    StageProgram program = doubleCases().findFirst().orElseThrow().program();
    assertThatThrownBy(() -> new Pass(program, Compute.ONEDNN, DataType.DOUBLE))
        .hasMessageStartingWith("Cannot compute with onednn: ");
  }

  /** A stage with parameters, inputs and gradients. */
  private static final class Pass {
    final Map<String, INDArray> parameters = new LinkedHashMap<>();
    final Map<String, INDArray> gradients = new LinkedHashMap<>();
    final INDArray[] inputs;
    private final StageRunner runner;

    Pass(StageProgram program, Compute compute, DataType type) {
      this(program, compute, type, BATCH);
    }

    Pass(StageProgram program, Compute compute, DataType type, int batch) {
      int seed = 1;
      for (Parameter p : program.parameters()) {
        INDArray values = random(seed++, type, p.longShape());
        boolean positive = p.kind() == Kind.GAMMA || p.name().endsWith(".variance");
        parameters.put(p.name(), positive ? values.muli(0.3).addi(1) : values);
        gradients.put(p.name(), Nd4j.zeros(type, p.longShape()));
      }
      inputs = new INDArray[program.inputs().size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = random(50 + i, type, shape(batch, program.inputs().get(i)));
      }
      runner =
          Backends.of(new ComputeSettings(compute, program.output().type()))
              .runner(program, new Tensors(parameters, gradients), 3, new OperationClock());
    }

    INDArray forward() {
      return runner.forward(inputs, true, 7);
    }

    INDArray infer() {
      return runner.forward(inputs, false, 7);
    }

    INDArray[] backward(INDArray outputGradient) {
      return runner.backward(outputGradient);
    }
  }

  private static org.networkfission.model.op.DataType features(DataType type) {
    return type == DataType.DOUBLE
        ? org.networkfission.model.op.DataType.FLOAT64
        : org.networkfission.model.op.DataType.FLOAT32;
  }

  private static long[] shape(int batch, FeatureMap map) {
    return new long[] {batch, map.channels(), map.height(), map.width()};
  }

  private static INDArray random(long seed, DataType type, long... shape) {
    Random random = new Random(seed);
    double[] values = new double[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape('c', shape).castTo(type);
  }
}
