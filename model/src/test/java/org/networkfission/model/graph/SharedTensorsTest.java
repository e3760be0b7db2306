package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.model.balance.GradientScope;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;

class SharedTensorsTest {
  private static List<String> in(NetworkSpec spec, GradientScope scope) {
    return SharedTensors.of(spec, Specs.LOSSES, scope);
  }

  @ParameterizedTest
  @CsvSource({
    "EARLY, enc.out.conv.weight",
    "EARLY_MID, s1.x.c2.conv.weight",
    "MID, s2.x.c2.conv.weight",
    "LATE, s2.x.c2.conv.weight"
  })
  void theLastSharedLayerIsTheOneBeforeTheHeadsSplit(FissionScheme scheme, String tensor) {
    NetworkSpec spec = Specs.tiny(scheme, BatchStatistics.REPLICA, Compute.AUTO);
    assertThat(in(spec, GradientScope.LAST_SHARED_LAYER)).containsExactly(tensor);
  }

  @Test
  void whatOneTaskAloneReachesIsNotShared() {
    NetworkSpec spec = Specs.tiny(FissionScheme.EARLY_MID, BatchStatistics.REPLICA, Compute.AUTO);
    List<String> shared = in(spec, GradientScope.ALL_SHARED);
    assertThat(shared)
        .contains("enc.conv1.conv.weight", "enc.skip1.conv.weight", "s1.x.c2.bn.weight")
        .noneMatch(name -> name.startsWith("s2.") || name.startsWith("heads."))
        .noneMatch(name -> name.endsWith(".mean") || name.endsWith(".variance"));
  }

  @Test
  void aChainedHeadIsSharedWithTheTasksBehindIt() {
    NetworkSpec spec =
        Specs.of(32, 32, FissionScheme.MID, Heads.CHAINED, Task.LABELS, Task.NORMALS, Task.DEPTH);
    assertThat(in(spec, GradientScope.ALL_SHARED))
        .contains("heads.labels.c78.conv.weight", "heads.normals.c78.conv.weight")
        .doesNotContain("heads.depth.c78.conv.weight", "heads.labels.up3.conv.weight");
    assertThat(in(spec, GradientScope.LAST_SHARED_LAYER)).containsExactly("s2.x.c2.conv.weight");
  }

  @Test
  void aTaskAloneSharesNothing() {
    NetworkSpec spec = Specs.tiny(FissionScheme.SINGLE, BatchStatistics.REPLICA, Compute.AUTO);
    assertThat(in(spec, GradientScope.ALL_SHARED)).isEmpty();
  }
}
