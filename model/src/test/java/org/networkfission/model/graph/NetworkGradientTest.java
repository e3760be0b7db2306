package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;

/** A tiny network of each scheme end to end, in double: its gradient is that of its loss. */
class NetworkGradientTest {
  @ParameterizedTest
  @EnumSource(FissionScheme.class)
  void gradientIsThatOfTheTotalLoss(FissionScheme scheme) {
    check(Specs.tiny(scheme, BatchStatistics.REPLICA, Compute.ND4J));
  }

  @ParameterizedTest
  @EnumSource(value = Encoder.class, mode = Mode.EXCLUDE, names = "RESNET50")
  void gradientOfAMobileNetworkToo(Encoder encoder) {
    check(Specs.mobile(encoder, FissionScheme.MID, Compute.ND4J));
  }

  private static void check(NetworkSpec spec) {
    Batch floats = Specs.batch(spec, 2, 4);
    Batch batch =
        new Batch(floats.keys(), floats.images().castTo(DataType.DOUBLE), floats.truths());
    try (FissionNetwork network = FissionNetwork.createDouble(spec, Specs.LOSSES, 1)) {
      network.computeGradient(batch, 0);
      // Along a random direction of all learned parameters at once, so that none is left out.
      INDArray direction = Nd4j.create(DataType.DOUBLE, network.parameters().length());
      Random random = new Random(8);
      for (ParameterRange range : network.ranges()) {
        for (int i = 0; i < range.length() && range.kind() != Kind.RUNNING_STATISTIC; i++) {
          direction.putScalar(range.offset() + i, random.nextGaussian());
        }
      }
      double expected = network.gradient().mul(direction).sumNumber().doubleValue();
      // Small: over two pixels of two images, batch norm is close to a step.
      double step = 1e-10;
      network.parameters().addi(direction.mul(step));
      double above = network.computeGradient(batch, 0).total();
      network.parameters().subi(direction.mul(2 * step));
      double below = network.computeGradient(batch, 0).total();
      double computed = (above - below) / (2 * step);
      assertThat(Math.abs(computed - expected))
          .as("%s, by differences %s", expected, computed)
          .isLessThan(1e-3 * Math.abs(expected));
    }
  }
}
