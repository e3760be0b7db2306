package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchNorm;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;

class TransferTest {
  @TempDir Path folder;

  static FissionNetwork network(FissionScheme scheme, long seed, Task... tasks) {
    return network(scheme, seed, 0.125, tasks);
  }

  static FissionNetwork network(
      FissionScheme scheme, long seed, double widthMultiplier, Task... tasks) {
    TaskWeights weights = new TaskWeights(1, 0.6, 0.5);
    return FissionNetwork.create(
        new NetworkSpec(
            32,
            32,
            InputModality.RGB,
            Encoder.RESNET50,
            256,
            scheme,
            Heads.PARALLEL,
            List.of(tasks),
            4,
            widthMultiplier,
            false,
            0,
            BatchNorm.REPLICA,
            0.99,
            Compute.AUTO),
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
              "weights: %d tensors taken, %d new (0 for their shape), 0 of the source dropped"
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
  void readsSafetensorsOfEveryWidth() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"enc.bn0.weight\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
            + "\"enc.bn0.bias\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[12,18]},"
            + "\"other\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[18,26]}}";
    write(file, header, 26);
    NamedTensors tensors = Safetensors.read(file);
    assertThat(tensors.get("enc.bn0.weight").orElseThrow().values()).containsExactly(1, 2, -3.5f);
    assertThat(tensors.get("enc.bn0.bias").orElseThrow().values()).containsExactly(1, -2, 0x1p-24f);
    try (FissionNetwork network = network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      Transfer transfer = Transfer.apply(tensors, network);
      assertThat(transfer.taken()).containsExactly("enc.bn0.weight", "enc.bn0.bias");
      assertThat(transfer.dropped()).containsExactly("other");
      assertThat(values(network, "enc.bn0.weight")).containsExactly(1, 2, -3.5f);
    }
  }

  @Test
  void badSafetensorsAreRefused() throws IOException {
    Path file = folder.resolve("bad.safetensors");
    write(file, "{\"a\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]}}", 26);
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessage("Cannot read %s as safetensors: tensor a is of type I8".formatted(file));
    write(file, "{\"a\":{\"dtype\":\"F32\",\"shape\":[30],\"data_offsets\":[0,120]}}", 26);
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessageEndingWith("tensor a of 30 values lies at bytes 0 to 120 of 26");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessageEndingWith("its header would be -1 of 3 bytes");
    write(file, "{nothing", 0);
    assertThatThrownBy(() -> Safetensors.read(file)).hasMessageEndingWith("its header is no JSON");
  }

  private static void write(Path file, String header, int bytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(json.length).put(json);
    if (bytes > 0) {
      out.putFloat(1).putFloat(2).putFloat(-3.5f);
      out.putShort((short) 0x3c00).putShort((short) 0xc000).putShort((short) 1).putDouble(7);
    }
    Files.write(file, out.array());
  }

  static float[] values(FissionNetwork network, String name) {
    return NamedTensors.of(network).get(name).orElseThrow().values();
  }
}
