package org.networkfission.model.task;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.networkfission.prep.frame.LabelMap;

/** Classes as a PNG whose colours are a palette. */
final class PalettePng {
  private static final int BITS = 8;

  private PalettePng() {}

  /** 8-bit palette; the index is the class. */
  static byte[] of(LabelMap labels, List<Integer> palette) {
    byte[][] components = new byte[3][palette.size()];
    for (int c = 0; c < palette.size(); c++) {
      for (int i = 0; i < 3; i++) {
        components[i][c] = (byte) (palette.get(c) >> (16 - 8 * i));
      }
    }
    IndexColorModel colors =
        new IndexColorModel(BITS, palette.size(), components[0], components[1], components[2]);
    BufferedImage image =
        new BufferedImage(labels.width(), labels.height(), BufferedImage.TYPE_BYTE_INDEXED, colors);
    int[] ids = new int[labels.ids().length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Short.toUnsignedInt(labels.ids()[i]);
    }
    image.getRaster().setPixels(0, 0, labels.width(), labels.height(), ids);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode a PNG in memory", e);
    }
    return out.toByteArray();
  }
}
