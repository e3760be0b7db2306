package org.networkfission.jobs.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ExportedModel;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;

/**
 * Every network of conf/networks predicts in ONNX Runtime what it predicts here, and runs in
 * TensorFlow Lite in integers.
 */
class ShippedNetworksTest {
  private static final Path NETWORKS = Path.of("..", "conf", "networks");

  static List<Path> networks() throws IOException {
    try (var files = Files.list(NETWORKS)) {
      List<Path> networks =
          new ArrayList<>(files.filter(f -> f.toString().endsWith(".conf")).toList());
      Collections.sort(networks);
      return networks;
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aNarrowOneRunsElsewhere(Path network) throws IOException {
    predictsTheSame(
        network,
        List.of(
            "network.width-multiplier=0.125",
            "network.decoder-width=64",
            "network.width=64",
            "network.height=32"));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("networks")
  void atFullSizeItRunsElsewhere(Path network) throws IOException {
    predictsTheSame(network, List.of());
  }

  private static void predictsTheSame(Path file, List<String> keys) throws IOException {
    Settings settings = ResolvedConfig.load(List.of(file), keys).settings();
    NetworkSpec spec = settings.network();
    try (FissionNetwork network = FissionNetwork.create(spec, settings.losses(), 1)) {
      seen(network);
      INDArray image = image(spec);
      Map<Task, INDArray> expected = network.predict(image);
      distances(network, ExportedFormat.ONNX, Precision.FLOAT32, image, expected)
          .forEach(
              (task, distance) ->
                  assertThat(distance).as("%s of %s", task, file.getFileName()).isLessThan(1e-4));
      distances(network, ExportedFormat.TFLITE, Precision.INT8, image, expected)
          .forEach(
              (task, distance) ->
                  assertThat(distance)
                      .as("int8 %s of %s", task, file.getFileName())
                      .isLessThan(0.4));
    }
  }

  /** The relative L2 distance of each output of a file from the network's. */
  private static Map<Task, Double> distances(
      FissionNetwork network,
      ExportedFormat format,
      Precision precision,
      INDArray image,
      Map<Task, INDArray> expected)
      throws IOException {
    NetworkSpec spec = network.spec();
    ModelCard.Provenance provenance = new ModelCard.Provenance("test", "", "", 0, 0);
    ModelCard card =
        new ModelCard(spec, precision, "", List.of(), List.of(), Conventions.of(spec), provenance);
    Map<Task, Double> distances = new LinkedHashMap<>();
    try (ExportedModel model = format.open(format.write(network, card, List.of(image)), 1)) {
      Map<Task, INDArray> outputs = model.predict(image);
      assertThat(outputs.keySet()).containsExactlyElementsOf(spec.tasks());
      outputs.forEach(
          (task, output) -> {
            INDArray truth = expected.get(task).castTo(DataType.DOUBLE);
            double norm = truth.norm2Number().doubleValue();
            assertThat(norm).as("%s", task).isGreaterThan(0);
            distances.put(task, output.castTo(DataType.DOUBLE).distance2(truth) / norm);
          });
    }
    return distances;
  }

  /** Gives running statistics and factors values as training leaves them, each its own. */
  private static void seen(FissionNetwork network) {
    Random random = new Random(1);
    for (ParameterRange range : network.ranges()) {
      boolean variance = range.name().endsWith(".variance");
      if (variance || range.name().endsWith(".mean")) {
        float[] values = new float[range.length()];
        for (int i = 0; i < values.length; i++) {
          values[i] = variance ? 0.5f + random.nextFloat() : 0.2f * (float) random.nextGaussian();
        }
        network.engine().parameters().write(range.offset(), values);
      }
    }
  }

  private static INDArray image(NetworkSpec spec) {
    float[] values = new float[spec.input().channels() * spec.height() * spec.width()];
    Random random = new Random(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = 255 * random.nextFloat();
    }
    return Nd4j.createFromArray(values)
        .reshape('c', 1, spec.input().channels(), spec.height(), spec.width());
  }
}
