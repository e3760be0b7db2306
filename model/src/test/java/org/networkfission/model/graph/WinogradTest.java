package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.onednn.OneDnnBackend;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.ConvolutionAlgorithm;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;

/** Convolutions by Winograd's algorithm in a network whose decoder has enough channels for it. */
class WinogradTest {
  private static final NetworkSpec NARROW =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.ONEDNN);
  private static final NetworkSpec SPEC = wide(512);

  /** Wide enough that it is faster than products in bfloat16. */
  private static final NetworkSpec HALF = wide(1024).in(ComputePrecision.BFLOAT16);

  /** So many images have pixels enough for that. */
  private static final int BATCH = 16;

  private static NetworkSpec wide(int decoder) {
    return new NetworkSpec(
        NARROW.width(),
        NARROW.height(),
        NARROW.input(),
        NARROW.encoder(),
        decoder,
        NARROW.scheme(),
        NARROW.heads(),
        NARROW.tasks(),
        NARROW.classes(),
        NARROW.widthMultiplier(),
        NARROW.auxiliaryHeads(),
        NARROW.dropout(),
        NARROW.batchNorm(),
        NARROW.batchNormDecay(),
        NARROW.initialisation(),
        NARROW.depthStart(),
        NARROW.compute(),
        NARROW.precision());
  }

  @BeforeAll
  static void processor() {
    BackEnds.require(SPEC);
    assumeTrue(Backends.arithmetic(SPEC).instructions().startsWith("avx512_core"), "no AVX-512");
  }

  private static INDArray gradient(Recompute recompute, ConvolutionAlgorithm algorithm) {
    return gradient(SPEC, 2, recompute, algorithm);
  }

  private static INDArray gradient(
      NetworkSpec spec, int batch, Recompute recompute, ConvolutionAlgorithm algorithm) {
    GradientCompute how = new GradientCompute(recompute, algorithm);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 3, how)) {
      network.computeGradient(Specs.batch(spec, batch, 5), 0);
      return network.gradient().dup();
    }
  }

  @Test
  void gradientsAreThoseOfDirectConvolutionsButForRounding() {
    INDArray direct = gradient(Recompute.NONE, ConvolutionAlgorithm.DIRECT);
    INDArray winograd = gradient(Recompute.NONE, ConvolutionAlgorithm.WINOGRAD);

    assertThat(winograd).isNotEqualTo(direct);
    assertThat(winograd.distance2(direct)).isLessThan(1e-4 * direct.norm2Number().doubleValue());
  }

  @ParameterizedTest
  @EnumSource(Recompute.class)
  void everyRunHasTheSameBits(Recompute recompute) {
    assertThat(gradient(recompute, ConvolutionAlgorithm.WINOGRAD))
        .isEqualTo(gradient(Recompute.NONE, ConvolutionAlgorithm.WINOGRAD));
  }

  @Test
  void predictionsAreThoseOfAnotherBackEndWheneverKernelsArePrepared() {
    INDArray images = Specs.batch(SPEC, 2, 5).images();
    try (FissionNetwork network = FissionNetwork.create(SPEC, Specs.LOSSES, 3);
        FissionNetwork fixed = FissionNetwork.create(SPEC, Specs.LOSSES, 3);
        FissionNetwork other = FissionNetwork.create(SPEC.on(Compute.ND4J), Specs.LOSSES, 3)) {
      fixed.fixParameters();
      Map<Task, INDArray> expected = other.predict(images);
      Map<Task, INDArray> predicted = network.predict(images);
      Map<Task, INDArray> fixedly = fixed.predict(images);
      for (Task task : expected.keySet()) {
        INDArray output = expected.get(task);
        double size = output.norm2Number().doubleValue();
        assertThat(predicted.get(task).distance2(output)).as(task.id()).isLessThan(1e-5 * size);
        assertThat(fixedly.get(task).distance2(output)).as(task.id()).isLessThan(1e-5 * size);
      }
    }
  }

  @Test
  void gradientsInBfloat16ComeNoFurtherFromThoseInFloat32() {
    requireBfloat16();
    INDArray single =
        gradient(
            HALF.in(ComputePrecision.FLOAT32), BATCH, Recompute.NONE, ConvolutionAlgorithm.DIRECT);
    INDArray direct = gradient(HALF, BATCH, Recompute.NONE, ConvolutionAlgorithm.DIRECT);
    INDArray winograd = gradient(HALF, BATCH, Recompute.NONE, ConvolutionAlgorithm.WINOGRAD);

    assertThat(winograd).isNotEqualTo(direct);
    assertThat(winograd.distance2(single)).isLessThan(1.05 * direct.distance2(single));
    assertThat(gradient(HALF, BATCH, Recompute.STAGES, ConvolutionAlgorithm.WINOGRAD))
        .isEqualTo(winograd);
  }

  @Test
  void predictionsInBfloat16AreAsNearToThoseInFloat32() {
    requireBfloat16();
    INDArray images = Specs.batch(HALF, 2, 5).images();
    try (FissionNetwork network = FissionNetwork.create(HALF, Specs.LOSSES, 3);
        FissionNetwork single =
            FissionNetwork.create(HALF.in(ComputePrecision.FLOAT32), Specs.LOSSES, 3)) {
      Map<Task, INDArray> expected = single.predict(images);
      Map<Task, INDArray> direct = network.predict(images); // Of so few pixels.
      network.fixParameters();
      Map<Task, INDArray> winograd = network.predict(images);
      expected.forEach(
          (task, output) -> {
            double near = 1.5 * direct.get(task).distance2(output);
            assertThat(winograd.get(task)).as(task.id()).isNotEqualTo(direct.get(task));
            assertThat(winograd.get(task).distance2(output)).as(task.id()).isLessThan(near);
          });
    }
  }

  private static void requireBfloat16() {
    assumeTrue(
        new OneDnnBackend().missing(DataType.BFLOAT16).isEmpty(), "no processor with bfloat16");
  }
}
