package org.networkfission.model.tflite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Tensors;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.InputModality;
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

  private static final int LARGEST_SAMPLE = 255;

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

  /**
   * Writes a network whose features and filters are integers of 8 bits.
   *
   * @param images [batch, channels, height, width] that show between which numbers features lie
   * @param threads that look at them
   * @throws org.networkfission.prep.frame.InputException if a layer has no counterpart, or a number
   *     is none
   */
  public static byte[] write(
      FissionNetwork network, ModelCard card, Iterable<INDArray> images, int threads) {
    List<StageProgram> stages = FissionNetwork.stages(network.spec());
    Map<String, float[]> parameters = Tensors.byName(network);
    Ranges ranges = new Ranges();
    FlatGraph floats = new FlatGraph();
    WatchedFloats watched = new WatchedFloats(floats, ranges);
    Signature signature = translate(floats, watched, stages, parameters, card);
    // The runtime's XNNPACK aborts where nobody reads what an operator makes.
    Map<String, Integer> outputs = new LinkedHashMap<>(signature.outputs());
    outputs.putAll(watched.tensors());
    outputs.keySet().removeAll(signature.inputs().keySet());
    byte[] file = floats.finish("", signature.inputs(), outputs, Map.of());
    new Calibration(file, threads, ranges).watch(images);
    if (network.spec().input() == InputModality.RGB) {
      ranges.include(Conventions.IMAGE, 0, LARGEST_SAMPLE);
    }
    FlatGraph graph = new FlatGraph();
    return finish(
        graph, translate(graph, new Integers(graph, ranges), stages, parameters, card), card);
  }

  static byte[] write(List<StageProgram> stages, Map<String, float[]> parameters, ModelCard card) {
    FlatGraph graph = new FlatGraph();
    Floats numbers = new Floats(graph, card.precision());
    return finish(graph, translate(graph, numbers, stages, parameters, card), card);
  }

  /** The tensors that callers see, by name. */
  private record Signature(Map<String, Integer> inputs, Map<String, Integer> outputs) {}

  private static Signature translate(
      FlatGraph graph,
      Numbers numbers,
      List<StageProgram> stages,
      Map<String, float[]> parameters,
      ModelCard card) {
    FeatureMap image = stages.get(0).inputs().get(0);
    int input = graph.tensor(Conventions.IMAGE, 1, image.height(), image.width(), image.channels());
    GraphTranslation trunk =
        new GraphTranslation(
            graph,
            numbers,
            stages,
            stage -> !stage.ofHeads(),
            parameters,
            map -> numbers.enter(Conventions.IMAGE, input));
    GraphTranslation heads =
        new GraphTranslation(
            graph,
            numbers.ofHeads(),
            stages,
            StageProgram::ofHeads,
            parameters,
            map -> numbers.leave(map.name() + "/float32", trunk.tensor(map)));
    Map<String, Integer> outputs = new LinkedHashMap<>();
    for (Task task : card.network().tasks()) {
      FeatureMap output = output(stages, FissionNetwork.headOf(task));
      outputs.put(
          task.id(),
          task.definition().unitVectors()
              ? heads.unitVectors(output, task.id())
              : heads.tensor(output));
    }
    return new Signature(Map.of(Conventions.IMAGE, input), outputs);
  }

  private static byte[] finish(FlatGraph graph, Signature signature, ModelCard card) {
    NetworkSpec spec = card.network();
    return graph.finish(
        "Network Fission: %s of %s, %s fission"
            .formatted(spec.encoder().id(), ids(spec.tasks()), spec.scheme().id()),
        signature.inputs(),
        signature.outputs(),
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
