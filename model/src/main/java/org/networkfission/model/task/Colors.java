package org.networkfission.model.task;

import java.util.function.IntUnaryOperator;
import org.networkfission.prep.frame.ColorImage;

/** Colours of values, as 0xRRGGBB. */
public final class Colors {
  /** Nothing is known here. */
  static final int NONE = 0x1c1e22;

  private static final int[] VIRIDIS = {
    0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b,
    0xfde725
  };
  private static final int[] HEAT = {0x20242c, 0x4a2c4d, 0x8f2f4f, 0xd1493f, 0xf28e3c, 0xffe08a};

  private Colors() {}

  /** Dark blue at 0 to yellow at 1; even to the eye. */
  public static int viridis(double value) {
    return between(VIRIDIS, value);
  }

  /** Nearly black at 0, red in the middle, light yellow at 1: for errors. */
  static int heat(double value) {
    return between(HEAT, value);
  }

  /**
   * A unit normal as it is usually drawn: x right, y up and towards the camera as red, green, blue.
   */
  static int normal(float x, float y, float z) {
    return component(x) << 16 | component(y) << 8 | component(-z);
  }

  private static int component(float value) {
    return Math.max(0, Math.min(255, Math.round((value + 1) / 2 * 255)));
  }

  private static int between(int[] stops, double value) {
    double position = Math.max(0, Math.min(1, value)) * (stops.length - 1);
    int below = (int) Math.min(stops.length - 2, position);
    double share = position - below;
    int color = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = stops[below] >> shift & 0xff;
      int b = stops[below + 1] >> shift & 0xff;
      color |= (int) Math.round(a + share * (b - a)) << shift;
    }
    return color;
  }

  /** A picture, pixel by pixel. */
  static ColorImage image(int width, int height, IntUnaryOperator colorOfPixel) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      int color = colorOfPixel.applyAsInt(i);
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) (color >> (16 - 8 * c));
      }
    }
    return new ColorImage(width, height, rgb);
  }
}
