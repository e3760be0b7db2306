package org.networkfission.model.loss;

/**
 * What a task's outputs of one minibatch are compared with.
 *
 * @param values [images, channels, pixels], row-major
 * @param valid [images, pixels]: which pixels count
 */
public record Target(float[] values, boolean[] valid, int images, int channels, int pixels) {
  /** A target of zeros of which no pixel counts yet. */
  public static Target empty(int images, int channels, int pixels) {
    return new Target(
        new float[images * channels * pixels],
        new boolean[images * pixels],
        images,
        channels,
        pixels);
  }

  /** Copies the truth of some pixels of an image into a block. */
  void read(PixelLoss.Block block, int image, int from) {
    System.arraycopy(valid, image * pixels + from, block.valid, 0, block.count);
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels + from;
      System.arraycopy(values, plane, block.truth, c * PixelLoss.Block.SIZE, block.count);
    }
  }

  /** Per image, what each of its pixels' losses is multiplied with. */
  double[] scale(Normalisation normalisation, boolean byAllPixels) {
    double[] scale = new double[images];
    if (normalisation == Normalisation.IMAGE) {
      for (int i = 0; i < images; i++) {
        scale[i] = 1.0 / images / Math.max(1, count(i * pixels, (i + 1) * pixels));
      }
    } else {
      boolean all = normalisation == Normalisation.REFERENCE && byAllPixels;
      int divisor = all ? valid.length : Math.max(1, count(0, valid.length));
      java.util.Arrays.fill(scale, 1.0 / divisor);
    }
    return scale;
  }

  private int count(int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (valid[i]) {
        count++;
      }
    }
    return count;
  }
}
