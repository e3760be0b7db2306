package org.networkfission.model.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.RoomImages;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorType;

/** A network of integers predicts in the real runtime nearly what the trained one predicts. */
class QuantizedModelTest {
  /** Rooms that networks were neither trained on nor are asked about. */
  private static INDArray others(NetworkSpec spec, int count) {
    return new BatchAssembler(spec, Augmentation.NONE, 1)
        .assemble(RoomImages.of(count, TrainedNetworks.SIZE, 500), 0)
        .images();
  }

  @ParameterizedTest
  @CsvSource({"MOBILENET_V3_SMALL, LATE", "RESNET50, EARLY"})
  void predictsNearlyAsTheNetworkDoes(Encoder encoder, FissionScheme scheme) throws IOException {
    NetworkSpec spec = TrainedNetworks.spec(encoder, scheme);
    INDArray rooms = TrainedNetworks.rooms(spec, 3).images();
    try (FissionNetwork network = TrainedNetworks.train(spec)) {
      Map<Task, INDArray> expected = network.predict(rooms);
      byte[] exact = TfliteExport.write(network, TrainedNetworks.card(spec, Precision.FLOAT32));
      byte[] file = write(network, others(spec, 8));

      assertThat(file.length).isLessThan((int) (0.4 * exact.length));
      for (TfliteRuntime.Kernels kernels : TfliteRuntime.Kernels.values()) {
        Map<Task, INDArray> outputs = TfliteModelTest.predict(file, kernels, rooms);
        outputs.forEach(
            (task, output) ->
                assertThat(TfliteModelTest.distance(output, expected.get(task)))
                    .as("%s with %s", task, kernels)
                    .isLessThan(5e-2));
        assertThat(TfliteModelTest.agreement(outputs, expected)).isGreaterThanOrEqualTo(0.98);
      }
    }
  }

  private static byte[] write(FissionNetwork network, INDArray images) {
    return TfliteExport.write(
        network, TrainedNetworks.card(network.spec(), Precision.INT8), List.of(images), 1);
  }

  /** What TensorFlow Lite's quantisation specification asks of each operator. */
  @Test
  void scalesAreThoseOfTheSpecification() {
    NetworkSpec spec = TrainedNetworks.spec(Encoder.MOBILENET_V3_SMALL, FissionScheme.EARLY_MID);
    try (FissionNetwork network = FissionNetwork.create(spec, TrainedNetworks.LOSSES, 1)) {
      byte[] file = write(network, others(spec, 1));
      Model model = Model.getRootAsModel(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
      SubGraph graph = model.subgraphs(0);
      int convolutions = 0;
      int concatenations = 0;
      for (int i = 0; i < graph.operatorsLength(); i++) {
        Operator operator = graph.operators(i);
        int code = model.operatorCodes((int) operator.opcodeIndex()).builtinCode();
        Tensor output = graph.tensors(operator.outputs(0));
        if (output.type() == TensorType.FLOAT32) {
          continue;
        }
        assertThat(output.type()).isEqualTo(TensorType.INT8);
        assertThat(output.quantization().scaleLength()).isEqualTo(1);
        if (code == BuiltinOperator.CONV_2D || code == BuiltinOperator.DEPTHWISE_CONV_2D) {
          convolutions++;
          int axis = code == BuiltinOperator.CONV_2D ? 0 : 3;
          requireScaled(graph, operator, axis);
        } else if (code == BuiltinOperator.CONCATENATION
            || code == BuiltinOperator.RESIZE_BILINEAR) {
          concatenations++;
          int inputs = code == BuiltinOperator.RESIZE_BILINEAR ? 1 : operator.inputsLength();
          for (int input = 0; input < inputs; input++) {
            QuantizationParameters its = graph.tensors(operator.inputs(input)).quantization();
            assertThat(its.scale(0)).isEqualTo(output.quantization().scale(0));
            assertThat(its.zeroPoint(0)).isEqualTo(output.quantization().zeroPoint(0));
          }
        }
      }
      assertThat(convolutions).isGreaterThan(40);
      assertThat(concatenations).isGreaterThan(3);
      Tensor image = tensor(graph, "image/int8");
      assertThat(image.quantization().scale(0)).isEqualTo(1);
      assertThat(image.quantization().zeroPoint(0)).isEqualTo(-128);
    }
  }

  private static void requireScaled(SubGraph graph, Operator convolution, int axis) {
    float input = graph.tensors(convolution.inputs(0)).quantization().scale(0);
    Tensor filter = graph.tensors(convolution.inputs(1));
    Tensor bias = graph.tensors(convolution.inputs(2));
    QuantizationParameters ofFilter = filter.quantization();
    assertThat(filter.type()).isEqualTo(TensorType.INT8);
    assertThat(bias.type()).isEqualTo(TensorType.INT32);
    assertThat(ofFilter.quantizedDimension()).isEqualTo(axis);
    assertThat(ofFilter.scaleLength()).isEqualTo(filter.shape(axis));
    assertThat(bias.quantization().scaleLength()).isEqualTo(ofFilter.scaleLength());
    for (int c = 0; c < ofFilter.scaleLength(); c++) {
      assertThat(ofFilter.zeroPoint(c)).isZero();
      assertThat(ofFilter.scale(c)).isPositive();
      assertThat(bias.quantization().zeroPoint(c)).isZero();
      assertThat(bias.quantization().scale(c)).isEqualTo(input * ofFilter.scale(c));
    }
  }

  private static Tensor tensor(SubGraph graph, String name) {
    for (int i = 0; i < graph.tensorsLength(); i++) {
      if (name.equals(graph.tensors(i).name())) {
        return graph.tensors(i);
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void zeroIsExactAndTheRangeIsCovered() {
    for (float[] range : new float[][] {{-1, 3}, {0.5f, 2}, {-7, -2}, {0, 255}, {0, 1e-30f}}) {
      Quantization of = Quantization.ofFeatures(range[0], range[1]);
      double scale = of.scales()[0];
      assertThat(of.zeroPoint()).isBetween(-128, 127);
      assertThat(scale * (-128 - of.zeroPoint())).isCloseTo(Math.min(0, range[0]), within(scale));
      assertThat(scale * (127 - of.zeroPoint())).isCloseTo(Math.max(0, range[1]), within(scale));
    }
    assertThat(Quantization.ofFeatures(0, 0).scales()).containsExactly(1);
  }

  /**
   * Three channels along the last axis: an ordinary one, one of zeros, and one of nearly nothing.
   */
  @Test
  void aFilterOfNothingKeepsItsBias() {
    Constants filter = new Constants("f", new float[] {0.5f, 0, 1e-20f, -1.27f, 0, 0}, 1, 2, 1, 3);
    Constants bias = new Constants("b", new float[] {2, 0, -3}, 3);

    Quantization of = Quantization.ofFilter(filter, 3, bias, 0.1f);
    Quantization ofBias = of.ofBias(0.1f);

    assertThat(of.integer(-1.27f, 0)).isEqualTo(-127);
    assertThat(of.integer(0.5f, 0)).isEqualTo(50);
    assertThat(of.scales()[1]).isEqualTo(1);
    for (int c = 0; c < 3; c++) {
      assertThat(ofBias.integer(bias.values()[c], c) * (double) ofBias.scales()[c])
          .isCloseTo(bias.values()[c], within(0.01));
    }
    assertThat(of.zeroPoints()).containsExactly(0, 0, 0);
  }

  @Test
  void numbersThatAreNoneCannotBeExported() {
    NetworkSpec spec = TrainedNetworks.spec(Encoder.MOBILENET_V3_SMALL, FissionScheme.MID);
    try (FissionNetwork network = FissionNetwork.create(spec, TrainedNetworks.LOSSES, 1)) {
      float[] broken = new float[(int) network.parameters().length()];
      Arrays.fill(broken, Float.NaN);
      network.engine().parameters().write(0, broken);
      assertThatThrownBy(() -> write(network, others(spec, 1)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("holds NaN");
    }
  }
}
