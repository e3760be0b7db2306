package org.networkfission.model.input;

import java.util.random.RandomGenerator;

/** Changes of a photo that leave its geometry alone: light, blur, noise. */
final class PhotoChange {
  private static final float WHITE = 255;

  private PhotoChange() {}

  /**
   * Changes a photo in place.
   *
   * @param photo [3, height, width], 0 to 255
   */
  static void apply(
      float[] photo, int width, int height, Augmentation augmentation, RandomGenerator random) {
    double brightness = WHITE * augmentation.brightness() * symmetric(random);
    double contrast = 1 + augmentation.contrast() * symmetric(random);
    double saturation = 1 + augmentation.saturation() * symmetric(random);
    int radius = random.nextInt((augmentation.blur() + 1) / 2);
    double deviation = WHITE * Math.sqrt(augmentation.noise() * random.nextDouble());
    if (augmentation.brightness() > 0 || augmentation.contrast() > 0) {
      light(photo, brightness, contrast);
    }
    if (augmentation.saturation() > 0) {
      saturate(photo, width * height, saturation);
    }
    if (radius > 0) {
      blur(photo, width, height, radius);
    }
    if (augmentation.noise() > 0) {
      for (int i = 0; i < photo.length; i++) {
        photo[i] = clip(photo[i] + deviation * random.nextGaussian());
      }
    }
  }

  private static double symmetric(RandomGenerator random) {
    return 2 * random.nextDouble() - 1;
  }

  private static float clip(double value) {
    return (float) Math.max(0, Math.min(WHITE, value));
  }

  private static void light(float[] photo, double brightness, double contrast) {
    double mean = 0;
    for (float value : photo) {
      mean += value;
    }
    mean /= photo.length;
    for (int i = 0; i < photo.length; i++) {
      photo[i] = clip(mean + (photo[i] - mean) * contrast + brightness);
    }
  }

  private static void saturate(float[] photo, int pixels, double saturation) {
    for (int i = 0; i < pixels; i++) {
      double gray = 0.299 * photo[i] + 0.587 * photo[i + pixels] + 0.114 * photo[i + 2 * pixels];
      for (int c = 0; c < 3; c++) {
        int at = i + c * pixels;
        photo[at] = clip(gray + (photo[at] - gray) * saturation);
      }
    }
  }

  /** A Gaussian of standard deviation radius / 2, first along rows, then along columns. */
  private static void blur(float[] photo, int width, int height, int radius) {
    float[] kernel = new float[2 * radius + 1];
    float sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      double distance = (i - radius) / (radius / 2.0);
      kernel[i] = (float) Math.exp(-distance * distance / 2);
      sum += kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    for (int channel = 0; channel < 3; channel++) {
      int first = channel * width * height;
      for (int y = 0; y < height; y++) {
        convolve(photo, first + y * width, 1, width, kernel);
      }
      for (int x = 0; x < width; x++) {
        convolve(photo, first + x, width, height, kernel);
      }
    }
  }

  private static void convolve(float[] values, int first, int stride, int count, float[] kernel) {
    int radius = kernel.length / 2;
    float[] line = new float[count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < kernel.length; k++) {
        int at = Math.max(0, Math.min(count - 1, i + k - radius));
        line[i] += kernel[k] * values[first + at * stride];
      }
    }
    for (int i = 0; i < count; i++) {
      values[first + i * stride] = line[i];
    }
  }
}
