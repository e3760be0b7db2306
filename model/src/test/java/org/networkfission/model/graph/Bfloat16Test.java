package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.onednn.OneDnnBackend;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.AdamSettings;

/** Whole networks in bfloat16. */
class Bfloat16Test {
  private static final NetworkSpec SINGLE =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.ONEDNN);
  private static final NetworkSpec HALF = SINGLE.in(ComputePrecision.BFLOAT16);

  @BeforeAll
  static void processor() {
    assumeTrue(
        new OneDnnBackend().missing(DataType.BFLOAT16).isEmpty(), "no processor with bfloat16");
  }

  @ParameterizedTest
  @EnumSource(Encoder.class)
  void newNetworksLoseAsInFloat32(Encoder encoder) {
    NetworkSpec spec =
        encoder == Encoder.RESNET50
            ? SINGLE
            : Specs.mobile(encoder, FissionScheme.LATE, Compute.ONEDNN);
    Batch batch = Specs.batch(spec, 2, 3);
    try (FissionNetwork single = FissionNetwork.create(spec, Specs.LOSSES, 5);
        FissionNetwork half =
            FissionNetwork.create(spec.in(ComputePrecision.BFLOAT16), Specs.LOSSES, 5)) {
      assertThat(half.precision()).isEqualTo(DataType.BFLOAT16);
      assertThat(half.parameters()).isEqualTo(single.parameters());
      double expected = single.computeGradient(batch, 0).total();
      double computed = half.computeGradient(batch, 0).total();
      assertThat(computed).isNotEqualTo(expected);
      assertThat(Math.abs(computed - expected)).isLessThan(1e-2 * expected);
    }
  }

  @Test
  void learnsRoomsWithTheSameBitsEveryTimeAndPredictsThemAsInFloat32() {
    List<StepLosses> losses = new ArrayList<>();
    BatchAssembler assembler = new BatchAssembler(HALF, Augmentation.NONE, 1);
    try (FissionNetwork network = FissionNetwork.create(HALF, Specs.LOSSES, 1);
        FissionNetwork twin = FissionNetwork.create(HALF, Specs.LOSSES, 2);
        FissionNetwork single = FissionNetwork.create(SINGLE, Specs.LOSSES, 1)) {
      int n = (int) network.parameters().length();
      Adam adam =
          new Adam(
              new AdamSettings(0.9, 0.999, 1e-8, 0, 0), network.ranges(), Adam.Moments.zeros(0, n));
      for (int step = 0; step < 60; step++) {
        losses.add(network.computeGradient(rooms(assembler, step), step));
        FloatBuffer parameters = network.parameters().data().asNioFloat();
        adam.update(parameters, network.gradient().data().asNioFloat(), 1, 0.02, step);
      }
      assertThat(losses.get(59).total()).isLessThan(losses.get(0).total() / 2);

      twin.parameters().assign(network.parameters());
      Batch batch = rooms(assembler, 60);
      assertThat(twin.computeGradient(batch, 60).total())
          .isEqualTo(network.computeGradient(batch, 60).total());
      assertThat(twin.gradient()).isEqualTo(network.gradient());

      single.parameters().assign(network.parameters());
      Map<Task, INDArray> expected = single.predict(batch.images());
      assertNear(network.predict(batch.images()), expected);
      network.fixParameters();
      assertNear(network.predict(batch.images()), expected);
    }
  }

  private static void assertNear(Map<Task, INDArray> computed, Map<Task, INDArray> expected) {
    computed.forEach(
        (task, output) ->
            assertThat(output.distance2(expected.get(task)))
                .as(task.id())
                .isLessThan(1e-2 * output.norm2Number().doubleValue()));
  }

  private static Batch rooms(BatchAssembler assembler, int step) {
    return assembler.assemble(RoomImages.of(4, 32, step), 0);
  }
}
