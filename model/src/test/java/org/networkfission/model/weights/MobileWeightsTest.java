package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.weights.ResNetNumbers.Numbers;
import org.networkfission.model.weights.WeightFiles.Keras;
import org.networkfission.model.weights.WeightFiles.Layer;

/**
 * The mobile encoders from files of Keras and timm. The networks' tensors and Keras's stand in the
 * same order, so that what belongs together is known without a name.
 */
class MobileWeightsTest {
  @TempDir Path folder;

  private final Map<String, float[]> expected = new LinkedHashMap<>();

  @ParameterizedTest
  @EnumSource(value = Encoder.class, mode = EnumSource.Mode.EXCLUDE, names = "RESNET50")
  void everyFormGivesTheSameEncoder(Encoder encoder) throws IOException {
    try (FissionNetwork network = TransferTest.mobile(encoder)) {
      List<Layer> layers = layers(encoder, network);
      for (Keras form : Keras.values()) {
        Path file = folder.resolve(form.name().toLowerCase(Locale.ROOT) + ".h5");
        boolean slashes = encoder != Encoder.MOBILENET_V2 && form.name().endsWith("2");
        WeightFiles.keras(
            file, form, slashes ? layers.stream().map(MobileWeightsTest::keras2).toList() : layers);
        check(file, encoder);
      }
      Path file = folder.resolve("timm.safetensors");
      WeightFiles.safetensors(file, timm(encoder, layers));
      check(file, encoder);
    }
  }

  @Test
  void theBlocksOfTimmAreThePublishedOnes() {
    assertThat(timmUnits(Encoder.MOBILENET_V2)).hasSize(17).contains("blocks.6.0.");
    assertThat(timmUnits(Encoder.MOBILENET_V3_SMALL)).hasSize(11).endsWith("blocks.4.2.");
    assertThat(timmUnits(Encoder.MOBILENET_V3_LARGE)).hasSize(15).endsWith("blocks.5.2.");
  }

  private void check(Path file, Encoder encoder) throws IOException {
    try (FissionNetwork network = TransferTest.mobile(encoder);
        NamedTensors tensors = WeightFile.open(file)) {
      Transfer transfer = Transfer.apply(tensors, network, List.of());
      assertThat(transfer.misfits()).isEmpty();
      assertThat(transfer.taken()).as(file.toString()).containsExactlyElementsOf(expected.keySet());
      assertThat(transfer.dropped()).allMatch(name -> name.endsWith("num_batches_tracked"));
      expected.forEach(
          (name, values) ->
              assertThat(TransferTest.values(network, name)).as(name).isEqualTo(values));
    }
  }

  /** Random numbers for the layers that Keras lists, which the network must take. */
  private List<Layer> layers(Encoder encoder, FissionNetwork network) throws IOException {
    List<ParameterRange> own =
        network.ranges().stream()
            .filter(r -> r.name().matches("enc\\.(conv1|last|u\\.).*"))
            .toList();
    Random random = new Random(4);
    List<Layer> layers = new ArrayList<>();
    int at = 0;
    for (KerasLayers.Described layer :
        KerasLayers.read(encoder.name().toLowerCase(Locale.ROOT).replace("_", ""))) {
      Map<String, Numbers> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, int[]> tensor : layer.shapes().entrySet()) {
        ParameterRange range = own.get(at++);
        float[] values = new float[range.length()];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextFloat();
        }
        expected.put(range.name(), values);
        int[] s = tensor.getValue();
        // A depthwise kernel, [out, 1] in PyTorch, is [in, 1] in Keras: the writer turns it.
        int[] shape = s.length == 1 ? s : new int[] {s[3], s[2], s[0], s[1]};
        assertThat(Arrays.stream(shape).reduce(1, (a, b) -> a * b)).isEqualTo(values.length);
        tensors.put(tensor.getKey(), new Numbers(shape, values));
      }
      layers.add(new Layer(layer.name(), layer.kind(), tensors));
    }
    assertThat(at).isEqualTo(own.size());
    return layers;
  }

  /** MobileNetV3's layers as Keras 2 called them. */
  private static Layer keras2(Layer layer) {
    String name =
        layer
            .name()
            .replaceFirst("_bn$", "/BatchNorm")
            .replaceFirst("^(expanded_conv(?:_\\d+)?)_", "$1/")
            .replace("squeeze_excite_conv", "squeeze_excite/Conv")
            .replaceFirst("^conv", "Conv");
    Map<String, Numbers> tensors = new LinkedHashMap<>();
    layer
        .tensors()
        .forEach(
            (word, t) ->
                tensors.put(
                    layer.kind().equals("DepthwiseConv2D") ? "depthwise_" + word : word, t));
    return new Layer(name, layer.kind(), tensors);
  }

  /** The beginnings of timm's names of units, in order. */
  private static List<String> timmUnits(Encoder encoder) {
    int[] stages =
        switch (encoder) {
          case MOBILENET_V2 -> new int[] {1, 2, 3, 4, 3, 3, 1};
          case MOBILENET_V3_SMALL -> new int[] {1, 2, 3, 2, 3};
          default -> new int[] {1, 2, 3, 4, 2, 3};
        };
    List<String> units = new ArrayList<>();
    for (int stage = 0; stage < stages.length; stage++) {
      for (int i = 0; i < stages[stage]; i++) {
        units.add("blocks.%d.%d.".formatted(stage, i));
      }
    }
    return units;
  }

  /** The same layers by timm's names; each unit's layers stand in order. */
  private static Map<String, Numbers> timm(Encoder encoder, List<Layer> layers) {
    List<String> names = new ArrayList<>(List.of("conv_stem", "bn1"));
    List<String> units = timmUnits(encoder);
    for (int i = 0; i < units.size(); i++) {
      String unit = units.get(i);
      boolean squeezes =
          layers.stream()
              .anyMatch(
                  l ->
                      l.name()
                          .matches(
                              "expanded_conv_%ssqueeze_excite_conv"
                                  .formatted(number(unit, units))));
      List<String> parts = new ArrayList<>();
      parts.addAll(
          i == 0 ? List.of("conv_dw", "bn1") : List.of("conv_pw", "bn1", "conv_dw", "bn2"));
      parts.addAll(squeezes ? List.of("se.conv_reduce", "se.conv_expand") : List.of());
      parts.addAll(i == 0 ? List.of("conv_pw", "bn2") : List.of("conv_pwl", "bn3"));
      parts.forEach(part -> names.add(unit + part));
    }
    if (encoder == Encoder.MOBILENET_V2) {
      names.addAll(List.of("conv_head", "bn2"));
    } else {
      String end = encoder == Encoder.MOBILENET_V3_SMALL ? "blocks.5.0." : "blocks.6.0.";
      names.addAll(List.of(end + "conv", end + "bn1"));
    }
    assertThat(names).hasSameSizeAs(layers);
    Map<String, Numbers> tensors = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      String name = names.get(i);
      boolean norm = layers.get(i).kind().equals("BatchNormalization");
      layers
          .get(i)
          .tensors()
          .forEach(
              (word, t) -> {
                boolean depthwise =
                    t.shape().length == 4 && t.shape()[0] == 1 && name.endsWith("dw");
                Numbers turned =
                    depthwise
                        ? new Numbers(
                            new int[] {t.shape()[1], 1, t.shape()[2], t.shape()[3]}, t.values())
                        : t;
                tensors.put(
                    name
                        + switch (word) {
                          case "kernel", "gamma" -> ".weight";
                          case "bias", "beta" -> ".bias";
                          case "moving_mean" -> ".running_mean";
                          default -> ".running_var";
                        },
                    turned);
                assertThat(norm).isEqualTo(t.shape().length == 1 && !word.equals("bias"));
              });
    }
    return tensors;
  }

  private static String number(String unit, List<String> units) {
    int index = units.indexOf(unit);
    return index == 0 ? "" : index + "_";
  }
}
