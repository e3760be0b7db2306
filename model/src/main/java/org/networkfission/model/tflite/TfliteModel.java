package org.networkfission.model.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.OpResolver;
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
  /** What the runtime computes with. */
  enum Kernels {
    /** XNNPACK where it can, as the runtime does by default. */
    XNNPACK,
    /** The runtime's own. */
    PLAIN
  }

  private final ModelCard card;
  private final BytePointer bytes;
  private final FlatBufferModel model;
  private final OpResolver resolver;
  private final Interpreter interpreter;

  private TfliteModel(ModelCard card, byte[] file, int threads, Kernels kernels)
      throws IOException {
    this.card = card;
    // The runtime reads constants in place.
    this.bytes = new BytePointer(file);
    this.model = FlatBufferModel.VerifyAndBuildFromBuffer(bytes, file.length);
    if (model == null || model.isNull()) {
      bytes.close();
      throw new IOException("the runtime cannot read it");
    }
    this.resolver =
        kernels == Kernels.XNNPACK
            ? new BuiltinOpResolver()
            : new BuiltinOpResolverWithoutDefaultDelegates();
    this.interpreter = new Interpreter((Pointer) null);
    try (InterpreterBuilder builder = new InterpreterBuilder(model, resolver)) {
      if (builder.apply(interpreter, threads) != tensorflowlite.kTfLiteOk
          || interpreter.isNull()
          || interpreter.AllocateTensors() != tensorflowlite.kTfLiteOk) {
        close();
        throw new IOException("the runtime cannot run it");
      }
    }
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
    return open(file, threads, Kernels.XNNPACK);
  }

  static TfliteModel open(byte[] file, int threads, Kernels kernels) throws IOException {
    try {
      if (!isTflite(file)) {
        throw new IOException("it is no TensorFlow Lite file");
      }
      FileChecksum.check(file);
      TfliteModel model = new TfliteModel(readCard(file), file, threads, kernels);
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
    require(
        "input",
        interpreter.input_tensor_by_signature(Conventions.IMAGE, FlatGraph.SIGNATURE),
        Conventions.IMAGE,
        spec.input().channels());
    if (interpreter.inputs().limit() > 1) {
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
    return interpreter.output_tensor_by_signature(task.id(), FlatGraph.SIGNATURE);
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
      run(interleaved(planes, image, spec.input().channels(), pixels));
      for (Task task : spec.tasks()) {
        float[] values = new float[task.channels(spec.classes()) * pixels];
        data(output(task)).get(values);
        if (task.definition().unitVectors()) {
          faceCamera(values);
        }
        deinterleave(values, results.get(task), image, pixels);
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

  private void run(float[] image) {
    interpreter.typed_input_tensor_float(0).put(image);
    invoke();
  }

  /** Computes the outputs of the input that is there. */
  void invoke() {
    if (interpreter.Invoke() != tensorflowlite.kTfLiteOk) {
      throw new IllegalStateException("Cannot predict: the TensorFlow Lite runtime failed");
    }
  }

  private static org.bytedeco.javacpp.FloatPointer data(TfLiteTensor tensor) {
    return tensor.data().f();
  }

  private static float[] interleaved(float[] planes, int image, int channels, int pixels) {
    float[] values = new float[channels * pixels];
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels;
      for (int i = 0; i < pixels; i++) {
        values[i * channels + c] = planes[plane + i];
      }
    }
    return values;
  }

  private static void deinterleave(float[] values, float[] planes, int image, int pixels) {
    int channels = values.length / pixels;
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels;
      for (int i = 0; i < pixels; i++) {
        planes[plane + i] = values[i * channels + c];
      }
    }
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
    interpreter.close();
    resolver.close();
    model.close();
    bytes.close();
  }
}
