package org.networkfission.model.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.LabelMap;

/** An exported network predicts in the real runtime what it predicts here. */
class TfliteModelTest {
  @ParameterizedTest
  @CsvSource({"MOBILENET_V3_SMALL, LATE", "RESNET50, EARLY"})
  void predictsAsTheNetworkDoes(Encoder encoder, FissionScheme scheme) throws IOException {
    NetworkSpec spec = TrainedNetworks.spec(encoder, scheme);
    Batch rooms = TrainedNetworks.rooms(spec, 3);
    try (FissionNetwork network = TrainedNetworks.train(spec)) {
      Map<Task, INDArray> expected = network.predict(rooms.images());
      byte[] exact = TfliteExport.write(network, TrainedNetworks.card(spec, Precision.FLOAT32));
      byte[] half = TfliteExport.write(network, TrainedNetworks.card(spec, Precision.FLOAT16));
      assertThat(half.length).isBetween((int) (0.48 * exact.length), (int) (0.56 * exact.length));
      for (TfliteRuntime.Kernels kernels : TfliteRuntime.Kernels.values()) {
        Map<Task, INDArray> outputs = predict(exact, kernels, rooms.images());
        assertThat(outputs.keySet()).containsExactlyElementsOf(spec.tasks());
        outputs.forEach(
            (task, output) ->
                assertThat(distance(output, expected.get(task)))
                    .as("float32 %s with %s", task, kernels)
                    .isLessThan(1e-4));
      }
      Map<Task, INDArray> rounded = predict(half, TfliteRuntime.Kernels.XNNPACK, rooms.images());
      rounded.forEach(
          (task, output) ->
              assertThat(distance(output, expected.get(task)))
                  .as("float16 %s", task)
                  .isLessThan(2e-2));
      assertThat(agreement(rounded, expected)).isGreaterThanOrEqualTo(0.99);
    }
  }

  static Map<Task, INDArray> predict(byte[] file, TfliteRuntime.Kernels kernels, INDArray images)
      throws IOException {
    try (TfliteModel model = TfliteModel.open(file, 1, kernels)) {
      return model.predict(images);
    }
  }

  /** Relative L2. */
  static double distance(INDArray output, INDArray expected) {
    assertThat(output.shape()).isEqualTo(expected.shape());
    INDArray truth = expected.castTo(DataType.DOUBLE);
    return output.castTo(DataType.DOUBLE).distance2(truth) / truth.norm2Number().doubleValue();
  }

  /** The share of pixels that get the same label. */
  static double agreement(Map<Task, INDArray> one, Map<Task, INDArray> other) {
    long same = 0;
    long pixels = 0;
    for (int image = 0; image < one.get(Task.LABELS).size(0); image++) {
      short[] left =
          Prediction.of(one).get(image).map(Task.LABELS, LabelMap.class).orElseThrow().ids();
      short[] right =
          Prediction.of(other).get(image).map(Task.LABELS, LabelMap.class).orElseThrow().ids();
      for (int i = 0; i < left.length; i++) {
        same += left[i] == right[i] ? 1 : 0;
        pixels++;
      }
    }
    return (double) same / pixels;
  }

  @Test
  void refusesImagesThatDoNotFit() throws IOException {
    NetworkSpec spec = TrainedNetworks.spec(Encoder.MOBILENET_V3_SMALL, FissionScheme.MID);
    try (FissionNetwork network = FissionNetwork.create(spec, TrainedNetworks.LOSSES, 1);
        TfliteModel model =
            TfliteModel.open(
                TfliteExport.write(network, TrainedNetworks.card(spec, Precision.FLOAT32)), 1)) {
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
