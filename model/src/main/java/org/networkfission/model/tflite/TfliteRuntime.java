package org.networkfission.model.tflite;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.OpResolver;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/** A file in the runtime that phones use. */
final class TfliteRuntime implements AutoCloseable {
  /** What the runtime computes with. */
  enum Kernels {
    /** XNNPACK where it can, as the runtime does by default. */
    XNNPACK,
    /** The runtime's own. */
    PLAIN
  }

  private final BytePointer bytes;
  private final FlatBufferModel model;
  private final OpResolver resolver;
  private final Interpreter interpreter;

  /**
   * Loads a file.
   *
   * @throws IOException if the runtime does not take it
   */
  TfliteRuntime(byte[] file, int threads, Kernels kernels) throws IOException {
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

  /** The number of inputs. */
  long inputs() {
    return interpreter.inputs().limit();
  }

  /** An input of the signature; null or a null pointer if there is none. */
  TfLiteTensor input(String name) {
    return interpreter.input_tensor_by_signature(name, FlatGraph.SIGNATURE);
  }

  /** An output of the signature; null or a null pointer if there is none. */
  TfLiteTensor output(String name) {
    return interpreter.output_tensor_by_signature(name, FlatGraph.SIGNATURE);
  }

  /** All outputs, by the names of their tensors. */
  Map<String, TfLiteTensor> outputs() {
    Map<String, TfLiteTensor> outputs = new LinkedHashMap<>();
    IntPointer places = interpreter.outputs();
    for (long i = 0; i < places.limit(); i++) {
      TfLiteTensor tensor = interpreter.tensor(places.get(i));
      outputs.put(tensor.name().getString(), tensor);
    }
    return outputs;
  }

  /** Computes the outputs of an image, channels last. */
  void run(float[] image) {
    interpreter.typed_input_tensor_float(0).put(image);
    if (interpreter.Invoke() != tensorflowlite.kTfLiteOk) {
      throw new IllegalStateException("Cannot predict: the TensorFlow Lite runtime failed");
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
