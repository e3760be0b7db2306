package org.networkfission.model.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ExportedModel;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;

/** A TensorFlow Lite file of this product, run by the runtime that phones use. */
public final class TfliteModel implements ExportedModel {
  private final ModelCard card;
  private final TfliteRuntime runtime;

  private TfliteModel(ModelCard card, TfliteRuntime runtime) {
    this.card = card;
    this.runtime = runtime;
  }

  /** Whether a file begins as TensorFlow Lite's do. */
  public static boolean isTflite(byte[] file) {
    byte[] identifier = {'T', 'F', 'L', '3'};
    return file.length > 8 && Arrays.equals(identifier, 0, 4, file, 4, 8);
  }

  /**
   * Opens a file.
   *
   * @param threads that it computes on
   * @throws IOException if it is damaged, not of this product, or its tensors are not those that it
   *     tells of
   */
  public static TfliteModel open(byte[] file, int threads) throws IOException {
    return open(file, threads, TfliteRuntime.Kernels.XNNPACK);
  }

  static TfliteModel open(byte[] file, int threads, TfliteRuntime.Kernels kernels)
      throws IOException {
    try {
      if (!isTflite(file)) {
        throw new IOException("it is no TensorFlow Lite file");
      }
      FileChecksum.check(file);
      TfliteModel model =
          new TfliteModel(readCard(file), new TfliteRuntime(file, threads, kernels));
      try {
        model.checkTensors();
      } catch (IOException e) {
        model.close();
        throw e;
      }
      return model;
    } catch (IOException e) {
      throw new IOException("Cannot open the model: " + e.getMessage(), e);
    }
  }

  private static ModelCard readCard(byte[] file) throws IOException {
    ByteBuffer json =
        FileChecksum.metadata(file, ModelCard.METADATA)
            .orElseThrow(() -> new IOException("it has no " + ModelCard.METADATA));
    byte[] text = new byte[json.remaining()];
    json.get(text);
    return TfliteExport.JSON.readValue(text, ModelCard.class);
  }

  private void checkTensors() throws IOException {
    NetworkSpec spec = spec();
    require("input", runtime.input(Conventions.IMAGE), Conventions.IMAGE, spec.input().channels());
    if (runtime.inputs() > 1) {
      throw new IOException("it has more inputs than " + Conventions.IMAGE);
    }
    for (Task task : spec.tasks()) {
      require("output", output(task), task.id(), task.channels(spec.classes()));
    }
  }

  private void require(String what, TfLiteTensor tensor, String name, int channels)
      throws IOException {
    if (tensor == null || tensor.isNull()) {
      throw new IOException("it has no %s %s".formatted(what, name));
    }
    int[] expected = {1, spec().height(), spec().width(), channels};
    TfLiteIntArray dims = tensor.dims();
    int[] shape = new int[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims.data(i);
    }
    if (tensor.type() != tensorflowlite.kTfLiteFloat32 || !Arrays.equals(shape, expected)) {
      throw new IOException(
          "its %s %s is of shape %s, not float32 %s"
              .formatted(what, name, Arrays.toString(shape), Arrays.toString(expected)));
    }
  }

  private TfLiteTensor output(Task task) {
    return runtime.output(task.id());
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public Map<Task, INDArray> predict(INDArray images) {
    NetworkSpec spec = spec();
    int batch = (int) images.size(0);
    int pixels = spec.height() * spec.width();
    float[] planes = values(images);
    Map<Task, float[]> results = new LinkedHashMap<>();
    for (Task task : spec.tasks()) {
      results.put(task, new float[batch * task.channels(spec.classes()) * pixels]);
    }
    for (int image = 0; image < batch; image++) {
      runtime.run(Planes.interleaved(planes, image, spec.input().channels(), pixels));
      for (Task task : spec.tasks()) {
        float[] values = new float[task.channels(spec.classes()) * pixels];
        output(task).data().f().get(values);
        if (task.definition().unitVectors()) {
          faceCamera(values);
        }
        Planes.put(values, results.get(task), image, pixels);
      }
    }
    Map<Task, INDArray> outputs = new LinkedHashMap<>();
    results.forEach(
        (task, values) ->
            outputs.put(
                task,
                Nd4j.createFromArray(values)
                    .reshape(
                        'c', batch, task.channels(spec.classes()), spec.height(), spec.width())));
    return outputs;
  }

  /** A vector of no length faces the camera, as a network's own predictions have it. */
  private static void faceCamera(float[] xyz) {
    for (int i = 0; i < xyz.length; i += 3) {
      if (xyz[i] == 0 && xyz[i + 1] == 0 && xyz[i + 2] == 0) {
        xyz[i + 2] = -1;
      }
    }
  }

  @Override
  public void close() {
    runtime.close();
  }
}
