package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.Recomputation;
import org.networkfission.model.backend.ThreadReplicas;
import org.networkfission.model.backend.cuda.MemoryNeed;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/** What is computed again has the same bits as what is kept. */
class RecomputationTest {
  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (Compute compute : List.of(Compute.ONEDNN, Compute.CUDA)) {
      all.add(Arguments.of(Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, compute)));
      all.add(Arguments.of(Specs.tiny(FissionScheme.LATE, BatchStatistics.NONE, compute)));
      all.add(Arguments.of(Specs.mobile(Encoder.MOBILENET_V3_SMALL, FissionScheme.MID, compute)));
    }
    NetworkSpec half = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.ONEDNN);
    all.add(Arguments.of(half.in(ComputePrecision.BFLOAT16)));
    return all.stream();
  }

  /** The gradients of two steps, with other dropout in each. */
  private static float[][] gradients(NetworkSpec spec, Recompute recompute, Batch batch) {
    try (FissionNetwork network =
        FissionNetwork.create(
            spec, Specs.LOSSES, 1, GradientCompute.PLAIN.recomputing(recompute))) {
      float[][] gradients = new float[2][];
      for (int step = 0; step < gradients.length; step++) {
        network.computeGradient(batch, step);
        gradients[step] = network.engine().gradient().read();
      }
      return gradients;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsHaveTheSameBits(NetworkSpec spec) {
    BackEnds.require(spec);
    NetworkSpec dropping = Specs.dropping(spec, 0.4);
    Batch batch = Specs.batch(spec, 2, 4);

    float[][] kept = gradients(dropping, Recompute.NONE, batch);

    assertThat(gradients(dropping, Recompute.STAGES, batch)).isDeepEqualTo(kept);
    assertThat(kept[1]).isNotEqualTo(kept[0]);
  }

  @ParameterizedTest
  @EnumSource(names = {"ONEDNN", "CUDA"})
  void jointStatisticsAreExchangedOnce(Compute compute) throws Exception {
    BackEnds.require(compute);
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.SYNCHRONISED, compute);
    List<float[]> kept = together(spec, Recompute.NONE);

    List<float[]> again = together(spec, Recompute.STAGES);

    assertThat(again.get(0)).isEqualTo(kept.get(0));
    assertThat(again.get(1)).isEqualTo(kept.get(1));
  }

  /** By rank: how often it met the others, then its gradient. */
  private static List<float[]> together(NetworkSpec spec, Recompute recompute) throws Exception {
    return ThreadReplicas.run(
        2,
        (rank, replicas) -> {
          int[] meetings = {0};
          try (FissionNetwork network =
              FissionNetwork.create(
                  spec, Specs.LOSSES, 1, GradientCompute.PLAIN.recomputing(recompute))) {
            network.join(
                own -> {
                  meetings[0]++;
                  return replicas.gather(own);
                });
            network.computeGradient(Specs.batch(spec, 2, rank), 0);
            float[] gradient = network.engine().gradient().read();
            float[] all = new float[gradient.length + 1];
            all[0] = meetings[0];
            System.arraycopy(gradient, 0, all, 1, gradient.length);
            return all;
          }
        });
  }

  @Test
  void lastConvolutionsOfAStageAreNotComputedAgain() {
    FeatureMap image = new FeatureMap("image", 8, 8, 8);
    StageBuilder s = new StageBuilder("unit", BatchStatistics.REPLICA, 0.9, image);
    FeatureMap first = s.convolutionNorm("a", image, 8, 3, 1, 1, ActivationFunction.RELU);
    FeatureMap last = s.convolution("b", first, 8, 1, 1, 1);
    StageProgram stage = s.build(s.add("sum", image, last));

    // Convolution, batch norm with its ReLU; then convolution and sum, which no gradient asks for.
    assertThat(Recomputation.again(stage, Recompute.STAGES))
        .containsExactly(true, true, false, false);
    assertThat(Recomputation.again(stage, Recompute.NONE)).doesNotContain(true);
  }

  @Test
  void aGpuNeedsLessMemory() {
    NetworkSpec spec = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.CUDA);
    NetworkProgram program = FissionNetwork.program(spec, Specs.LOSSES);

    assertThat(MemoryNeed.of(program.recomputing(Recompute.STAGES), 4, 1).features())
        .isLessThan(MemoryNeed.of(program, 4, 1).features());
  }
}
