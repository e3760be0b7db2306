package org.networkfission.prep.codec;

import java.util.Arrays;
import org.networkfission.prep.frame.ColorImage;

/**
 * Resizes photos by the average of the area that each new pixel covers (enlarged photos: the same,
 * which then repeats pixels).
 */
public final class AreaAverage {
  /** Three are summed at once, and two new rows share an old one. */
  private static final int HELD_LINES = 4;

  private AreaAverage() {}

  /** Resizes a photo; the same size gives the same pixels. */
  public static ColorImage resize(ColorImage image, int width, int height) {
    Weights columns = new Weights(image.width(), width);
    Weights rows = new Weights(image.height(), height);
    Lines lines = new Lines(image);
    float[] sum = new float[image.width() * 3];
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      sumRows(lines, rows, y, sum);
      for (int x = 0; x < width; x++) {
        float r = 0;
        float g = 0;
        float b = 0;
        int from = 3 * columns.first(x);
        for (int i = 0; i < columns.most(); i++, from += 3) {
          float weight = columns.weight(x, i);
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

  /** Sums the old rows that a new one covers, as many in one pass as it mostly covers. */
  private static void sumRows(Lines lines, Weights rows, int y, float[] sum) {
    int first = rows.first(y);
    float weight = rows.weight(y, 0);
    float[] line = lines.at(first);
    int done = 1;
    if (rows.most() < 3) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] = weight * line[i];
      }
    } else {
      float weight1 = rows.weight(y, 1);
      float weight2 = rows.weight(y, 2);
      float[] line1 = lines.at(first + 1);
      float[] line2 = lines.at(first + 2);
      for (int i = 0; i < sum.length; i++) {
        sum[i] = weight * line[i] + weight1 * line1[i] + weight2 * line2[i];
      }
      done = 3;
    }
    for (int j = done; j < rows.most(); j++) {
      weight = rows.weight(y, j);
      if (weight != 0) {
        line = lines.at(first + j);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += weight * line[i];
        }
      }
    }
  }

  /**
   * The last few rows of a photo as floats: Java's compiler has vectors for floats, not for their
   * making of bytes.
   */
  private static final class Lines {
    private final ColorImage image;
    private final float[][] lines;
    private final int[] held;

    Lines(ColorImage image) {
      this.image = image;
      lines = new float[HELD_LINES][image.width() * 3];
      held = new int[HELD_LINES];
      Arrays.fill(held, -1);
    }

    float[] at(int row) {
      int slot = row % lines.length;
      float[] line = lines[slot];
      if (held[slot] != row) {
        read(image.rgb(), row * line.length, line);
        held[slot] = row;
      }
      return line;
    }
  }

  private static void read(byte[] rgb, int from, float[] samples) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] = rgb[from + i] & 0xff;
    }
  }

  /**
   * Which old pixels a new pixel covers along one axis, and how much of each: of as many for each
   * new pixel, so that loops over them are of one length. What it does not cover has no weight.
   */
  private static final class Weights {
    private final int most;
    private final int[] first;
    private final float[] weights;

    Weights(int from, int to) {
      double scale = (double) from / to;
      int covered = 1;
      for (int i = 0; i < to; i++) {
        covered = Math.max(covered, end(i, scale, from) - (int) (i * scale));
      }
      most = covered;
      first = new int[to];
      weights = new float[to * most];
      for (int i = 0; i < to; i++) {
        double start = i * scale;
        double end = Math.min(from, (i + 1) * scale);
        // The last pixels begin earlier, so that all that is read lies within.
        first[i] = Math.min((int) start, from - most);
        int behind = Math.max((int) start + 1, end(i, scale, from));
        for (int pixel = (int) start; pixel < behind; pixel++) {
          weights[i * most + pixel - first[i]] =
              (float) ((Math.min(end, pixel + 1) - Math.max(start, pixel)) / (end - start));
        }
      }
    }

    /** Behind the last old pixel that a new one covers. */
    private static int end(int i, double scale, int from) {
      return Math.min(from, (int) Math.ceil(Math.min(from, (i + 1) * scale)));
    }

    /** How many old pixels a new one covers at most. */
    int most() {
      return most;
    }

    int first(int i) {
      return first[i];
    }

    float weight(int i, int j) {
      return weights[i * most + j];
    }
  }
}
