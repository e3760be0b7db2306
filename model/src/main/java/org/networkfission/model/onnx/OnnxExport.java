package org.networkfission.model.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.StringStringEntryProto;
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
 * Writes a trained network as an ONNX file: dropout and auxiliary heads are gone, any number of
 * images at a time. The input {@value Conventions#IMAGE}, [batch, channels, height, width], is what
 * the network was trained on, its normalisation within; the outputs are named by their tasks. What
 * they hold stands in the descriptions of inputs and outputs, and all of the {@link ModelCard} in
 * the model's metadata.
 *
 * <p>Source: the ONNX specification, operator set 18.
 */
public final class OnnxExport {
  /** The metadata that holds the CRC-32 of the graph, in hexadecimal. */
  static final String CHECKSUM = "network_fission.crc32";

  private OnnxExport() {}

  /**
   * Writes a network.
   *
   * @throws org.networkfission.prep.frame.InputException if a number has no counterpart in the
   *     precision
   */
  public static byte[] write(FissionNetwork network, ModelCard card) {
    NetworkSpec spec = card.network();
    String json = json(card);
    List<StageProgram> stages =
        FissionNetwork.stages(spec).stream().filter(stage -> !stage.trainingOnly()).toList();
    OnnxGraph graph = new OnnxGraph();
    OperationTranslation translation =
        new OperationTranslation(graph, Tensors.byName(network), card.precision());
    FeatureMap image = stages.get(0).inputs().get(0);
    graph.input(image, Conventions.IMAGE, card.conventions().get(Conventions.IMAGE));
    translation.rename(image, Conventions.IMAGE);
    stages.forEach(translation::write);
    for (Task task : spec.tasks()) {
      FeatureMap output = head(stages, task);
      if (task.definition().unitVectors()) {
        translation.unitVectors(output, task.id());
      } else {
        graph.named(task.id(), "Identity", List.of(translation.value(output)));
      }
      graph.output(output, task.id(), card.conventions().get(task.id()));
    }
    ModelProto model =
        graph.finish(
            "%s of %s, %s fission"
                .formatted(
                    spec.encoder().id(),
                    String.join(", ", spec.tasks().stream().map(Task::id).toList()),
                    spec.scheme().id()),
            card.provenance().product(),
            metadata(card, json));
    return model.toBuilder()
        .addMetadataProps(
            StringStringEntryProto.newBuilder().setKey(CHECKSUM).setValue(checksum(model, json)))
        .build()
        .toByteArray();
  }

  private static FeatureMap head(List<StageProgram> stages, Task task) {
    return stages.stream()
        .filter(stage -> stage.name().equals(FissionNetwork.headOf(task)))
        .map(StageProgram::output)
        .findFirst()
        .orElseThrow();
  }

  private static String json(ModelCard card) {
    try {
      return Json.MAPPER.writeValueAsString(card);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + ModelCard.METADATA, e);
    }
  }

  private static Map<String, String> metadata(ModelCard card, String json) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(ModelCard.METADATA, json);
    metadata.put("classes", String.join(", ", card.classes()));
    metadata.put("checkpoint", card.provenance().checkpoint());
    return metadata;
  }

  /** The CRC-32 of a model's graph and card. */
  static String checksum(ModelProto model, String card) {
    CRC32 crc = new CRC32();
    crc.update(model.getGraph().toByteArray());
    crc.update(card.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
