package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;

/** A new network's depth begins at a room's distance, its single feature above 0. */
class FirstDepthTest {
  private static int channelsBefore(NetworkSpec spec) {
    return spec.tasks().stream()
        .takeWhile(task -> task != Task.DEPTH)
        .mapToInt(task -> task.channels(spec.classes()))
        .sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = FissionScheme.class,
      names = {"MID", "LATE"})
  void onlyTheShiftsOfDepthAreSet(FissionScheme scheme) {
    NetworkSpec spec = Specs.tiny(scheme, BatchStatistics.REPLICA, Compute.AUTO);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      String head = scheme == FissionScheme.LATE ? "heads.x" : "heads.depth";
      Map<String, Integer> outputs =
          Map.of(
              head + ".up3.bn.bias",
              scheme == FissionScheme.LATE ? channelsBefore(spec) : 0,
              "auxs.depth.a1.bn.bias",
              0,
              "auxs.depth.a2.bn.bias",
              0);
      for (ParameterRange range : network.ranges()) {
        for (int i = 0; range.kind() == ParameterRange.Kind.BETA && i < range.length(); i++) {
          boolean output = Integer.valueOf(i).equals(outputs.get(range.name()));
          boolean feature = range.name().equals("heads.depth.c78.bn.bias");
          assertThat(network.parameters().getFloat(range.offset() + i))
              .as("%s, channel %d", range.name(), i)
              .isEqualTo(output ? 2.5f : feature ? 1 : 0);
        }
      }
      assertThat(network.ranges()).extracting(ParameterRange::name).containsAll(outputs.keySet());
    }
  }

  @Test
  void theHeadStartCanBeSwitchedOff() {
    NetworkSpec spec = spec(InitialDeviation.HE, DepthStart.ZERO);
    try (FissionNetwork network = FissionNetwork.create(spec, Specs.LOSSES, 1)) {
      for (ParameterRange range : network.ranges()) {
        for (int i = 0; range.kind() == ParameterRange.Kind.BETA && i < range.length(); i++) {
          assertThat(network.parameters().getFloat(range.offset() + i)).isZero();
        }
      }
    }
  }

  @Test
  void kernelsSpreadAsTheAuthorsDo() {
    try (FissionNetwork he =
            FissionNetwork.create(spec(InitialDeviation.HE, DepthStart.ROOM), Specs.LOSSES, 1);
        FissionNetwork authors =
            FissionNetwork.create(
                spec(InitialDeviation.AUTHORS, DepthStart.ROOM), Specs.LOSSES, 1)) {
      assertThat(authors.spec().sameNetworkAs(he.spec())).isTrue();
      for (ParameterRange range : he.ranges()) {
        double largest = 0;
        for (int i = range.offset(); i < range.offset() + range.length(); i++) {
          float value = he.parameters().getFloat(i);
          double factor = range.kind() == ParameterRange.Kind.WEIGHT ? 0.87962566 : 1;
          assertThat((double) authors.parameters().getFloat(i))
              .isCloseTo(value * factor, within(1e-7 + 1e-6 * Math.abs(value)));
          largest = Math.max(largest, Math.abs(authors.parameters().getFloat(i)));
        }
        if (range.name().equals("enc.conv1.conv.weight")) {
          // Two deviations of sqrt(2 / fan-in), before the cut: 7 x 7 taps of 3 channels.
          assertThat(largest).isBetween(1.8 * Math.sqrt(2.0 / 147), 2 * Math.sqrt(2.0 / 147));
        }
      }
    }
  }

  private static NetworkSpec spec(InitialDeviation initialisation, DepthStart start) {
    NetworkSpec tiny = Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.AUTO);
    return new NetworkSpec(
        tiny.width(),
        tiny.height(),
        tiny.input(),
        tiny.encoder(),
        tiny.decoderWidth(),
        tiny.scheme(),
        tiny.heads(),
        tiny.tasks(),
        tiny.classes(),
        tiny.widthMultiplier(),
        tiny.auxiliaryHeads(),
        tiny.dropout(),
        tiny.batchNorm(),
        tiny.batchNormDecay(),
        initialisation,
        start,
        tiny.compute(),
        ComputePrecision.FLOAT32);
  }
}
