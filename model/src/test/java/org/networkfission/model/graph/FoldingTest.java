package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.Folding;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/** A stage whose batch norms are folded predicts what it did. */
class FoldingTest {
  private static final FeatureMap INPUT = new FeatureMap("in", 8, 6, 8);

  /** Every kind of convolution before a batch norm, and batch norms that stay. */
  private static StageProgram stage(BatchStatistics statistics) {
    StageBuilder s = new StageBuilder("net", statistics, 0.99, INPUT);
    FeatureMap x = s.batchNorm("first", INPUT, ActivationFunction.RELU);
    x = s.convolutionNorm("plain", x, 16, 3, 1, 1, ActivationFunction.RELU);
    x = s.depthwiseNorm("depthwise", x, 3, 1, 1, ActivationFunction.RELU6);
    FeatureMap read = s.pointwise("twice", x, 16, 1);
    FeatureMap y = s.batchNorm("twice.bn", read, ActivationFunction.NONE);
    x = s.batchNorm("sum.bn", s.add("sum", read, y), ActivationFunction.RELU);
    // Additions behind convolutions: to what is read no more, then to what still is.
    FeatureMap z =
        s.pointwise("unit.0", s.batchNorm("unit.0.bn", x, ActivationFunction.RELU), 16, 1);
    x = s.add("unit.0", z, x);
    z = s.pointwise("unit.1", s.batchNorm("unit.1.bn", x, ActivationFunction.RELU), 16, 1);
    FeatureMap still = s.add("unit.1", z, x);
    x = s.add("unit.2", s.pointwise("unit.2", still, 16, 1), still);
    x = s.add("unit.3", x, s.batchNorm("unit.3.bn", still, ActivationFunction.RELU));
    x = s.convolutionNorm("linear", x, 12, 1, 1, 1, ActivationFunction.NONE);
    return s.build(s.upConvolutionNorm("up", x, 5, 4, 2));
  }

  /** Numbers as after training: variances are positive. */
  private static float[] values(List<Parameter> tensors) {
    Random random = new Random(7);
    float[] all = new float[tensors.stream().mapToInt(Parameter::length).sum()];
    int at = 0;
    for (Parameter tensor : tensors) {
      for (int i = 0; i < tensor.length(); i++) {
        boolean variance = tensor.name().endsWith(".variance");
        boolean gamma = tensor.kind() == Kind.GAMMA;
        float noise = (float) random.nextGaussian();
        all[at++] = variance ? noise * noise + 0.1f : gamma ? 1 + 0.3f * noise : 0.5f * noise;
      }
    }
    return all;
  }

  private static INDArray output(
      StageProgram stage, List<Parameter> tensors, float[] values, INDArray image) {
    return output(Compute.ND4J, stage, tensors, values, image, false);
  }

  private static INDArray output(
      Compute compute,
      StageProgram stage,
      List<Parameter> tensors,
      float[] values,
      INDArray image,
      boolean fixed) {
    Backend backend = Backends.of(new ComputeSettings(compute, DataType.FLOAT32));
    Tensors views = Tensors.of(tensors, Nd4j.createFromArray(values), null);
    try (StageRunner runner = backend.runner(stage, views, 1, new OperationClock())) {
      if (fixed) {
        runner.fixParameters();
      }
      return runner.forward(new INDArray[] {image}, false, 0).dup();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REPLICA", "NONE"})
  void aStageMakesWhatItDidButForRounding(BatchStatistics statistics) {
    StageProgram stage = stage(statistics);
    Folding folding = new Folding(List.of(stage));
    float[] values = values(stage.parameters());
    INDArray image = image();

    INDArray expected = output(stage, stage.parameters(), values, image);
    INDArray folded =
        output(
            folding.stages().get(0), folding.parameters(), folded(folding, stage, values), image);

    assertThat(folded.distance2(expected)).isLessThan(1e-5 * expected.norm2Number().doubleValue());
  }

  private static float[] folded(Folding folding, StageProgram stage, float[] values) {
    Map<String, float[]> tensors = new HashMap<>();
    int at = 0;
    for (Parameter tensor : stage.parameters()) {
      tensors.put(tensor.name(), Arrays.copyOfRange(values, at, at + tensor.length()));
      at += tensor.length();
    }
    FloatBuffer all =
        FloatBuffer.allocate(folding.parameters().stream().mapToInt(Parameter::length).sum());
    folding.parameters(tensors::get, all::put);
    return all.array();
  }

  @Test
  void oneDnnMakesItToo() {
    BackEnds.require(Compute.ONEDNN);
    StageProgram stage = stage(BatchStatistics.REPLICA);
    float[] values = values(stage.parameters());

    INDArray expected = output(stage, stage.parameters(), values, image());
    INDArray folded = output(Compute.ONEDNN, stage, stage.parameters(), values, image(), true);

    assertThat(folded.distance2(expected)).isLessThan(1e-5 * expected.norm2Number().doubleValue());
  }

  private static INDArray image() {
    float[] waves = new float[2 * 8 * 6 * 8];
    for (int i = 0; i < waves.length; i++) {
      waves[i] = (float) Math.sin(i);
    }
    return Nd4j.createFromArray(waves).reshape('c', 2, 8, 6, 8);
  }

  @Test
  void batchNormsStayThatAreNotAloneBehindAConvolution() {
    StageProgram stage = new Folding(List.of(stage(BatchStatistics.REPLICA))).stages().get(0);

    assertThat(stage.ops())
        .filteredOn(Op.BatchNorm.class::isInstance)
        .extracting(op -> ((Op.BatchNorm) op).name())
        .containsExactly(
            "first", "twice.bn", "sum.bn", "unit.0.bn", "unit.1.bn", "unit.3.bn", "up.bn");
    assertThat(stage.ops()).filteredOn(Op.Bias.class::isInstance).hasSize(3);
    assertThat(stage.output()).isEqualTo(stage(BatchStatistics.REPLICA).output());
  }
}
