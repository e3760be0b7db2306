package org.networkfission.model.tflite;

/** Images as networks have them, a plane per channel, and as this format does, channels last. */
final class Planes {
  private Planes() {}

  /**
   * An image, channels last.
   *
   * @param planes of several images
   * @param image which of them
   * @param pixels of an image
   */
  static float[] interleaved(float[] planes, int image, int channels, int pixels) {
    float[] values = new float[channels * pixels];
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels;
      for (int i = 0; i < pixels; i++) {
        values[i * channels + c] = planes[plane + i];
      }
    }
    return values;
  }

  /** Puts an image, channels last, among the planes of several. */
  static void put(float[] values, float[] planes, int image, int pixels) {
    int channels = values.length / pixels;
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels;
      for (int i = 0; i < pixels; i++) {
        planes[plane + i] = values[i * channels + c];
      }
    }
  }
}
