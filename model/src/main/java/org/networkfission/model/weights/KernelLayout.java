package org.networkfission.model.weights;

/**
 * How Keras and TensorFlow store a kernel: [height, width, in, out], of a transposed convolution
 * [height, width, out, in], of a depthwise one [height, width, channels, 1]. Turned, it is [out,
 * in, height, width], [in, out, height, width] or [channels, 1, height, width]. Tensors of other
 * ranks stay as they are.
 *
 * @param shape turned
 */
record KernelLayout(long[] shape, boolean isKernel) {
  /**
   * The layout of a tensor.
   *
   * @param stored its shape in the file
   * @param depthwise whether it is a kernel of a depthwise convolution
   */
  static KernelLayout of(long[] stored, boolean depthwise) {
    if (stored.length != 4) {
      return new KernelLayout(stored, false);
    }
    long[] turned = {stored[3], stored[2], stored[0], stored[1]};
    // With one kernel for each channel both orders of the first two axes hold the same values.
    return new KernelLayout(
        depthwise && stored[3] == 1 ? new long[] {stored[2], 1, stored[0], stored[1]} : turned,
        true);
  }

  /** The values of the turned tensor. */
  float[] turned(float[] values) {
    if (!isKernel) {
      return values;
    }
    int taps = Math.toIntExact(shape[2] * shape[3]);
    int channels = values.length / Math.max(1, taps);
    float[] turned = new float[values.length];
    int outer = Math.toIntExact(shape[0]);
    int inner = outer == 0 ? 0 : channels / outer;
    for (int tap = 0; tap < taps; tap++) {
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < inner; i++) {
          turned[(o * inner + i) * taps + tap] = values[tap * channels + i * outer + o];
        }
      }
    }
    return turned;
  }
}
