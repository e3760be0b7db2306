package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.model.network.BatchNorm;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
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
    NetworkSpec spec = Specs.tiny(scheme, BatchNorm.REPLICA, Compute.AUTO);
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
}
