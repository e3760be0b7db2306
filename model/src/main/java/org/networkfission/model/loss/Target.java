package org.networkfission.model.loss;

/**
 * What a task's outputs of one minibatch are compared with.
 *
 * @param values [images, channels, pixels], row-major
 * @param valid [images, pixels]: which pixels count
 * @param known which images have truth of the task at all; of the others no pixel counts
 */
public record Target(
    float[] values, boolean[] valid, boolean[] known, int images, int channels, int pixels) {
  /** A target of zeros of which no image is known yet. */
  public static Target empty(int images, int channels, int pixels) {
    return new Target(
        new float[images * channels * pixels],
        new boolean[images * pixels],
        new boolean[images],
        images,
        channels,
        pixels);
  }

  /** Copies the truth of some pixels of an image into a block. */
  void read(Block block, int image, int from) {
    System.arraycopy(valid, image * pixels + from, block.valid, 0, block.count);
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels + from;
      System.arraycopy(values, plane, block.truth[c], 0, block.count);
    }
  }

  /**
   * Per image, what each of its pixels' losses is multiplied with; 0 for images of which nothing is
   * known.
   *
   * @param byAllPixels whether {@link Normalisation#REFERENCE} divides by all pixels of the known
   *     images, valid or not
   * @param share what the loss counts for among all replicas; 1 where all know as much
   */
  public double[] scale(Normalisation normalisation, boolean byAllPixels, double share) {
    double[] scale = new double[images];
    long counted = Math.max(1, counted(normalisation, byAllPixels));
    for (int i = 0; i < images; i++) {
      if (known[i]) {
        double pixelsOfImage =
            normalisation == Normalisation.IMAGE ? Math.max(1, validPixels(i)) : 1;
        scale[i] = 1.0 / counted / pixelsOfImage * share;
      }
    }
    return scale;
  }

  /** How much counts: the known images, or pixels, whichever the normalisation divides by. */
  public long counted(Normalisation normalisation, boolean byAllPixels) {
    int knownImages = 0;
    for (boolean image : known) {
      knownImages += image ? 1 : 0;
    }
    if (normalisation == Normalisation.IMAGE) {
      return knownImages;
    }
    return normalisation == Normalisation.REFERENCE && byAllPixels
        ? (long) knownImages * pixels
        : count(0, valid.length);
  }

  /** How many pixels of an image count. */
  public int validPixels(int image) {
    return count(image * pixels, (image + 1) * pixels);
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
