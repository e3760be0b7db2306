package org.networkfission.model.tflite;

import java.util.Arrays;

/** What is done to each channel: scale * x + shift. */
record Affine(float[] scale, float[] shift) {
  static Affine identity(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new Affine(ones, new float[channels]);
  }

  /** This after another. */
  Affine after(Affine first) {
    float[] scales = new float[scale.length];
    float[] shifts = new float[scale.length];
    for (int i = 0; i < scale.length; i++) {
      scales[i] = scale[i] * first.scale[i];
      shifts[i] = scale[i] * first.shift[i] + shift[i];
    }
    return new Affine(scales, shifts);
  }

  Affine channels(int from, int count) {
    return new Affine(
        Arrays.copyOfRange(scale, from, from + count),
        Arrays.copyOfRange(shift, from, from + count));
  }

  boolean scales() {
    return !Arrays.equals(scale, identity(scale.length).scale);
  }

  boolean isIdentity() {
    return !scales() && Arrays.equals(shift, new float[shift.length]);
  }
}
