package org.networkfission.model.tflite;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.export.Conventions;

/**
 * Runs a file of floats, all of whose tensors are outputs, over images, and notes the least and the
 * largest number of each tensor in each image.
 */
final class Calibration {
  private final byte[] file;
  private final int threads;
  private final Ranges ranges;

  /**
   * @param file of floats
   * @param ranges that grow
   */
  Calibration(byte[] file, int threads, Ranges ranges) {
    this.file = file;
    this.threads = threads;
    this.ranges = ranges;
  }

  /**
   * Watches.
   *
   * @param images batches [batch, channels, height, width]
   */
  void watch(Iterable<INDArray> images) {
    try (TfliteRuntime runtime = new TfliteRuntime(file, threads, TfliteRuntime.Kernels.XNNPACK)) {
      Map<String, TfLiteTensor> tensors = runtime.outputs();
      tensors.keySet().removeIf(name -> !ranges.knows(name));
      for (INDArray batch : images) {
        float[] planes = batch.dup('c').data().asFloat();
        int channels = (int) batch.size(1);
        int pixels = (int) (batch.size(2) * batch.size(3));
        for (int image = 0; image < batch.size(0); image++) {
          float[] values = Planes.interleaved(planes, image, channels, pixels);
          ranges.next();
          include(Conventions.IMAGE, values);
          runtime.run(values);
          tensors.forEach((name, tensor) -> include(name, values(tensor)));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot calibrate: " + e.getMessage(), e);
    }
  }

  private static float[] values(TfLiteTensor tensor) {
    float[] values = new float[(int) (tensor.bytes() / Float.BYTES)];
    FloatPointer data = tensor.data().f();
    data.get(values);
    return values;
  }

  private void include(String tensor, float[] values) {
    float least = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    ranges.include(tensor, least, largest);
  }
}
