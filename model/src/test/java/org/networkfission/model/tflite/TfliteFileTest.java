package org.networkfission.model.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;
import org.networkfission.prep.frame.InputException;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorType;

/** What stands in a file, and what is refused. */
class TfliteFileTest {
  private static final NetworkSpec SPEC =
      TrainedNetworks.spec(Encoder.MOBILENET_V3_SMALL, FissionScheme.MID);
  private static final ModelCard CARD = TrainedNetworks.card(SPEC, Precision.FLOAT16);
  private static FissionNetwork network;
  private static byte[] file;

  @BeforeAll
  static void export() {
    network = FissionNetwork.create(SPEC, TrainedNetworks.LOSSES, 1);
    file = TfliteExport.write(network, CARD);
  }

  @AfterAll
  static void close() {
    network.close();
  }

  private static Model parse(byte[] bytes) {
    return Model.getRootAsModel(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  @Test
  void saysWhatItIs() throws IOException {
    try (TfliteModel model = TfliteModel.open(file, 1)) {
      assertThat(model.card()).isEqualTo(CARD);
      assertThat(model.spec()).isEqualTo(SPEC);
    }
    Model model = parse(file);
    assertThat(model.description())
        .isEqualTo(
            "Network Fission: mobilenet-v3-small of [labels, normals, disparity], mid fission");
    assertThat(model.signatureDefs(0).signatureKey()).isEqualTo("serving_default");
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < model.signatureDefs(0).outputsLength(); i++) {
      outputs.add(model.signatureDefs(0).outputs(i).name());
    }
    assertThat(outputs).containsExactly("labels", "normals", "disparity");
    String json =
        StandardCharsets.UTF_8
            .decode(FileChecksum.metadata(file, ModelCard.METADATA).orElseThrow())
            .toString();
    assertThat(json).contains("side wall", "x right, y up, z forward", "up to a scale and a shift");
  }

  @Test
  void constantsAreFloat16AndAligned() {
    Model model = parse(file);
    SubGraph graph = model.subgraphs(0);
    int halves = 0;
    for (int i = 0; i < graph.tensorsLength(); i++) {
      Tensor tensor = graph.tensors(i);
      Buffer buffer = model.buffers((int) tensor.buffer());
      ByteBuffer data = buffer.dataAsByteBuffer();
      if (data == null) {
        continue;
      }
      assertThat(data.position() % 16).as(tensor.name()).isZero();
      if (tensor.type() == TensorType.FLOAT32) {
        assertThat(buffer.dataLength())
            .as(tensor.name())
            .isLessThanOrEqualTo(Floats.FEW * Float.BYTES);
      }
      halves += tensor.type() == TensorType.FLOAT16 ? 1 : 0;
    }
    assertThat(halves).isGreaterThan(100);
  }

  @Test
  void auxiliaryHeadsDropoutAndBatchNormsAreGone() {
    List<String> names = new ArrayList<>();
    SubGraph graph = parse(file).subgraphs(0);
    for (int i = 0; i < graph.tensorsLength(); i++) {
      names.add(graph.tensors(i).name());
    }
    assertThat(names).noneMatch(name -> name.startsWith("auxs.") || name.contains("dropout"));
    // Only the image's cannot be folded: the convolution after it pads with zeros.
    assertThat(names.stream().filter(name -> name.endsWith("/scaled")))
        .containsExactly("enc.bn0:out/scaled");
  }

  @Test
  void theSameNetworkGivesTheSameBytes() {
    assertThat(TfliteExport.write(network, CARD)).isEqualTo(file);
  }

  // ---- what is refused ----

  @Test
  void weightsBeyondFloat16NeedFloat32() throws IOException {
    with(
        "enc.u.3.depthwise.bn.bias",
        70_000,
        changed -> {
          assertThatThrownBy(() -> TfliteExport.write(changed, CARD))
              .isInstanceOf(InputException.class)
              .hasMessage(
                  "Cannot export in float16: enc.u.3.depthwise.bn:out/bias holds 70000.0, beyond"
                      + " float16's largest number 65,504; export in float32");
          assertThat(
                  TfliteExport.write(changed, TrainedNetworks.card(SPEC, Precision.FLOAT32)).length)
              .isPositive();
        });
  }

  @Test
  void numbersThatAreNoneCannotBeExported() throws IOException {
    with(
        "heads.labels.up3.bn.bias",
        Float.NaN,
        changed ->
            assertThatThrownBy(
                    () ->
                        TfliteExport.write(changed, TrainedNetworks.card(SPEC, Precision.FLOAT32)))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("Cannot export: heads.labels.up3.bn:out/bias holds NaN"));
  }

  private static void with(String tensor, float value, Consumer<FissionNetwork> check) {
    ParameterRange range =
        network.ranges().stream().filter(r -> r.name().equals(tensor)).findFirst().orElseThrow();
    float before = network.parameters().getFloat(range.offset());
    network.parameters().putScalar(range.offset(), value);
    try {
      check.accept(network);
    } finally {
      network.parameters().putScalar(range.offset(), before);
    }
  }

  @Test
  void aLayerWithoutCounterpartIsNamed() {
    FeatureMap image = new FeatureMap("image", 3, 64, 64);
    StageBuilder builder = new StageBuilder("heads.labels", BatchStatistics.NONE, 0.9, image);
    StageProgram stage = builder.build(builder.convolution("odd", image, 4, 3, 2, 2));
    assertThatThrownBy(
            () -> TfliteExport.write(List.of(stage), Map.of("odd", new float[4 * 3 * 9]), CARD))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot export odd:out: TensorFlow Lite has no counterpart of stride 2 together with"
                + " dilation 2 (Convolution)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.99, 0.9999})
  void oneChangedBitIsSeen(double place) {
    byte[] damaged = file.clone();
    damaged[(int) (place * file.length)] ^= 4;
    assertThatThrownBy(() -> TfliteModel.open(damaged, 1))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot open the model: ");
  }

  @Test
  void aFileThatIsNotWholeIsSeen() {
    for (int length : new int[] {0, 7, 100, file.length / 2, file.length - 1}) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> TfliteModel.open(part, 1))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Cannot open the model: ");
    }
  }

  @Test
  void filesOfOthersAreRefused() {
    byte[] other = file.clone();
    byte[] name = FileChecksum.METADATA.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + name.length < other.length; i++) {
      if (Arrays.equals(other, i, i + name.length, name, 0, name.length)) {
        other[i] = 'X';
      }
    }
    assertThatThrownBy(() -> TfliteModel.open(other, 1))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot open the model: it was not exported by Network Fission");
  }

  @Test
  void inputsAndOutputsAreThoseOfTheNetwork() {
    assertThatThrownBy(() -> TfliteModel.open(oneTensor("image", 32), 1))
        .hasMessage(
            "Cannot open the model: its input image is of shape [1, 32, 32, 3], not float32 [1, 64,"
                + " 64, 3]");
    assertThatThrownBy(() -> TfliteModel.open(oneTensor("picture", 64), 1))
        .hasMessage("Cannot open the model: it has no input image");
    assertThatThrownBy(() -> TfliteModel.open(oneTensor("image", 64), 1))
        .hasMessage("Cannot open the model: it has no output normals");
  }

  /** A sealed file whose only output, labels, is the sum of its input and a number. */
  private static byte[] oneTensor(String input, int size) {
    FeatureMap image = new FeatureMap("image", 3, size, size);
    StageBuilder builder = new StageBuilder("heads.labels", BatchStatistics.NONE, 0.9, image);
    FeatureMap labels =
        builder.batchNorm(
            "n",
            builder.concat("c", image, builder.slice("s", image, 0, 1)),
            ActivationFunction.NONE);
    StageProgram stage = builder.build(labels);
    FlatGraph graph = new FlatGraph();
    int tensor = graph.tensor(input, 1, size, size, 3);
    GraphTranslation translation =
        new GraphTranslation(
            graph,
            new Floats(graph, Precision.FLOAT32),
            List.of(stage),
            all -> true,
            Map.of("n.weight", new float[] {1, 1, 1, 1}, "n.bias", new float[4]),
            map -> tensor);
    Map<String, Integer> outputs = new LinkedHashMap<>();
    outputs.put(Task.LABELS.id(), translation.tensor(labels));
    byte[] card;
    try {
      card = TfliteExport.JSON.writeValueAsBytes(CARD);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return graph.finish("other", Map.of(input, tensor), outputs, Map.of(ModelCard.METADATA, card));
  }
}
