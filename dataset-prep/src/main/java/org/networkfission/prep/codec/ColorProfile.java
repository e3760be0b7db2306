package org.networkfission.prep.codec;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;
import org.networkfission.prep.frame.ColorImage;

/** The colour profile of a photo (ICC.1) whose colours are not those of sRGB. */
final class ColorProfile {
  /** A profile that moves no colour by more than this, of 255, counts as sRGB. */
  private static final int SRGB_TOLERANCE = 3;

  private static final int STEP = 51;

  private final ICC_ColorSpace space;

  private ColorProfile(ICC_ColorSpace space) {
    this.space = space;
  }

  /**
   * Reads a profile of red, green and blue.
   *
   * @return nothing where it changes nothing: it is sRGB, or cannot be used
   */
  static Optional<ColorProfile> of(byte[] icc) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(icc);
      if (profile.getColorSpaceType() != ColorSpace.TYPE_RGB) {
        return Optional.empty();
      }
      ColorProfile read = new ColorProfile(new ICC_ColorSpace(profile));
      return read.isSrgb() ? Optional.empty() : Optional.of(read);
    } catch (RuntimeException e) {
      // Java answers profiles that it cannot use with IllegalArgumentException or CMMException.
      return Optional.empty();
    }
  }

  private boolean isSrgb() {
    int side = 255 / STEP + 1;
    byte[] colors = new byte[3 * side * side * side];
    int at = 0;
    for (int r = 0; r <= 255; r += STEP) {
      for (int g = 0; g <= 255; g += STEP) {
        for (int b = 0; b <= 255; b += STEP) {
          colors[at++] = (byte) r;
          colors[at++] = (byte) g;
          colors[at++] = (byte) b;
        }
      }
    }
    byte[] converted = toSrgb(colors, side * side, side);
    for (int i = 0; i < colors.length; i++) {
      if (Math.abs((converted[i] & 0xff) - (colors[i] & 0xff)) > SRGB_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  /** The same colours in sRGB. */
  ColorImage toSrgb(ColorImage image) {
    return new ColorImage(
        image.width(), image.height(), toSrgb(image.rgb(), image.width(), image.height()));
  }

  private byte[] toSrgb(byte[] rgb, int width, int height) {
    byte[] converted = new byte[rgb.length];
    ColorConvertOp conversion =
        new ColorConvertOp(space, ColorSpace.getInstance(ColorSpace.CS_sRGB), null);
    conversion.filter(raster(rgb, width, height), raster(converted, width, height));
    return converted;
  }

  private static WritableRaster raster(byte[] rgb, int width, int height) {
    DataBuffer buffer = new DataBufferByte(rgb, rgb.length);
    return Raster.createInterleavedRaster(
        buffer, width, height, 3 * width, 3, new int[] {0, 1, 2}, null);
  }
}
