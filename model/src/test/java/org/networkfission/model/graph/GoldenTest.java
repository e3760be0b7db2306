package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/** The numbers of an independent implementation, in any folder: {@code -Dgoldens.network=DIR}. */
class GoldenTest {
  static List<Path> cases() throws IOException {
    Path folder =
        Path.of(System.getProperty("goldens.network", "src/test/resources/goldens/network"));
    List<Path> cases = GoldenCase.files(folder);
    assertThat(cases).as("golden cases in %s", folder.toAbsolutePath()).isNotEmpty();
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outputsAndGradientsInDouble(Path file) throws IOException {
    GoldenCase golden = new GoldenCase(file);
    try (FissionNetwork network =
        FissionNetwork.createDouble(golden.spec(Compute.ND4J), golden.losses(), 1)) {
      golden.fill(network);
      outputs(golden, network, DataType.DOUBLE, 1e-9);
      losses(golden, network.computeGradient(golden.batch(DataType.DOUBLE), 0), 1e-7);
      gradients(golden, network);
    }
  }

  static Stream<Arguments> casesOfAll() throws IOException {
    return cases().stream()
        .flatMap(
            file ->
                Stream.of(Compute.AUTO, Compute.CUDA).map(compute -> Arguments.of(file, compute)));
  }

  @ParameterizedTest
  @MethodSource("casesOfAll")
  void outputsAndLossesInFloat(Path file, Compute compute) throws IOException {
    BackEnds.require(compute);
    GoldenCase golden = new GoldenCase(file);
    try (FissionNetwork network = FissionNetwork.create(golden.spec(compute), golden.losses(), 1)) {
      golden.fill(network);
      outputs(golden, network, DataType.FLOAT, 1e-4);
      losses(golden, network.computeGradient(golden.batch(DataType.FLOAT), 0), 1e-4);
    }
  }

  private static void outputs(
      GoldenCase golden, FissionNetwork network, DataType type, double tolerance)
      throws IOException {
    Map<Task, INDArray> outputs = network.feedForward(golden.batch(type).images());
    for (Task task : golden.tasks()) {
      double[] computed = outputs.get(task).data().asDouble();
      float[] expected = golden.output(task);
      assertThat(computed).hasSameSizeAs(expected);
      JsonNode stored = golden.json.get("eval").get(task.id());
      double deviation = stored.get("std").asDouble();
      double mean = outputs.get(task).meanNumber().doubleValue();
      assertThat(mean)
          .as("mean of %s", task)
          .isCloseTo(stored.get("mean").asDouble(), within(tolerance * deviation));
      assertThat(outputs.get(task).std(false).getDouble(0))
          .as("deviation of %s", task)
          .isCloseTo(deviation, within(tolerance * deviation));
      // The file holds floats.
      double rounding = Math.max(tolerance, 1e-7);
      for (int i = 0; i < computed.length; i++) {
        double scale = Math.max(deviation, Math.abs(expected[i]));
        assertThat(computed[i])
            .as("%s, value %d", task, i)
            .isCloseTo(expected[i], within(rounding * scale));
      }
    }
  }

  private static void losses(GoldenCase golden, StepLosses losses, double tolerance) {
    JsonNode train = golden.json.get("train");
    Percentage percentage = Percentage.withPercentage(100 * tolerance);
    for (Task task : golden.tasks()) {
      JsonNode expected = train.get("losses").get(task.id());
      StepLosses.TaskLosses computed = losses.tasks().get(task);
      assertThat(computed.main()).isCloseTo(expected.get("main").asDouble(), percentage);
      assertThat(computed.aux1()).isCloseTo(expected.path("aux1").asDouble(), percentage);
      assertThat(computed.aux2()).isCloseTo(expected.path("aux2").asDouble(), percentage);
    }
    assertThat(losses.total()).isCloseTo(train.get("total").asDouble(), percentage);
  }

  private static void gradients(GoldenCase golden, FissionNetwork network) {
    Map<String, JsonNode> expected = new HashMap<>();
    golden.json.get("train").get("grads").forEach(g -> expected.put(GoldenCase.name(g), g));
    for (ParameterRange range : network.ranges()) {
      if (range.kind() == ParameterRange.Kind.RUNNING_STATISTIC) {
        continue;
      }
      JsonNode stored = expected.remove(range.name());
      INDArray gradient = GoldenCase.view(network.gradient(), range);
      double norm = stored.get("norm").asDouble();
      assertThat(gradient.norm2Number().doubleValue())
          .as("norm of the gradient of %s", range.name())
          .isCloseTo(norm, within(0.01 * norm));
      for (int i = 0; i < stored.get("first").size(); i++) {
        assertThat(gradient.getDouble(i))
            .as("gradient of %s, element %d", range.name(), i)
            .isCloseTo(stored.get("first").get(i).asDouble(), within(0.01 * norm));
      }
    }
    assertThat(expected).isEmpty();
  }
}
