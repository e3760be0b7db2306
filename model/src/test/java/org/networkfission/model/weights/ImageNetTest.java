package org.networkfission.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Task;

/** Files as Keras and timm write them, of a network of an eighth of the width. */
class ImageNetTest {
  private static final int[] UNITS = {3, 4, 6, 3};
  private static final int STEM = 8;

  @TempDir Path folder;

  /** A kernel, [out, in, height, width], or a vector, [n, 1, 1, 1]. */
  private final Map<String, float[][][][]> written = new LinkedHashMap<>();

  private final Random random = new Random(5);

  @Test
  void kerasFileInitialisesTheEncoder() throws IOException {
    Path file = folder.resolve("resnet50v2_weights_tf_dim_ordering_tf_kernels.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      keras(hdf, "");
    }
    checkKeras(file);
  }

  @Test
  void kerasModelInitialisesTheEncoder() throws IOException {
    Path file = folder.resolve("model.hdf5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      keras(hdf.putGroup("model_weights"), "resnet50v2");
      hdf.putGroup("optimizer_weights").putDataset("iteration", 5);
    }
    checkKeras(file);
  }

  private void checkKeras(Path file) throws IOException {
    try (FissionNetwork network = TransferTest.network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      Transfer transfer = Transfer.apply(WeightFile.read(file), network);
      assertEncoder(transfer);
      assertThat(transfer.dropped())
          .contains(
              "conv1_conv/bias",
              "conv2_block1_0_conv/kernel",
              "conv2_block1_0_conv/bias",
              "conv5_block3_3_conv/bias",
              "enc.b2.3.c2.conv.weight",
              "predictions/kernel",
              "predictions/bias")
          // 1 + 16 + 4 biases, 2 of the classifier, 1 shortcut and 8 kernels that are split here.
          .hasSize(32);
      assertTaken(network, "enc.conv1.conv.weight", "conv1_conv/kernel");
      assertTaken(network, "enc.conv1.bn.bias", "conv2_block1_preact_bn/beta");
      assertTaken(network, "enc.b1.0.c2.conv.weight", "conv2_block1_2_conv/kernel");
      assertTaken(network, "enc.b1.1.pre.mean", "conv2_block2_preact_bn/moving_mean");
      assertTaken(network, "enc.b1.3.bn.variance", "conv3_block1_preact_bn/moving_variance");
      assertTaken(network, "enc.b2.0.sc.weight", "conv3_block1_0_conv/kernel");
      assertTaken(network, "enc.b2.4.bn.weight", "conv4_block1_preact_bn/gamma");
      assertTaken(network, "enc.b3.1.c2.bn.mean", "conv4_block2_2_bn/moving_mean");
      assertTaken(network, "enc.b3.5.bn.weight", "conv4_block6_2_bn/gamma");
      assertTaken(network, "enc.b4.0.pre.weight", "conv5_block1_preact_bn/gamma");
      assertTaken(network, "enc.b4.0.sc.weight", "conv5_block1_0_conv/kernel");
      assertTaken(network, "enc.b4.2.c3.weight", "conv5_block3_3_conv/kernel");
      assertTaken(network, "enc.b4.3.bn.bias", "post_bn/beta");
    }
  }

  @Test
  void timmFileInitialisesTheEncoder() throws IOException {
    timm();
    Path file = folder.resolve("model.safetensors");
    writeSafetensors(file);
    try (FissionNetwork network = TransferTest.network(FissionScheme.SINGLE, 1, Task.LABELS)) {
      Transfer transfer = Transfer.apply(WeightFile.read(file), network);
      assertEncoder(transfer);
      assertThat(transfer.dropped())
          .contains("head.fc.weight", "stages.0.blocks.0.downsample.conv.weight")
          .hasSize(11);
      assertTaken(network, "enc.conv1.conv.weight", "stem.conv.weight");
      assertTaken(network, "enc.conv1.bn.mean", "stages.0.blocks.0.norm1.running_mean");
      assertTaken(network, "enc.b1.0.c2.conv.weight", "stages.0.blocks.0.conv2.weight");
      assertTaken(network, "enc.b1.0.c2.bn.bias", "stages.0.blocks.0.norm3.bias");
      assertTaken(network, "enc.b2.0.sc.weight", "stages.1.blocks.0.downsample.conv.weight");
      assertTaken(network, "enc.b3.5.bn.variance", "stages.2.blocks.5.norm3.running_var");
      assertTaken(network, "enc.b4.3.bn.weight", "norm.weight");
    }
  }

  @Test
  void otherWidthsStayNewAndAreListed() throws IOException {
    timm();
    Path file = folder.resolve("model.safetensors");
    writeSafetensors(file);
    String reshaped = "enc.conv1.conv.weight [8, 3, 7, 7] instead of [16, 3, 7, 7]";
    try (FissionNetwork network =
        TransferTest.network(FissionScheme.SINGLE, 1, 0.25, Task.LABELS)) {
      assertThatThrownBy(() -> Transfer.apply(WeightFile.read(file), network))
          .hasMessage(
              "Cannot transfer weights: none of %d tensors has the name and shape of one of the network's, such as %s"
                  .formatted(written.size(), reshaped));
      random("enc.bn0.weight", 3, 1, 1);
      writeSafetensors(file);
      Transfer transfer = Transfer.apply(WeightFile.read(file), network);
      assertThat(transfer.taken()).containsExactly("enc.bn0.weight");
      assertThat(transfer.created()).contains("enc.conv1.conv.weight");
      assertThat(transfer.reshaped()).contains(reshaped);
      assertThat(transfer.table()).contains("shape    " + reshaped);
    }
  }

  @Test
  void badHdf5IsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.h5"), "no weights");
    assertThatThrownBy(() -> WeightFile.read(text))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read %s as HDF5: ".formatted(text));
    Path whole = folder.resolve("whole.h5");
    try (WritableHdfFile hdf = HdfFile.write(whole)) {
      keras(hdf, "");
    }
    byte[] bytes = Files.readAllBytes(whole);
    Path half = folder.resolve("half.h5");
    Files.write(half, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> WeightFile.read(half))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read %s as HDF5: ".formatted(half));
    assertThatThrownBy(() -> WeightFile.read(folder.resolve("weights.npz")))
        .hasMessageEndingWith("its name must end in .safetensors, .h5 or .hdf5");
  }

  /** All of the encoder is taken but what is another here. */
  private static void assertEncoder(Transfer transfer) {
    List<String> encoder =
        transfer.created().stream().filter(name -> name.startsWith("enc.")).toList();
    assertThat(encoder)
        .allSatisfy(
            name ->
                assertThat(name)
                    .matches(
                        "enc\\.(bn0|skip[12]|ia|ie|br|out)\\..*|enc\\.b1\\.0\\.sc\\.weight"
                            + "|enc\\.b[234]\\.[0-5]\\.w[ab]"));
    assertThat(encoder.stream().filter(name -> name.matches(".*\\.w[ab]"))).hasSize(16);
    assertThat(transfer.reshaped()).isEmpty();
    assertThat(transfer.taken()).allSatisfy(name -> assertThat(name).startsWith("enc."));
  }

  private void assertTaken(FissionNetwork network, String own, String source) {
    float[] values = TransferTest.values(network, own);
    float[] expected = flat(written.get(source));
    assertThat(values).as(own).isEqualTo(expected);
  }

  private static float[] flat(float[][][][] tensor) {
    float[] values =
        new float[tensor.length * tensor[0].length * tensor[0][0].length * tensor[0][0][0].length];
    int i = 0;
    for (float[][][] out : tensor) {
      for (float[][] in : out) {
        for (float[] row : in) {
          for (float value : row) {
            values[i++] = value;
          }
        }
      }
    }
    return values;
  }

  private float[][][][] random(String name, int out, int in, int kernel) {
    float[][][][] tensor = new float[out][in][kernel][kernel];
    Stream.of(tensor)
        .flatMap(Stream::of)
        .flatMap(Stream::of)
        .forEach(
            row -> {
              for (int i = 0; i < row.length; i++) {
                row[i] = random.nextFloat();
              }
            });
    written.put(name, tensor);
    return tensor;
  }

  // ---- Keras ----

  private void keras(WritableGroup root, String model) {
    kerasConvolution(root, model, "conv1_conv", 3, STEM, 7, true);
    int in = STEM;
    for (int stage = 0; stage < 4; stage++) {
      int inner = STEM << stage;
      for (int unit = 1; unit <= UNITS[stage]; unit++) {
        String name = "conv%d_block%d".formatted(stage + 2, unit);
        kerasNorm(root, model, name + "_preact_bn", in);
        if (unit == 1) {
          kerasConvolution(root, model, name + "_0_conv", in, 4 * inner, 1, true);
        }
        kerasConvolution(root, model, name + "_1_conv", in, inner, 1, false);
        kerasNorm(root, model, name + "_1_bn", inner);
        kerasConvolution(root, model, name + "_2_conv", inner, inner, 3, false);
        kerasNorm(root, model, name + "_2_bn", inner);
        kerasConvolution(root, model, name + "_3_conv", inner, 4 * inner, 1, true);
        in = 4 * inner;
      }
    }
    kerasNorm(root, model, "post_bn", in);
    WritableGroup top = layer(root, model, "predictions");
    top.putDataset("kernel:0", new float[in][10]);
    top.putDataset("bias:0", new float[10]);
  }

  private static WritableGroup layer(WritableGroup root, String model, String layer) {
    WritableGroup outer = root.putGroup(layer);
    return (model.isEmpty() ? outer : outer.putGroup(model)).putGroup(layer);
  }

  private void kerasConvolution(
      WritableGroup root, String model, String name, int in, int out, int kernel, boolean bias) {
    WritableGroup group = layer(root, model, name);
    float[][][][] ours = random(name + "/kernel", out, in, kernel);
    float[][][][] theirs = new float[kernel][kernel][in][out];
    for (int y = 0; y < kernel; y++) {
      for (int x = 0; x < kernel; x++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            theirs[y][x][i][o] = ours[o][i][y][x];
          }
        }
      }
    }
    group.putDataset("kernel:0", theirs);
    if (bias) {
      group.putDataset("bias:0", new float[out]);
    }
  }

  private void kerasNorm(WritableGroup root, String model, String name, int channels) {
    WritableGroup group = layer(root, model, name);
    for (String tensor : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      group.putDataset(tensor + ":0", flat(random(name + "/" + tensor, channels, 1, 1)));
    }
  }

  // ---- timm ----

  private void timm() {
    random("stem.conv.weight", STEM, 3, 7);
    int in = STEM;
    for (int stage = 0; stage < 4; stage++) {
      int inner = STEM << stage;
      for (int unit = 0; unit < UNITS[stage]; unit++) {
        String name = "stages.%d.blocks.%d".formatted(stage, unit);
        timmNorm(name + ".norm1", in);
        random(name + ".conv1.weight", inner, in, 1);
        timmNorm(name + ".norm2", inner);
        random(name + ".conv2.weight", inner, inner, 3);
        timmNorm(name + ".norm3", inner);
        random(name + ".conv3.weight", 4 * inner, inner, 1);
        if (unit == 0) {
          random(name + ".downsample.conv.weight", 4 * inner, in, 1);
        }
        in = 4 * inner;
      }
    }
    timmNorm("norm", in);
    random("head.fc.weight", 10, in, 1);
    random("head.fc.bias", 10, 1, 1);
  }

  private void timmNorm(String name, int channels) {
    for (String tensor : List.of("weight", "bias", "running_mean", "running_var")) {
      random(name + "." + tensor, channels, 1, 1);
    }
  }

  private void writeSafetensors(Path file) throws IOException {
    StringBuilder header = new StringBuilder("{");
    int offset = 0;
    for (Map.Entry<String, float[][][][]> entry : written.entrySet()) {
      float[][][][] t = entry.getValue();
      int bytes = 4 * flat(t).length;
      String shape =
          entry.getKey().matches(".*(conv|conv[123]|fc)\\.weight")
              ? "[%d,%d,%d,%d]".formatted(t.length, t[0].length, t[0][0].length, t[0][0].length)
              : "[%d]".formatted(t.length);
      header.append(
          "%s\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(offset == 0 ? "" : ",", entry.getKey(), shape, offset, offset + bytes));
      offset += bytes;
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(json.length).put(json);
    for (float[][][][] t : written.values()) {
      for (float value : flat(t)) {
        out.putFloat(value);
      }
    }
    Files.write(file, out.array());
  }
}
