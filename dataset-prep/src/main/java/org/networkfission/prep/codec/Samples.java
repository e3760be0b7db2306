package org.networkfission.prep.codec;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.networkfission.prep.frame.ColorImage;

/**
 * The samples of a decoded picture as they stand in its file: grey g becomes (g, g, g). Java's own
 * conversion takes grey samples for linear light and brightens them. What is transparent lies on
 * white.
 */
final class Samples {
  private static final int WHITE = 255;

  private Samples() {}

  static ColorImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    Raster raster = image.getRaster();
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getData().length == rgb.length) {
      swapRedAndBlue(buffer.getData(), rgb);
    } else if (image.getColorModel() instanceof IndexColorModel palette) {
      indexed(palette, raster, rgb);
    } else if (isPlain(image.getColorModel(), raster)) {
      plain(image.getColorModel(), raster, rgb);
    } else {
      converted(image, rgb);
    }
    return new ColorImage(width, height, rgb);
  }

  /** Exchanges the first and the third of each three bytes. */
  static void swapRedAndBlue(byte[] from, byte[] to) {
    for (int i = 0; i < from.length; i += 3) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }

  /** Whether the bands are grey, or red, green and blue, with or without alpha. */
  private static boolean isPlain(ColorModel model, Raster raster) {
    int colors = raster.getNumBands() - (model.hasAlpha() ? 1 : 0);
    int space = model.getColorSpace().getType();
    boolean integer =
        raster.getTransferType() == DataBuffer.TYPE_BYTE
            || raster.getTransferType() == DataBuffer.TYPE_USHORT
            || raster.getTransferType() == DataBuffer.TYPE_INT;
    return integer
        && ((colors == 1 && space == ColorSpace.TYPE_GRAY)
            || (colors == 3 && space == ColorSpace.TYPE_RGB)
            || (colors == 4 && space == ColorSpace.TYPE_CMYK));
  }

  private static void plain(ColorModel model, Raster raster, byte[] rgb) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int colors = bands - (model.hasAlpha() ? 1 : 0);
    int[] row = new int[width * bands];
    int[] most = new int[bands];
    for (int b = 0; b < bands; b++) {
      most[b] = (1 << model.getComponentSize(b)) - 1;
    }
    boolean multiplied = model.isAlphaPremultiplied();
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int from = x * bands;
        int alpha = colors == bands ? WHITE : scaled(row[from + colors], most[colors]);
        int black = colors == 4 ? WHITE - scaled(row[from + 3], most[3]) : WHITE;
        for (int c = 0; c < 3; c++) {
          int band = colors == 1 ? 0 : c;
          int value = scaled(row[from + band], most[band]);
          if (colors == 4) {
            value = ((WHITE - value) * black + WHITE / 2) / WHITE;
          }
          rgb[at++] =
              (byte) (multiplied ? Math.min(WHITE, value + WHITE - alpha) : on(value, alpha));
        }
      }
    }
  }

  /** A sample in 8 bits. */
  private static int scaled(int sample, int most) {
    return most == WHITE ? sample : (int) ((sample * 255L + most / 2) / most);
  }

  private static void indexed(IndexColorModel palette, Raster raster, byte[] rgb) {
    byte[] table = new byte[3 * palette.getMapSize()];
    for (int i = 0; i < palette.getMapSize(); i++) {
      int color = palette.getRGB(i);
      for (int c = 0; c < 3; c++) {
        table[3 * i + c] = (byte) on(color >> (16 - 8 * c) & 0xff, color >>> 24);
      }
    }
    int[] row = new int[raster.getWidth()];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      for (int index : row) {
        int from = 3 * Math.min(index, palette.getMapSize() - 1);
        rgb[at++] = table[from];
        rgb[at++] = table[from + 1];
        rgb[at++] = table[from + 2];
      }
    }
  }

  /** Colour spaces that only Java's conversion knows. */
  private static void converted(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        int alpha = pixel >>> 24;
        for (int shift = 16; shift >= 0; shift -= 8) {
          rgb[at++] = (byte) on(pixel >> shift & 0xff, alpha);
        }
      }
    }
  }

  private static int on(int value, int alpha) {
    return (value * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE;
  }
}
