package org.networkfission.jobs.predict;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.networkfission.prep.frame.ColorImage;

/**
 * How a camera was held: the orientation that a JPEG's EXIF block tells (EXIF 2.3, tag 0x0112). A
 * phone stores upright photos lying on their side.
 */
final class ExifOrientation {
  private static final int UPRIGHT = 1;
  private static final int APP1 = 0xe1;
  private static final int START_OF_SCAN = 0xda;
  private static final int TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private ExifOrientation() {}

  /** The orientation, 1 (upright) to 8; 1 where the file does not tell, or wrongly. */
  static int of(byte[] jpeg) {
    int at = 2;
    while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
      int marker = jpeg[at + 1] & 0xff;
      int length = (jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff);
      int end = at + 2 + length;
      if (marker == START_OF_SCAN || length < 2 || end > jpeg.length) {
        return UPRIGHT;
      }
      int start = at + 4;
      if (marker == APP1
          && end - start > EXIF.length
          && Arrays.equals(jpeg, start, start + EXIF.length, EXIF, 0, EXIF.length)) {
        return ofTiff(
            ByteBuffer.wrap(jpeg, start + EXIF.length, end - start - EXIF.length).slice());
      }
      at = end;
    }
    return UPRIGHT;
  }

  private static int ofTiff(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return UPRIGHT;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 0 || directory > tiff.limit() - 2) {
      return UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if (entry > tiff.limit() - ENTRY_BYTES) {
        return UPRIGHT;
      }
      if (Short.toUnsignedInt(tiff.getShort(entry)) == TAG) {
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** Turns a photo upright. */
  static ColorImage upright(ColorImage photo, int orientation) {
    if (orientation == UPRIGHT) {
      return photo;
    }
    int w = photo.width();
    int h = photo.height();
    boolean lies = orientation >= 5;
    int width = lies ? h : w;
    int height = lies ? w : h;
    byte[] rgb = new byte[photo.rgb().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column =
            switch (orientation) {
              case 2, 3 -> w - 1 - x;
              case 4 -> x;
              case 5, 6 -> y;
              default -> w - 1 - y;
            };
        int row =
            switch (orientation) {
              case 3, 4 -> h - 1 - y;
              case 2 -> y;
              case 5, 8 -> x;
              default -> h - 1 - x;
            };
        System.arraycopy(photo.rgb(), 3 * (row * w + column), rgb, 3 * (y * width + x), 3);
      }
    }
    return new ColorImage(width, height, rgb);
  }
}
