package org.networkfission.prep.codec;

import java.util.Arrays;
import org.networkfission.prep.frame.ColorImage;

/**
 * Resizes photos by the average of the area that each new pixel covers (enlarged photos: the same,
 * which then repeats pixels).
 */
public final class AreaAverage {
  private AreaAverage() {}

  /** Resizes a photo; the same size gives the same pixels. */
  public static ColorImage resize(ColorImage image, int width, int height) {
    Weights columns = new Weights(image.width(), width);
    Weights rows = new Weights(image.height(), height);
    int stride = image.width() * 3;
    float[] sum = new float[stride];
    float[] samples = new float[stride];
    int held = -1;
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sum, 0);
      for (int j = 0; j < rows.count(y); j++) {
        float weight = rows.weight(y, j);
        int row = rows.first(y) + j;
        if (row != held) { // Java's compiler has vectors for floats, not for their making of bytes.
          read(image.rgb(), row * stride, samples);
          held = row;
        }
        for (int i = 0; i < stride; i++) {
          sum[i] += weight * samples[i];
        }
      }
      for (int x = 0; x < width; x++) {
        float r = 0;
        float g = 0;
        float b = 0;
        for (int i = 0; i < columns.count(x); i++) {
          float weight = columns.weight(x, i);
          int from = 3 * (columns.first(x) + i);
          r += weight * sum[from];
          g += weight * sum[from + 1];
          b += weight * sum[from + 2];
        }
        int to = 3 * (y * width + x);
        rgb[to] = (byte) (int) (r + 0.5);
        rgb[to + 1] = (byte) (int) (g + 0.5);
        rgb[to + 2] = (byte) (int) (b + 0.5);
      }
    }
    return new ColorImage(width, height, rgb);
  }

  private static void read(byte[] rgb, int from, float[] samples) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] = rgb[from + i] & 0xff;
    }
  }

  /** Which old pixels a new pixel covers along one axis, and how much of each. */
  private static final class Weights {
    private final int[] first;
    private final float[][] weights;

    Weights(int from, int to) {
      first = new int[to];
      weights = new float[to][];
      double scale = (double) from / to;
      for (int i = 0; i < to; i++) {
        double start = i * scale;
        double end = Math.min(from, (i + 1) * scale);
        first[i] = (int) start;
        int last = Math.min(from, (int) Math.ceil(end));
        weights[i] = new float[Math.max(1, last - first[i])];
        for (int j = 0; j < weights[i].length; j++) {
          int pixel = first[i] + j;
          weights[i][j] =
              (float) ((Math.min(end, pixel + 1) - Math.max(start, pixel)) / (end - start));
        }
      }
    }

    int first(int i) {
      return first[i];
    }

    int count(int i) {
      return weights[i].length;
    }

    float weight(int i, int j) {
      return weights[i][j];
    }
  }
}
