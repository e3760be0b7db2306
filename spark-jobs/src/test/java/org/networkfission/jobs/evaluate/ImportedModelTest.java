package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.inference.ImportedModel;
import org.networkfission.jobs.inference.TensorFlowFile;
import org.networkfission.jobs.report.Report;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.prep.frame.InputException;

/** A trained network in a checkpoint of TensorFlow is evaluated as it is. */
class ImportedModelTest {
  @TempDir static Path shared;
  private static Path data;
  private static Report own;
  private static ImportedModel network;

  @TempDir Path folder;

  @BeforeAll
  static void write() throws IOException {
    data = EvaluationInput.dataset(shared.resolve("data"), 3);
    Path run = EvaluationInput.checkpoint(shared.resolve("run"), "nyu13");
    own = evaluate(run, shared.resolve("own"), Optional.empty());
    Configuration hadoop = new Configuration();
    Map<String, TensorFlowFile.Tensor> tensors = new LinkedHashMap<>();
    try (FissionNetwork trained =
        Checkpoint.at(new org.apache.hadoop.fs.Path(run.toUri()), hadoop).network(hadoop)) {
      network = new ImportedModel(trained.spec(), trained.losses());
      for (ParameterRange range : trained.ranges()) {
        float[] values = new float[range.length()];
        System.arraycopy(
            trained.engine().parameters().read(), range.offset(), values, 0, values.length);
        tensors.put(range.name(), new TensorFlowFile.Tensor(range.shape(), values));
      }
    }
    TensorFlowFile.write(shared.resolve("model.ckpt-150000"), tensors);
    Map<String, TensorFlowFile.Tensor> headless = new HashMap<>(tensors);
    headless.keySet().removeIf(name -> name.startsWith("heads.depth."));
    TensorFlowFile.write(shared.resolve("headless.ckpt"), headless);
  }

  private static Report evaluate(Path checkpoint, Path output, Optional<ImportedModel> imported)
      throws IOException {
    return new EvaluateJob(
            EvaluationInput.settings(checkpoint, data, output),
            TestCluster.local(),
            imported,
            JsonNodeFactory.instance.objectNode(),
            new PrintWriter(new StringWriter()))
        .execute()
        .report();
  }

  /** Any of its files, or what their names begin with. */
  @ParameterizedTest
  @ValueSource(strings = {"", ".index", ".data-00000-of-00001"})
  void itHasTheFiguresThatTheSameNetworkHasHere(String suffix) throws IOException {
    Report imported =
        evaluate(
            shared.resolve("model.ckpt-150000" + suffix),
            folder.resolve("report"),
            Optional.of(network));

    assertThat(imported.model().step()).isEqualTo(150_000);
    assertThat(imported.model().parameters()).isEqualTo(own.model().parameters());
    own.tasks()
        .forEach(
            (task, figures) ->
                figures
                    .metrics()
                    .forEach(
                        (metric, figure) ->
                            assertThat(imported.tasks().get(task).metrics().get(metric).pooled())
                                .as("%s %s", task, metric)
                                .isEqualTo(figure.pooled())));
  }

  @Test
  void aFileThatIsNotAllOfTheNetworkIsRefused() {
    assertThatThrownBy(
            () ->
                evaluate(
                    shared.resolve("headless.ckpt.index"),
                    folder.resolve("r"),
                    Optional.of(network)))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(
            "Cannot use ",
            "as a trained network: it lacks ",
            "such as heads.depth.",
            "the keys of network");
    assertThatThrownBy(
            () -> evaluate(shared.resolve("other.ckpt"), folder.resolve("r"), Optional.of(network)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("other.ckpt: no such folder");
  }
}
