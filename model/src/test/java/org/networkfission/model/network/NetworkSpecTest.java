package org.networkfission.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.settings.InvalidSettings;
import org.networkfission.prep.settings.Json;

class NetworkSpecTest {
  @Test
  void everyProblemIsNamedAtOnce() {
    assertThatThrownBy(
            () ->
                new NetworkSpec(
                    100,
                    240,
                    InputModality.RGB,
                    Encoder.RESNET50,
                    256,
                    FissionScheme.MID,
                    Heads.PARALLEL,
                    List.of(),
                    1,
                    0,
                    true,
                    1,
                    BatchStatistics.REPLICA,
                    2,
                    InitialDeviation.HE,
                    DepthStart.ROOM,
                    Compute.AUTO,
                    ComputePrecision.FLOAT32))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "width = 100: must be positive and divisible by 16; tasks = []: must be at least one"
                + " task, each once; classes = 1: must be 2 to 256, void included;"
                + " widthMultiplier = 0.0: must be above 0 and at most 4; dropout = 1.0: must be"
                + " at least 0 and below 1; batchNormDecay = 2.0: must be 0 to 1");
  }

  @Test
  void chainedHeadsNeedSeveralTasks() {
    assertThatThrownBy(() -> spec(32, 32, FissionScheme.SINGLE, Heads.CHAINED, Task.DEPTH))
        .hasMessage("heads = chained: must be parallel, except in mid fission of several tasks");
  }

  @Test
  void schemeFitsTheNumberOfTasks() {
    assertThatThrownBy(() -> spec(32, 32, FissionScheme.MID, Heads.PARALLEL, Task.DEPTH))
        .hasMessage("scheme = mid: must be single for a single task");
    assertThatThrownBy(
            () -> spec(32, 32, FissionScheme.SINGLE, Heads.PARALLEL, Task.DEPTH, Task.LABELS))
        .hasMessage("scheme = single: must be another scheme than single for several tasks");
    assertThatThrownBy(
            () -> spec(32, 32, FissionScheme.MID, Heads.PARALLEL, Task.DEPTH, Task.DEPTH))
        .hasMessage("tasks = [DEPTH, DEPTH]: must be at least one task, each once");
  }

  @Test
  void aSpecOfAnOlderVersionIsAServerNetwork() throws IOException {
    NetworkSpec spec = spec(32, 32, FissionScheme.SINGLE, Heads.PARALLEL, Task.DEPTH);
    ObjectMapper json = Json.MAPPER;
    ObjectNode old = json.valueToTree(spec);
    old.remove("encoder");
    old.remove("decoderWidth");
    assertThat(json.treeToValue(old, NetworkSpec.class)).isEqualTo(spec);
  }

  @Test
  void computeIsNoPartOfTheNetwork() {
    NetworkSpec spec = spec(32, 32, FissionScheme.SINGLE, Heads.PARALLEL, Task.DEPTH);
    assertThat(spec.on(Compute.ND4J)).isNotEqualTo(spec);
    assertThat(spec.on(Compute.ND4J).sameNetworkAs(spec)).isTrue();
    assertThat(spec.in(ComputePrecision.BFLOAT16)).isNotEqualTo(spec);
    assertThat(spec.in(ComputePrecision.BFLOAT16).sameNetworkAs(spec)).isTrue();
  }

  private static NetworkSpec spec(
      int width, int height, FissionScheme scheme, Heads heads, Task... tasks) {
    return new NetworkSpec(
        width,
        height,
        InputModality.RGB,
        Encoder.RESNET50,
        256,
        scheme,
        heads,
        List.of(tasks),
        14,
        1,
        true,
        0.5,
        BatchStatistics.REPLICA,
        0.99,
        InitialDeviation.HE,
        DepthStart.ROOM,
        Compute.AUTO,
        ComputePrecision.FLOAT32);
  }
}
