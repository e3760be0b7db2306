package org.networkfission.prep.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.networkfission.prep.codec.JpegSegments.Segment;
import org.networkfission.prep.frame.ColorImage;

/**
 * How a camera was held: the orientation that a photo's EXIF block tells (EXIF 2.3, tag 0x0112). A
 * phone stores upright photos lying on their side. JPEG keeps the block in a segment APP1, PNG in a
 * chunk eXIf, WebP in a chunk EXIF; a TIFF file is one.
 */
final class Orientation {
  private static final int UPRIGHT = 1;
  private static final int TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;
  private static final int TIFF_HEADER_BYTES = 8;
  private static final int RIFF_HEADER_BYTES = 12;
  private static final int RIFF_CHUNK_BYTES = 8;
  private static final String EXIF = "Exif\0\0";

  private Orientation() {}

  /** The orientation, 1 (upright) to 8; 1 where the file does not tell, or wrongly. */
  static int of(PhotoFormat format, byte[] file) {
    return switch (format) {
      case JPEG -> ofJpeg(file);
      case WEBP -> ofWebp(file);
      case TIFF -> ofTiff(file, 0, file.length);
      default -> UPRIGHT;
    };
  }

  /** The first of the segments that tells one counts: cameras and programs write several. */
  private static int ofJpeg(byte[] file) {
    for (Segment segment : JpegSegments.of(file).all()) {
      if (segment.marker() == JpegSegments.APP1 && segment.begins(file, EXIF)) {
        int told = ofTiff(file, segment.start() + EXIF.length(), segment.end());
        if (told != UPRIGHT) {
          return told;
        }
      }
    }
    return UPRIGHT;
  }

  /** Of a PNG: in its chunk, or in the text that ImageMagick wrote before there was one. */
  static int of(PngChunks png) {
    byte[] exif = png.content("eXIf");
    for (String name : List.of("Raw profile type exif", "Raw profile type APP1")) {
      if (exif == null) {
        byte[] compressed = png.content("zTXt", name);
        byte[] plain =
            compressed == null
                ? png.content("tEXt", name)
                : PngChunks.inflated(compressed, 1).orElse(null);
        exif = plain == null ? null : rawProfile(plain);
      }
    }
    if (exif == null) {
      return UPRIGHT;
    }
    return ofTiff(exif, isAt(exif, 0, EXIF) ? EXIF.length() : 0, exif.length);
  }

  /** What a text of the profile's name, its length and its bytes in hexadecimal digits holds. */
  private static byte[] rawProfile(byte[] text) {
    String[] parts = new String(text, StandardCharsets.ISO_8859_1).strip().split("\\s+", 3);
    String digits = parts.length < 3 ? "" : parts[2].replaceAll("\\s", "");
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static int ofWebp(byte[] file) {
    ByteBuffer riff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long at = RIFF_HEADER_BYTES;
    while (at <= file.length - RIFF_CHUNK_BYTES) {
      int length = riff.getInt((int) at + 4);
      int start = (int) at + RIFF_CHUNK_BYTES;
      if (length < 0 || length > file.length - start) {
        return UPRIGHT;
      }
      if (isAt(file, (int) at, "EXIF")) {
        boolean named = isAt(file, start, EXIF);
        return ofTiff(file, named ? start + EXIF.length() : start, start + length);
      }
      at = (long) start + length + (length & 1);
    }
    return UPRIGHT;
  }

  private static boolean isAt(byte[] file, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return at + bytes.length <= file.length
        && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
  }

  private static int ofTiff(byte[] file, int start, int end) {
    if (end - start < TIFF_HEADER_BYTES) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(file, start, end - start).slice();
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
        int value = value(tiff, entry);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** An entry's number, left-aligned in four bytes: BYTE, SHORT or LONG, with a sign or without. */
  private static int value(ByteBuffer tiff, int entry) {
    return switch (tiff.getShort(entry + 2)) {
      case 1, 6 -> tiff.get(entry + 8);
      case 4, 9 -> tiff.getInt(entry + 8);
      default -> tiff.getShort(entry + 8);
    };
  }

  /** Whether a photo's width is the height of what is stored. */
  static boolean isOnItsSide(int orientation) {
    return orientation >= 5;
  }

  /** Turns a photo upright. */
  static ColorImage upright(ColorImage photo, int orientation) {
    if (orientation == UPRIGHT) {
      return photo;
    }
    int w = photo.width();
    int h = photo.height();
    boolean lies = isOnItsSide(orientation);
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
