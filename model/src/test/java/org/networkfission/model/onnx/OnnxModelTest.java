package org.networkfission.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.ValueInfoProto;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.tflite.TrainedNetworks;

/** An exported network predicts in ONNX Runtime what it predicts here. */
class OnnxModelTest {
  private static final NetworkSpec SPEC =
      TrainedNetworks.spec(Encoder.MOBILENET_V3_SMALL, FissionScheme.MID);
  private static final ModelCard CARD = TrainedNetworks.card(SPEC, Precision.FLOAT32);
  private static FissionNetwork network;
  private static byte[] file;

  @BeforeAll
  static void export() {
    network = FissionNetwork.create(SPEC, TrainedNetworks.LOSSES, 1);
    file = OnnxExport.write(network, CARD);
  }

  @AfterAll
  static void close() {
    network.close();
  }

  @ParameterizedTest
  @CsvSource({
    "MOBILENET_V2, EARLY_MID",
    "MOBILENET_V3_SMALL, LATE",
    "MOBILENET_V3_LARGE, MID",
    "RESNET50, EARLY"
  })
  void predictsAsTheNetworkDoes(Encoder encoder, FissionScheme scheme) throws IOException {
    NetworkSpec spec = TrainedNetworks.spec(encoder, scheme);
    INDArray rooms = TrainedNetworks.rooms(spec, 3).images();
    try (FissionNetwork trained = TrainedNetworks.train(spec)) {
      Map<Task, INDArray> expected = trained.predict(rooms);
      byte[] exact = OnnxExport.write(trained, TrainedNetworks.card(spec, Precision.FLOAT32));
      byte[] half = OnnxExport.write(trained, TrainedNetworks.card(spec, Precision.FLOAT16));
      assertThat(half.length).isBetween((int) (0.48 * exact.length), (int) (0.65 * exact.length));
      Map<Task, INDArray> outputs = predict(exact, rooms);
      assertThat(outputs.keySet()).containsExactlyElementsOf(spec.tasks());
      outputs.forEach(
          (task, output) ->
              assertThat(distance(output, expected.get(task)))
                  .as("float32 %s", task)
                  .isLessThan(1e-4));
      predict(half, rooms)
          .forEach(
              (task, output) ->
                  assertThat(distance(output, expected.get(task)))
                      .as("float16 %s", task)
                      .isLessThan(2e-2));
    }
  }

  private static Map<Task, INDArray> predict(byte[] file, INDArray images) throws IOException {
    try (OnnxModel model = OnnxModel.open(file, 1)) {
      return model.predict(images);
    }
  }

  /** Relative L2. */
  private static double distance(INDArray output, INDArray expected) {
    assertThat(output.shape()).isEqualTo(expected.shape());
    INDArray truth = expected.castTo(DataType.DOUBLE);
    return output.castTo(DataType.DOUBLE).distance2(truth) / truth.norm2Number().doubleValue();
  }

  @Test
  void aVectorWithoutDirectionFacesTheCamera() throws IOException {
    try (FissionNetwork silent = FissionNetwork.create(SPEC, TrainedNetworks.LOSSES, 1)) {
      silent.parameters().assign(0);
      INDArray normals =
          predict(
                  OnnxExport.write(silent, CARD),
                  Nd4j.zeros(1, 3, TrainedNetworks.SIZE, TrainedNetworks.SIZE))
              .get(Task.NORMALS);
      assertThat(normals.getFloat(0, 0, 5, 5)).isZero();
      assertThat(normals.getFloat(0, 1, 5, 5)).isZero();
      assertThat(normals.getFloat(0, 2, 5, 5)).isEqualTo(-1);
    }
  }

  @Test
  void saysWhatItIs() throws IOException {
    try (OnnxModel model = OnnxModel.open(file, 1)) {
      assertThat(model.card()).isEqualTo(CARD);
      assertThat(model.spec()).isEqualTo(SPEC);
    }
    ModelProto model = ModelProto.parseFrom(file);
    assertThat(model.getProducerName()).isEqualTo("Network Fission 0.1.0");
    assertThat(model.getDocString())
        .isEqualTo("mobilenet-v3-small of labels, normals, disparity, mid fission");
    assertThat(model.getGraph().getInput(0).getName()).isEqualTo("image");
    assertThat(model.getGraph().getInput(0).getDocString()).contains("red, green, blue, 0 to 255");
    assertThat(model.getGraph().getOutputList().stream().map(ValueInfoProto::getName))
        .containsExactly("labels", "normals", "disparity");
    assertThat(model.getGraph().getOutput(1).getDocString()).contains("x right, y up, z forward");
    assertThat(
            model.getMetadataPropsList().stream()
                .filter(entry -> entry.getKey().equals("classes"))
                .findFirst()
                .orElseThrow()
                .getValue())
        .isEqualTo("void, floor, wall ahead, side wall");
  }

  @Test
  void auxiliaryHeadsAndDropoutAreGone() throws IOException {
    ModelProto model = ModelProto.parseFrom(file);
    assertThat(model.getGraph().getNodeList().stream().map(NodeProto::getOpType))
        .doesNotContain("Dropout");
    assertThat(model.getGraph().getInitializerList().stream().map(TensorProto::getName))
        .noneMatch(name -> name.startsWith("auxs."));
  }

  @Test
  void aDamagedFileIsRefused() {
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      byte[] damaged = file.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> OnnxModel.open(damaged, 1).close())
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Cannot open the model: ");
    }
    for (int i = 0; i < 20; i++) {
      byte[] cut = Arrays.copyOf(file, random.nextInt(file.length));
      assertThatThrownBy(() -> OnnxModel.open(cut, 1).close()).isInstanceOf(IOException.class);
    }
    byte[] text = "not a model".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> OnnxModel.open(text, 1))
        .hasMessage("Cannot open the model: the file is damaged, or no ONNX file");
  }

  @Test
  void refusesImagesThatDoNotFit() throws IOException {
    try (OnnxModel model = OnnxModel.open(file, 1)) {
      assertThatThrownBy(() -> model.predict(Nd4j.zeros(1, 3, 32, 32)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot use images of shape [1, 3, 32, 32]: the model takes [batch, 3, 64, 64]");
      INDArray broken = Nd4j.zeros(1, 3, 64, 64).putScalar(7, Float.NaN);
      assertThatThrownBy(() -> model.predict(broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot use images: they hold values that are not finite");
    }
  }
}
