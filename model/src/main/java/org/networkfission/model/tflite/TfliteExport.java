package org.networkfission.model.tflite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Tensors;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;
import org.networkfission.prep.settings.Json;

/**
 * Writes a trained network as a TensorFlow Lite file: batch norms folded, dropout and auxiliary
 * heads gone, channels last, one image at a time. The input {@value Conventions#IMAGE} is what the
 * network was trained on, its normalisation within; the outputs are named by their tasks; both
 * stand in a signature.
 */
public final class TfliteExport {
  static final ObjectMapper JSON = Json.MAPPER;

  private TfliteExport() {}

  /**
   * Writes a network.
   *
   * @throws org.networkfission.prep.frame.InputException if a layer has no counterpart, or a number
   *     has none in the precision
   */
  public static byte[] write(FissionNetwork network, ModelCard card) {
    return write(FissionNetwork.stages(network.spec()), Tensors.byName(network), card);
  }

  static byte[] write(List<StageProgram> stages, Map<String, float[]> parameters, ModelCard card) {
    NetworkSpec spec = card.network();
    FlatGraph graph = new FlatGraph(card.precision());
    GraphTranslation translation = new GraphTranslation(graph, stages, parameters);
    FeatureMap image = stages.get(0).inputs().get(0);
    int input = graph.tensor(Conventions.IMAGE, 1, image.height(), image.width(), image.channels());
    translation.input(image, input);
    Map<String, Integer> outputs = new LinkedHashMap<>();
    for (Task task : spec.tasks()) {
      FeatureMap output = output(stages, FissionNetwork.headOf(task));
      outputs.put(
          task.id(),
          task.definition().unitVectors()
              ? translation.unitVectors(output, task.id())
              : translation.tensor(output));
    }
    return graph.finish(
        "Network Fission: %s of %s, %s fission"
            .formatted(spec.encoder().id(), ids(spec.tasks()), spec.scheme().id()),
        Map.of(Conventions.IMAGE, input),
        outputs,
        Map.of(ModelCard.METADATA, json(card)));
  }

  private static FeatureMap output(List<StageProgram> stages, String name) {
    return stages.stream()
        .filter(stage -> stage.name().equals(name))
        .map(StageProgram::output)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> ids(List<Task> tasks) {
    return tasks.stream().map(Task::id).toList();
  }

  private static byte[] json(ModelCard card) {
    try {
      return JSON.writeValueAsBytes(card);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + ModelCard.METADATA, e);
    }
  }
}
