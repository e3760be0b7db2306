package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;
import org.networkfission.model.weights.ResNetNumbers.Numbers;
import org.networkfission.model.weights.WeightFiles.Keras;
import org.networkfission.model.weights.WeightFiles.Layer;

/** One ResNet-50 in files as Keras, timm, torchvision and TensorFlow write them. */
class ImageNetTest {
  private static final ResNetNumbers NUMBERS = new ResNetNumbers();

  @TempDir static Path folder;

  /** What the files do not have: all else of the encoder is taken. */
  private static final List<String> NEW =
      List.of(
          "auxs.labels",
          "enc.bn0",
          "enc.br",
          "enc.ia",
          "enc.ie",
          "enc.out",
          "enc.skip1",
          "enc.skip2",
          "heads.labels",
          "s1.x",
          "s2.x");

  static Stream<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Keras form : Keras.values()) {
      files.add(folder.resolve(form.name().toLowerCase(java.util.Locale.ROOT) + ".weights.h5"));
      WeightFiles.keras(files.get(files.size() - 1), form, kerasLayers());
    }
    files.add(folder.resolve("resnetv2_50.safetensors"));
    WeightFiles.safetensors(files.get(files.size() - 1), named(ImageNetTest::timm));
    files.add(folder.resolve("resnet50.safetensors"));
    WeightFiles.safetensors(files.get(files.size() - 1), named(ImageNetTest::torchvision));
    for (boolean snappy : new boolean[] {false, true}) {
      files.add(folder.resolve("init-" + snappy + ".ckpt.index"));
      WeightFiles.tensorFlow(files.get(files.size() - 1), named(ImageNetTest::slim), snappy);
    }
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFormGivesTheSameEncoder(Path file) throws IOException {
    try (FissionNetwork network = network(9);
        NamedTensors tensors = WeightFile.open(file)) {
      Transfer transfer = Transfer.apply(tensors, network, List.of());

      assertThat(transfer.misfits()).isEmpty();
      TreeSet<String> parts = new TreeSet<>();
      transfer.created().forEach(name -> parts.add(name.replaceAll("^(\\w+\\.\\w+).*", "$1")));
      assertThat(parts).containsExactlyElementsOf(NEW);
      assertThat(transfer.taken())
          .allSatisfy(name -> assertThat(name).matches("enc\\.(conv1|b[1-4])\\..*"));
      assertThat(transfer.sentence()).endsWith("; new: " + String.join(", ", NEW));
      for (ParameterRange range : network.ranges()) {
        if (transfer.taken().contains(range.name())) {
          assertThat(TransferTest.values(network, range.name()))
              .as(range.name())
              .isEqualTo(expected(range.name()));
        }
      }
    }
  }

  @Test
  void featuresAreThoseOfAnIndependentComputation() throws IOException {
    Path file = folder.resolve("features.safetensors");
    WeightFiles.safetensors(file, named(ImageNetTest::timm));
    double[][][] image = new double[3][64][32];
    Random random = new Random(3);
    for (double[][] plane : image) {
      for (double[] row : plane) {
        Arrays.setAll(row, i -> (float) random.nextGaussian());
      }
    }
    double[][][] expected = NUMBERS.features(image);
    try (FissionNetwork network =
            TransferTest.network(FissionScheme.SINGLE, 9, 0.125, 32, 64, true, Task.LABELS);
        NamedTensors tensors = WeightFile.open(file)) {
      Transfer.apply(tensors, network, List.of());
      ByteArrayOutputStream saved = new ByteArrayOutputStream();
      network.save(saved);
      INDArray features =
          ModelSerializer.restoreComputationGraph(
                  new ByteArrayInputStream(saved.toByteArray()), false)
              .feedForward(
                  Nd4j.createFromArray(new double[][][][] {image})
                      .castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT),
                  false)
              .get("enc.b4");
      assertThat(features.shape()).containsExactly(1, expected.length, 4, 2);
      double largest =
          Arrays.stream(expected)
              .flatMap(Arrays::stream)
              .flatMapToDouble(Arrays::stream)
              .max()
              .orElseThrow();
      for (int c = 0; c < expected.length; c++) {
        for (int r = 0; r < 4; r++) {
          for (int k = 0; k < 2; k++) {
            // The network computes in float, through 50 layers.
            assertThat(features.getDouble(0, c, r, k))
                .as("channel %d, row %d, column %d of at most %f", c, r, k, largest)
                .isCloseTo(expected[c][r][k], within(1e-4 * largest));
          }
        }
      }
      assertThat(largest).isGreaterThan(1);
    }
  }

  @Test
  void whatHasNoPlaceIsListedAndNeverFatal() throws IOException {
    Map<String, Numbers> tensors = named(ImageNetTest::timm);
    tensors.put("head.fc.weight", new Numbers(new int[] {10, 256, 1, 1}, new float[2560]));
    Path file = folder.resolve("classifier.safetensors");
    WeightFiles.safetensors(file, tensors);
    try (FissionNetwork network = network(1);
        NamedTensors read = WeightFile.open(file)) {
      Transfer transfer = Transfer.apply(read, network, List.of());
      // A counter for each of the 49 batch norms.
      assertThat(transfer.dropped())
          .hasSize(50)
          .contains("head.fc.weight", "stages.0.blocks.0.norm1.num_batches_tracked");
    }
  }

  @Test
  void otherWidthsStayNewAndAreListed() throws IOException {
    Path file = folder.resolve("narrow.safetensors");
    Map<String, Numbers> tensors = named(ImageNetTest::timm);
    WeightFiles.safetensors(file, tensors);
    String misfit =
        "enc.conv1.conv.weight (stem.conv.weight) [8, 3, 7, 7] instead of [16, 3, 7, 7]";
    try (FissionNetwork network =
        TransferTest.network(FissionScheme.SINGLE, 1, 0.25, Task.LABELS)) {
      try (NamedTensors read = WeightFile.open(file)) {
        assertThatThrownBy(() -> Transfer.apply(read, network, List.of()))
            .hasMessage(
                "Cannot transfer weights: none of %d tensors has the name and shape of one of the network's, such as %s"
                    .formatted(read.names().size(), misfit));
      }
      tensors.put("enc.bn0.weight", new Numbers(new int[] {3}, new float[] {1, 2, 3}));
      WeightFiles.safetensors(file, tensors);
      try (NamedTensors read = WeightFile.open(file)) {
        Transfer transfer = Transfer.apply(read, network, List.of());
        assertThat(transfer.taken()).containsExactly("enc.bn0.weight");
        assertThat(transfer.created()).contains("enc.conv1.conv.weight", "enc.b4.2.wa");
        assertThat(transfer.misfits())
            .contains(
                misfit,
                "enc.b4.2.wb (stages.3.blocks.2.conv2.weight) [64, 64, 3, 3] instead of [128, 128,"
                    + " 3, 3]");
        assertThat(transfer.table()).contains("shape    " + misfit);
      }
    }
  }

  @Test
  void badHdf5IsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.h5"), "no weights");
    assertThatThrownBy(() -> WeightFile.open(text))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read %s as HDF5: ".formatted(text));
    Path whole = folder.resolve("whole.h5");
    WeightFiles.keras(whole, Keras.WEIGHTS_2, kerasLayers());
    byte[] bytes = Files.readAllBytes(whole);
    Path half = folder.resolve("half.h5");
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> WeightFile.open(half))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read %s as HDF5: ".formatted(half));
    assertThatThrownBy(() -> WeightFile.open(folder.resolve("weights.npz")))
        .hasMessageEndingWith("its name must end in .safetensors, .h5, .hdf5 or .index");
  }

  private static FissionNetwork network(long seed) {
    return TransferTest.network(FissionScheme.SINGLE, seed, 0.125, 32, 32, true, Task.LABELS);
  }

  // ---- the same tensors elsewhere ----

  /** What a tensor of the network must hold. */
  private static float[] expected(String own) {
    boolean half = own.endsWith(".wa") || own.endsWith(".wb");
    String word = own.substring(own.lastIndexOf('.') + 1);
    String layer = own.substring(4, own.lastIndexOf('.'));
    String keras;
    if (layer.equals("conv1.conv")) {
      keras = "conv1_conv";
    } else if (layer.equals("conv1.bn")) {
      keras = "conv2_block1_preact_bn";
    } else if (layer.equals("b1.3.bn")) {
      keras = "conv3_block1_preact_bn";
    } else if (layer.equals("b2.4.bn")) {
      keras = "conv4_block1_preact_bn";
    } else if (layer.equals("b4.3.bn")) {
      keras = "post_bn";
    } else {
      String[] words = (half ? layer + ".c2.conv" : layer).split("\\.", 3);
      String part =
          Map.of(
                  "pre",
                  "preact_bn",
                  "sc",
                  "0_conv",
                  "c1.conv",
                  "1_conv",
                  "c1.bn",
                  "1_bn",
                  "c2.conv",
                  "2_conv",
                  "c2.bn",
                  "2_bn",
                  "bn",
                  "2_bn",
                  "c3",
                  "3_conv")
              .get(words[2]);
      int block = Integer.parseInt(words[0].substring(1)) + 1;
      keras = "conv%d_block%d_%s".formatted(block, Integer.parseInt(words[1]) + 1, part);
    }
    boolean norm = keras.endsWith("bn");
    String tensor =
        Map.of(
                "wa",
                "kernel",
                "wb",
                "kernel",
                "weight",
                norm ? "gamma" : "kernel",
                "bias",
                "beta",
                "mean",
                "moving_mean",
                "variance",
                "moving_variance")
            .get(word);
    float[] values = NUMBERS.get(keras + "/" + tensor).values();
    int middle = values.length / 2;
    return switch (word) {
      case "wa" -> Arrays.copyOf(values, middle);
      case "wb" -> Arrays.copyOfRange(values, middle, values.length);
      default -> values;
    };
  }

  /** The numbers under other names. */
  private static Map<String, Numbers> named(java.util.function.UnaryOperator<String> name) {
    Map<String, Numbers> named = new LinkedHashMap<>();
    NUMBERS.forEach((keras, numbers) -> named.put(name.apply(keras), numbers));
    assertThat(named).hasSize(NUMBERS.size());
    return named;
  }

  /** In the order of Keras's own list of layers. */
  private static List<Layer> kerasLayers() throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (KerasLayers.Described layer : KerasLayers.read("resnet50v2")) {
      Map<String, Numbers> tensors = new LinkedHashMap<>();
      for (String tensor : layer.shapes().keySet()) {
        Numbers numbers = NUMBERS.get(layer.name() + "/" + tensor);
        int channels = layer.shapes().get(tensor)[0] / 8;
        tensors.put(
            tensor,
            numbers == null ? new Numbers(new int[] {channels}, new float[channels]) : numbers);
      }
      layers.add(new Layer(layer.name(), layer.kind(), tensors));
    }
    return layers;
  }

  private static final Pattern UNIT =
      Pattern.compile("conv([2-5])_block([1-6])_(preact_bn|[0-3]_conv|[12]_bn)/(\\w+)");

  private static String torch(String tensor) {
    return switch (tensor) {
      case "kernel", "gamma" -> "weight";
      case "beta" -> "bias";
      case "moving_mean" -> "running_mean";
      default -> "running_var";
    };
  }

  private static String timm(String keras) {
    String word = torch(keras.substring(keras.indexOf('/') + 1));
    var unit = UNIT.matcher(keras);
    if (!unit.matches()) {
      return (keras.startsWith("conv1") ? "stem.conv." : "norm.") + word;
    }
    String part =
        Map.of(
                "preact_bn",
                "norm1",
                "1_conv",
                "conv1",
                "1_bn",
                "norm2",
                "2_conv",
                "conv2",
                "2_bn",
                "norm3",
                "3_conv",
                "conv3",
                "0_conv",
                "downsample.conv")
            .get(unit.group(3));
    return "stages.%d.blocks.%d.%s.%s"
        .formatted(
            Integer.parseInt(unit.group(1)) - 2, Integer.parseInt(unit.group(2)) - 1, part, word);
  }

  /** The unit whose sum a batch norm before a unit normalises: block and unit, from 1. */
  private static int[] before(int block, int unit) {
    return unit > 1
        ? new int[] {block, unit - 1}
        : new int[] {block - 1, ResNetNumbers.UNITS[block - 2]};
  }

  private static String torchvision(String keras) {
    String word = torch(keras.substring(keras.indexOf('/') + 1));
    var unit = UNIT.matcher(keras);
    if (keras.startsWith("post_bn")) {
      return "layer4.2.bn3." + word;
    } else if (!unit.matches()) {
      return "conv1." + word;
    }
    int block = Integer.parseInt(unit.group(1)) - 1;
    int number = Integer.parseInt(unit.group(2));
    if (unit.group(3).equals("preact_bn")) {
      if (block == 1 && number == 1) {
        return "bn1." + word;
      }
      int[] last = before(block, number);
      return "layer%d.%d.bn3.%s".formatted(last[0], last[1] - 1, word);
    }
    String part =
        Map.of(
                "1_conv",
                "conv1",
                "1_bn",
                "bn1",
                "2_conv",
                "conv2",
                "2_bn",
                "bn2",
                "3_conv",
                "conv3",
                "0_conv",
                "downsample.0")
            .get(unit.group(3));
    return "layer%d.%d.%s.%s".formatted(block, number - 1, part, word);
  }

  private static String slim(String keras) {
    String tensor = keras.substring(keras.indexOf('/') + 1);
    String word = tensor.equals("kernel") ? "weights" : "BatchNorm/" + tensor;
    var unit = UNIT.matcher(keras);
    String name;
    if (keras.startsWith("post_bn")) {
      name = "block4/unit_3/bottleneck_v1/conv3";
    } else if (!unit.matches()) {
      name = "conv1";
    } else {
      int block = Integer.parseInt(unit.group(1)) - 1;
      int number = Integer.parseInt(unit.group(2));
      String part = unit.group(3);
      if (part.equals("preact_bn") && block == 1 && number == 1) {
        name = "conv1";
      } else if (part.equals("preact_bn")) {
        int[] last = before(block, number);
        name = "block%d/unit_%d/bottleneck_v1/conv3".formatted(last[0], last[1]);
      } else {
        String scope = part.equals("0_conv") ? "shortcut" : "conv" + part.charAt(0);
        name = "block%d/unit_%d/bottleneck_v1/%s".formatted(block, number, scope);
      }
    }
    return "resnet_v2_50/" + name + "/" + word;
  }
}
