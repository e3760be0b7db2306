package org.networkfission.model.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.StringStringEntryProto;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ExportedModel;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.settings.Json;

/** An ONNX file of this product, run by ONNX Runtime. */
public final class OnnxModel implements ExportedModel {
  private final ModelCard card;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxModel(ModelCard card, OrtEnvironment environment, OrtSession session) {
    this.card = card;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Opens a file.
   *
   * @param threads that it computes on
   * @throws IOException if it is damaged, not of this product, or its tensors are not those that it
   *     tells of
   */
  public static OnnxModel open(byte[] file, int threads) throws IOException {
    try {
      ModelCard card = readCard(file);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        // The shapes that the file tells of each value must be those that ONNX infers.
        options.addConfigEntry("session.strict_shape_type_inference", "1");
        OnnxModel model =
            new OnnxModel(card, environment, environment.createSession(file, options));
        try {
          model.checkTensors();
        } catch (IOException | OrtException e) {
          model.close();
          throw e;
        }
        return model;
      }
    } catch (IOException | OrtException e) {
      throw new IOException("Cannot open the model: " + e.getMessage(), e);
    }
  }

  private static ModelCard readCard(byte[] file) throws IOException {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("the file is damaged, or no ONNX file", e);
    }
    Map<String, String> metadata =
        model.getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(
                    StringStringEntryProto::getKey,
                    StringStringEntryProto::getValue,
                    (first, second) -> first));
    String json = metadata.get(ModelCard.METADATA);
    if (json == null) {
      throw new IOException("it was not exported by Network Fission");
    }
    if (!OnnxExport.checksum(model, json).equals(metadata.get(OnnxExport.CHECKSUM))) {
      throw new IOException("the file is damaged: its checksum does not fit");
    }
    try {
      return Json.MAPPER.readValue(json, ModelCard.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "its %s cannot be read: %s".formatted(ModelCard.METADATA, e.getOriginalMessage()), e);
    }
  }

  private void checkTensors() throws IOException, OrtException {
    NetworkSpec spec = spec();
    if (session.getInputNames().size() > 1) {
      throw new IOException("it has more inputs than " + Conventions.IMAGE);
    }
    require("input", session.getInputInfo(), Conventions.IMAGE, spec.input().channels());
    for (Task task : spec.tasks()) {
      require("output", session.getOutputInfo(), task.id(), task.channels(spec.classes()));
    }
  }

  private void require(String what, Map<String, NodeInfo> nodes, String name, int channels)
      throws IOException {
    NodeInfo node = nodes.get(name);
    if (node == null) {
      throw new IOException("it has no %s %s".formatted(what, name));
    }
    long[] expected = {-1, channels, spec().height(), spec().width()};
    if (!(node.getInfo() instanceof TensorInfo tensor)
        || tensor.type != OnnxJavaType.FLOAT
        || !Arrays.equals(tensor.getShape(), expected)) {
      throw new IOException(
          "its %s %s is %s, not float32 [batch, %d, %d, %d]"
              .formatted(what, name, node.getInfo(), channels, spec().height(), spec().width()));
    }
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public Map<Task, INDArray> predict(INDArray images) {
    NetworkSpec spec = spec();
    float[] values = values(images);
    Map<Task, INDArray> outputs = new LinkedHashMap<>();
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), images.shape());
        OrtSession.Result result = session.run(Map.of(Conventions.IMAGE, input))) {
      for (Task task : spec.tasks()) {
        OnnxTensor output = (OnnxTensor) result.get(task.id()).orElseThrow();
        FloatBuffer made = output.getFloatBuffer();
        float[] copy = new float[made.remaining()];
        made.get(copy);
        outputs.put(task, Nd4j.createFromArray(copy).reshape('c', output.getInfo().getShape()));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot predict: ONNX Runtime failed: " + e.getMessage(), e);
    }
    return outputs;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot close the model: " + e.getMessage(), e);
    }
  }
}
