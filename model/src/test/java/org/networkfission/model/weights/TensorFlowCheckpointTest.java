package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;
import org.networkfission.model.weights.ResNetNumbers.Numbers;

/** A checkpoint that TensorFlow 2.21 wrote (Saver of version 1, format V2), whole and damaged. */
class TensorFlowCheckpointTest {
  private static final String DATA = "model.ckpt-7.data-00000-of-00001";

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void copy() throws IOException {
    index = folder.resolve("model.ckpt-7.index");
    for (String name : List.of("model.ckpt-7.index", DATA)) {
      try (InputStream in = getClass().getResourceAsStream("/weights/" + name)) {
        Files.write(folder.resolve(name), in.readAllBytes());
      }
    }
  }

  @Test
  void readsWhatTensorFlowWrote() throws IOException {
    try (NamedTensors tensors = WeightFile.open(index)) {
      assertThat(tensors.names())
          .containsExactlyInAnyOrder(
              "brain",
              "conv0/BatchNorm/beta",
              "conv0/BatchNorm/gamma",
              "conv0/BatchNorm/moving_mean",
              "conv0/BatchNorm/moving_variance",
              "conv70/weights",
              "double",
              "global_step",
              "half");
      assertThat(values(tensors, "brain")).containsExactly(1.5f, -3);
      assertThat(values(tensors, "half")).containsExactly(1.5f, -2);
      assertThat(values(tensors, "double")).containsExactly(0.1f);
      assertThat(values(tensors, "conv0/BatchNorm/moving_mean"))
          .containsExactly(20.5f, 21.5f, 22.5f);
      assertThat(tensors.get("global_step").orElseThrow().values()).isEmpty();
      assertThat(tensors.get("conv70/weights").orElseThrow().shape()).containsExactly(8, 4, 1, 1);
      // Stored as [in][out] / 8 in order.
      assertThat(values(tensors, "conv70/weights"))
          .startsWith(0, 1, 2, 3, 0.125f, 1.125f, 2.125f, 3.125f);
      try (FissionNetwork network = TransferTest.network(FissionScheme.SINGLE, 1, Task.LABELS)) {
        Transfer transfer = Transfer.apply(tensors, network, List.of());
        assertThat(transfer.taken())
            .containsExactly("enc.bn0.weight", "enc.bn0.bias", "enc.bn0.mean", "enc.bn0.variance");
        assertThat(transfer.dropped()).contains("global_step", "half");
      }
    }
  }

  @Test
  void everyDamageIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(index);
    for (int i = 0; i < bytes.length - 48; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x20;
      Files.write(index, damaged);
      // Nothing reads the block between the entries and the table's index: it is empty.
      if (i < bytes.length - 120) {
        assertThatThrownBy(() -> WeightFile.open(index).close())
            .as("byte %d", i)
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith(
                "Cannot read %s as a checkpoint of TensorFlow: ".formatted(index));
      }
    }
    for (int length : new int[] {0, 20, 47, 100, bytes.length - 1}) {
      Files.write(index, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> WeightFile.open(index)).isInstanceOf(IOException.class);
    }
    Files.write(index, bytes);

    byte[] data = Files.readAllBytes(folder.resolve(DATA));
    byte[] damaged = data.clone();
    for (int i = 0; i < damaged.length; i++) {
      damaged[i] ^= 1;
    }
    Files.write(folder.resolve(DATA), damaged);
    try (NamedTensors tensors = WeightFile.open(index)) {
      assertThatThrownBy(() -> values(tensors, "conv70/weights"))
          .hasMessageEndingWith("the checksum of tensor resnet_v2_50/conv70/weights does not fit");
    }
    Files.write(folder.resolve(DATA), Arrays.copyOf(data, data.length - 1));
    assertThatThrownBy(() -> WeightFile.open(index))
        .hasMessageMatching(
            "(?s).*tensor \\S+ of \\d+ values lies at byte \\d+, \\d+ bytes long, of \\d+");
    Files.delete(folder.resolve(DATA));
    assertThatThrownBy(() -> WeightFile.open(index))
        .hasMessageEndingWith("its data file %s is missing".formatted(DATA));
  }

  /** The authors' names of every tensor of a trained network, written once more. */
  @Test
  void trainedNetworksOfTheAuthorsAreTakenWhole() throws IOException {
    check(FissionScheme.SINGLE, "conv5/", "", Task.NORMALS);
    check(FissionScheme.EARLY, "conv5/", "own", Task.LABELS, Task.NORMALS);
    check(FissionScheme.EARLY_MID, "", "own", Task.LABELS, Task.NORMALS);
    check(FissionScheme.MID, "", "own", Task.LABELS, Task.NORMALS, Task.DEPTH);
    check(FissionScheme.LATE, "", "joint", Task.LABELS, Task.NORMALS);
  }

  private void check(FissionScheme scheme, String lastScope, String owners, Task... tasks)
      throws IOException {
    try (FissionNetwork source = TransferTest.network(scheme, 5, 0.125, 32, 32, true, tasks);
        FissionNetwork to = TransferTest.network(scheme, 6, 0.125, 32, 32, true, tasks)) {
      Map<String, Numbers> tensors = new LinkedHashMap<>();
      for (ParameterRange r : inOrder(source.ranges())) {
        authors(r, owners, lastScope)
            .ifPresent(
                name ->
                    tensors.merge(
                        "resnet_v2_50/" + name,
                        numbers(r, TransferTest.values(source, r.name())),
                        TensorFlowCheckpointTest::joined));
      }
      Path file = folder.resolve(scheme + ".ckpt.index");
      WeightFiles.tensorFlow(file, tensors, true);
      try (NamedTensors read = WeightFile.open(file)) {
        Transfer transfer = Transfer.apply(read, to, List.of());
        assertThat(transfer.dropped()).isEmpty();
        assertThat(transfer.created())
            .allSatisfy(name -> assertThat(name).matches("enc\\.(conv1|b[1-4])\\..*"));
        for (String name : transfer.taken()) {
          assertThat(TransferTest.values(to, name))
              .as("%s %s", scheme, name)
              .isEqualTo(TransferTest.values(source, name));
        }
      }
    }
  }

  /** What the authors call a tensor behind the encoder's blocks; nothing for those. */
  private static java.util.Optional<String> authors(
      ParameterRange range, String owners, String lastScope) {
    String[] layers = {
      "enc.skip1",
      "32",
      "enc.skip2",
      "174",
      "enc.ia",
      "256",
      "enc.br.0.0",
      "70",
      "enc.br.0.1",
      "7",
      "enc.br.0.2",
      "247",
      "enc.br.0.3",
      "71",
      "enc.br.1.0",
      "80",
      "enc.br.1.1",
      "8",
      "enc.br.1.2",
      "248",
      "enc.br.1.3",
      "81",
      "enc.br.2.0",
      "90",
      "enc.br.2.1",
      "9",
      "enc.br.2.2",
      "249",
      "enc.br.2.3",
      "91",
      "enc.ie",
      "57",
      "enc.out",
      "10",
      "s1.up",
      "41",
      "s1.c1",
      "89",
      "s1.c2",
      "96",
      "s2.up",
      "16",
      "s2.c1",
      "88",
      "s2.c2",
      "95",
      "heads.c78",
      "78",
      "heads.up3",
      "5",
      "auxs.a1",
      "911",
      "auxs.a2",
      "912",
      "enc.bn0",
      "0"
    };
    String name = range.name();
    String word = name.substring(name.lastIndexOf('.') + 1);
    boolean norm = name.matches("(.*\\.bn|enc\\.bn0)\\.\\w+");
    String tensor =
        !norm
            ? "weights"
            : "BatchNorm/"
                + Map.of("weight", "gamma", "bias", "beta", "mean", "moving_mean")
                    .getOrDefault(word, "moving_variance");
    String layer = name.replaceFirst("(\\.conv)?\\.weight$|\\.\\w+$", "");
    layer = norm && !layer.equals("enc.bn0") ? layer.replaceFirst("\\.bn$", "") : layer;
    String owner = "";
    if (!layer.startsWith("enc.")) {
      String who = layer.split("\\.", -1)[1];
      layer = layer.replaceFirst("\\.\\w+", "");
      if (owners.equals("joint") && !layer.startsWith("s")) {
        owner = "decoder/";
      } else if (owners.equals("own") && !who.equals("x")) {
        owner = who + "/";
      }
    }
    if (layer.equals("heads.up3")) {
      return java.util.Optional.of(owner + lastScope + tensor);
    }
    int at = Arrays.asList(layers).indexOf(layer);
    return at < 0
        ? java.util.Optional.empty()
        : java.util.Optional.of(owner + "conv" + layers[at + 1] + "/" + tensor);
  }

  /** Auxiliary heads in the order of the tasks, which is not that of the graph. */
  private static List<ParameterRange> inOrder(List<ParameterRange> ranges) {
    return ranges.stream()
        .sorted(java.util.Comparator.comparing(r -> !r.name().startsWith("auxs.labels.")))
        .toList();
  }

  private static Numbers numbers(ParameterRange range, float[] values) {
    return new Numbers(Arrays.stream(range.shape()).mapToInt(Math::toIntExact).toArray(), values);
  }

  /** Auxiliary heads of late fission are one, with the channels of all tasks. */
  private static Numbers joined(Numbers first, Numbers second) {
    int[] shape = first.shape().clone();
    shape[0] += second.shape()[0];
    float[] values = Arrays.copyOf(first.values(), first.count() + second.count());
    System.arraycopy(second.values(), 0, values, first.count(), second.count());
    return new Numbers(shape, values);
  }

  private static float[] values(NamedTensors tensors, String name) throws IOException {
    return tensors.get(name).orElseThrow().values().orElseThrow().read();
  }
}
