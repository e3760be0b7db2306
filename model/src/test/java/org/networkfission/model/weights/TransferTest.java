package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;

class TransferTest {
  static FissionNetwork network(FissionScheme scheme, long seed, Task... tasks) {
    return network(scheme, seed, 0.125, tasks);
  }

  static FissionNetwork network(
      FissionScheme scheme, long seed, double widthMultiplier, Task... tasks) {
    return network(scheme, seed, widthMultiplier, 32, 32, false, tasks);
  }

  static FissionNetwork mobile(Encoder encoder) {
    return network(encoder, FissionScheme.SINGLE, 1, 1, 32, 32, false, Task.LABELS);
  }

  static FissionNetwork network(
      FissionScheme scheme,
      long seed,
      double widthMultiplier,
      int width,
      int height,
      boolean auxiliaryHeads,
      Task... tasks) {
    return network(
        Encoder.RESNET50, scheme, seed, widthMultiplier, width, height, auxiliaryHeads, tasks);
  }

  private static FissionNetwork network(
      Encoder encoder,
      FissionScheme scheme,
      long seed,
      double widthMultiplier,
      int width,
      int height,
      boolean auxiliaryHeads,
      Task... tasks) {
    TaskWeights weights = new TaskWeights(1, 0.6, 0.5);
    return FissionNetwork.create(
        new NetworkSpec(
            width,
            height,
            InputModality.RGB,
            encoder,
            encoder == Encoder.RESNET50 ? 256 : 32,
            scheme,
            Heads.PARALLEL,
            List.of(tasks),
            4,
            widthMultiplier,
            auxiliaryHeads,
            0,
            BatchStatistics.REPLICA,
            0.99,
            InitialDeviation.HE,
            DepthStart.ROOM,
            Compute.AUTO,
            ComputePrecision.FLOAT32),
        new LossSpec(weights, weights, weights, weights, DepthLoss.L1, Normalisation.IMAGE),
        seed);
  }

  @Test
  void multiTaskNetworkTakesWhatASingleTaskOneHas() {
    try (FissionNetwork normals = network(FissionScheme.SINGLE, 1, Task.NORMALS);
        FissionNetwork both = network(FissionScheme.MID, 2, Task.LABELS, Task.NORMALS)) {
      Transfer transfer = Transfer.between(normals, both);
      assertThat(transfer.taken())
          .contains("enc.b4.2.wa", "s2.x.c2.bn.variance", "heads.normals.up3.weight");
      assertThat(transfer.created())
          .isNotEmpty()
          .allSatisfy(name -> assertThat(name).startsWith("heads.labels."));
      assertThat(transfer.dropped()).isEmpty();
      assertThat(values(both, "enc.b4.2.wa")).isEqualTo(values(normals, "enc.b4.2.wa"));
      assertThat(transfer.sentence())
          .isEqualTo(
              "weights: %d tensors taken, %d new (0 for their shape), 0 of the source dropped; new: heads.labels"
                  .formatted(normals.ranges().size(), transfer.created().size()));
      assertThat(transfer.table())
          .hasSameSizeAs(transfer.created())
          .allSatisfy(line -> assertThat(line).startsWith("new      heads.labels."));
    }
  }

  @Test
  void whatDoesNotFitIsDropped() {
    try (FissionNetwork labels = network(FissionScheme.SINGLE, 1, Task.LABELS);
        FissionNetwork depth = network(FissionScheme.SINGLE, 2, Task.DEPTH)) {
      Transfer transfer = Transfer.between(labels, depth);
      assertThat(transfer.dropped()).contains("heads.labels.c78.conv.weight");
      assertThat(transfer.created()).contains("heads.depth.c78.conv.weight");
    }
  }

  @Test
  void frozenTensorsHaveNoGradient() {
    try (FissionNetwork network = network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      assertThat(network.freeze(List.of("enc", "s1.x"))).isGreaterThan(100);
      assertThat(network.ranges().get(0).kind())
          .isEqualTo(org.networkfission.model.network.ParameterRange.Kind.FROZEN);
      assertThatThrownBy(() -> network.freeze(List.of("encoder")))
          .hasMessageStartingWith("Cannot freeze encoder: no tensor's name begins so; stages are");
    }
  }

  @Test
  void whatIsSkippedBeginsNew() throws IOException {
    try (FissionNetwork normals =
            network(FissionScheme.SINGLE, 1, 0.125, 32, 32, true, Task.NORMALS);
        FissionNetwork both =
            network(FissionScheme.MID, 2, 0.125, 32, 32, true, Task.LABELS, Task.NORMALS);
        FissionNetwork fresh =
            network(FissionScheme.MID, 2, 0.125, 32, 32, true, Task.LABELS, Task.NORMALS)) {
      Transfer transfer =
          Transfer.apply(NamedTensors.of(normals), both, List.of("heads", "auxs.normals"));
      assertThat(transfer.taken()).noneMatch(n -> n.startsWith("heads") || n.startsWith("auxs"));
      assertThat(transfer.skipped())
          .contains("heads.normals.c78.conv.weight", "heads.labels.up3.weight")
          .contains("auxs.normals.a1.conv.weight");
      assertThat(transfer.created()).allMatch(name -> name.startsWith("auxs.labels."));
      assertThat(transfer.dropped())
          .contains("heads.normals.up3.weight")
          .allMatch(name -> name.matches("(heads|auxs)\\.normals\\..*"));
      assertThat(values(both, "heads.normals.c78.conv.weight"))
          .isEqualTo(values(fresh, "heads.normals.c78.conv.weight"));
      assertThat(transfer.sentence())
          .contains(", %d skipped, ".formatted(transfer.skipped().size()))
          .endsWith("; new: auxs.labels");
      assertThat(transfer.table()).contains("skipped  heads.labels.up3.weight");
    }
  }

  static float[] values(FissionNetwork network, String name) {
    try {
      return NamedTensors.of(network).get(name).orElseThrow().values().orElseThrow().read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
