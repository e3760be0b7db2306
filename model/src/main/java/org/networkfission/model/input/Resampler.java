package org.networkfission.model.input;

import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** Samples images of one size through a view at the network's input size. */
final class Resampler {
  private final View view;
  private final int sourceWidth;
  private final int sourceHeight;
  private final int width;
  private final int height;

  /** Source column and row of each output pixel. */
  private final float[] columns;

  private final float[] rows;

  Resampler(View view, int sourceWidth, int sourceHeight, int width, int height) {
    this.view = view;
    this.sourceWidth = sourceWidth;
    this.sourceHeight = sourceHeight;
    this.width = width;
    this.height = height;
    this.columns = new float[width * height];
    this.rows = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        columns[at] =
            view.isUpright() && y > 0
                ? columns[x]
                : (float) view.column(x, y, width, height, sourceWidth, sourceHeight);
        rows[at] =
            view.isUpright() && x > 0
                ? rows[at - x]
                : (float) view.row(x, y, width, height, sourceWidth, sourceHeight);
      }
    }
  }

  /**
   * The photo, [3, height, width], 0 to 255: bilinear, or where it shrinks the mean over the area
   * of an output pixel, black outside.
   */
  float[] color(ColorImage source) {
    int pixels = width * height;
    float[] out = new float[3 * pixels];
    int taps =
        Math.max(
            1,
            (int)
                Math.round(
                    view.window()
                        * Math.min(sourceWidth / (double) width, sourceHeight / (double) height)));
    double spreadX = view.window() * sourceWidth / (double) width / taps;
    double spreadY = view.window() * sourceHeight / (double) height / taps;
    if (view.isUpright()) {
      upright(source, taps, spreadX, spreadY, out);
      return out;
    }
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int j = 0; j < taps; j++) {
        for (int i = 0; i < taps; i++) {
          addBilinear(
              source,
              columns[pixel] + (i - (taps - 1) / 2.0) * spreadX,
              rows[pixel] + (j - (taps - 1) / 2.0) * spreadY,
              1f / (taps * taps),
              out,
              pixel);
        }
      }
    }
    return out;
  }

  /** The same where columns and rows stay such: what is taken of each is found once. */
  private void upright(ColorImage source, int taps, double spreadX, double spreadY, float[] out) {
    int pixels = width * height;
    Axis across = new Axis(sourceWidth, width, taps);
    Axis down = new Axis(sourceHeight, height, taps);
    for (int x = 0; x < width; x++) {
      across.set(x, columns[x], spreadX);
    }
    for (int y = 0; y < height; y++) {
      down.set(y, rows[y * width], spreadY);
    }
    byte[] rgb = source.rgb();
    float weight = 1f / (taps * taps);
    for (int pixel = 0; pixel < pixels; pixel++) {
      int x = pixel % width * taps;
      int y = pixel / width * taps;
      float red = 0;
      float green = 0;
      float blue = 0;
      for (int j = y; j < y + taps; j++) {
        int upper = 3 * sourceWidth * down.first[j];
        int lower = 3 * sourceWidth * down.second[j];
        float ay = down.share[j];
        for (int i = x; i < x + taps; i++) {
          if (down.outside[j] || across.outside[i]) {
            continue;
          }
          int left = 3 * across.first[i];
          int right = 3 * across.second[i];
          float ax = across.share[i];
          red +=
              weight * mixed(rgb, upper + left, upper + right, lower + left, lower + right, ax, ay);
          green +=
              weight
                  * mixed(
                      rgb,
                      upper + left + 1,
                      upper + right + 1,
                      lower + left + 1,
                      lower + right + 1,
                      ax,
                      ay);
          blue +=
              weight
                  * mixed(
                      rgb,
                      upper + left + 2,
                      upper + right + 2,
                      lower + left + 2,
                      lower + right + 2,
                      ax,
                      ay);
        }
      }
      out[pixel] = red;
      out[pixels + pixel] = green;
      out[2 * pixels + pixel] = blue;
    }
  }

  private static float mixed(
      byte[] rgb,
      int upperLeft,
      int upperRight,
      int lowerLeft,
      int lowerRight,
      float ax,
      float ay) {
    float upper = (1 - ax) * (rgb[upperLeft] & 0xff) + ax * (rgb[upperRight] & 0xff);
    float lower = (1 - ax) * (rgb[lowerLeft] & 0xff) + ax * (rgb[lowerRight] & 0xff);
    return (1 - ay) * upper + ay * lower;
  }

  /** Between which of the source's columns, or rows, the samples of each new one lie. */
  private static final class Axis {
    private final int size;
    private final int taps;
    private final boolean[] outside;
    private final int[] first;
    private final int[] second;
    private final float[] share;

    Axis(int size, int newSize, int taps) {
      this.size = size;
      this.taps = taps;
      this.outside = new boolean[newSize * taps];
      this.first = new int[newSize * taps];
      this.second = new int[newSize * taps];
      this.share = new float[newSize * taps];
    }

    /** Sets the samples of a new column, or row, about a place in the source. */
    void set(int index, float place, double spread) {
      for (int i = 0; i < taps; i++) {
        int at = index * taps + i;
        double sample = place + (i - (taps - 1) / 2.0) * spread;
        double inside = Math.min(Math.max(sample, 0), size - 1);
        outside[at] = sample < -0.5 || sample > size - 0.5;
        first[at] = (int) inside;
        second[at] = Math.min(first[at] + 1, size - 1);
        share[at] = (float) (inside - first[at]);
      }
    }
  }

  private void addBilinear(
      ColorImage source, double column, double row, float weight, float[] out, int pixel) {
    int w = sourceWidth;
    int h = sourceHeight;
    if (column < -0.5 || row < -0.5 || column > w - 0.5 || row > h - 0.5) {
      return;
    }
    double x = Math.min(Math.max(column, 0), w - 1);
    double y = Math.min(Math.max(row, 0), h - 1);
    int x0 = (int) x;
    int y0 = (int) y;
    int x1 = Math.min(x0 + 1, w - 1);
    int y1 = Math.min(y0 + 1, h - 1);
    float ax = (float) (x - x0);
    float ay = (float) (y - y0);
    byte[] rgb = source.rgb();
    for (int c = 0; c < 3; c++) {
      float upper =
          (1 - ax) * (rgb[(y0 * w + x0) * 3 + c] & 0xff) + ax * (rgb[(y0 * w + x1) * 3 + c] & 0xff);
      float lower =
          (1 - ax) * (rgb[(y1 * w + x0) * 3 + c] & 0xff) + ax * (rgb[(y1 * w + x1) * 3 + c] & 0xff);
      out[c * width * height + pixel] += weight * ((1 - ay) * upper + ay * lower);
    }
  }

  /** The nearest class per pixel, void outside. */
  LabelMap labels(LabelMap source) {
    short[] out = new short[width * height];
    for (int pixel = 0; pixel < out.length; pixel++) {
      int at = nearest(pixel);
      out[pixel] = at < 0 ? 0 : source.ids()[at];
    }
    return new LabelMap(width, height, out);
  }

  /** The nearest depth per pixel in a unit, row-major, 0 outside. */
  float[] depth(DepthMap source, float unit) {
    float[] out = new float[width * height];
    float scale = (float) (unit * view.depthScale());
    for (int pixel = 0; pixel < out.length; pixel++) {
      int at = nearest(pixel);
      out[pixel] = at < 0 ? 0 : source.millimetres()[at] * scale;
    }
    return out;
  }

  /** The nearest normal per pixel, turned with the picture; zeros outside. */
  NormalMap normals(NormalMap source) {
    float[] out = new float[3 * width * height];
    float[] xyz = source.xyz();
    for (int pixel = 0; pixel < width * height; pixel++) {
      int at = nearest(pixel);
      if (at >= 0) {
        out[3 * pixel] = (float) view.normalX(xyz[3 * at], xyz[3 * at + 1]);
        out[3 * pixel + 1] = (float) view.normalY(xyz[3 * at], xyz[3 * at + 1]);
        out[3 * pixel + 2] = xyz[3 * at + 2];
      }
    }
    return new NormalMap(width, height, out);
  }

  /** The source's pixel under an output pixel; -1 outside. */
  private int nearest(int pixel) {
    int column = (int) Math.floor(columns[pixel] + 0.5);
    int row = (int) Math.floor(rows[pixel] + 0.5);
    boolean inside = column >= 0 && row >= 0 && column < sourceWidth && row < sourceHeight;
    return inside ? row * sourceWidth + column : -1;
  }
}
