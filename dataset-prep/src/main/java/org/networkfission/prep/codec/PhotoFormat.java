package org.networkfission.prep.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A format of pictures, told by the first bytes of a file; a file's name may lie. */
public enum PhotoFormat {
  JPEG("JPEG", true),
  PNG("PNG", true),
  WEBP("WebP", true),
  TIFF("TIFF", true),
  GIF("GIF", true),
  BMP("BMP", true),
  HEIC("HEIC", false),
  AVIF("AVIF", false),
  JPEG_XL("JPEG XL", false),
  JPEG_2000("JPEG 2000", false),
  RAW("raw", false),
  UNKNOWN("unknown", false);

  private static final Set<String> PICTURES =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "gif", "bmp", "heic", "heif",
          "hif", "avif", "jxl", "jp2", "j2k", "dng", "cr2", "cr3", "nef", "arw", "orf", "rw2",
          "raf", "srw", "pef", "mpo", "psd", "tga", "ppm", "pgm", "pnm", "exr");

  private static final int BRAND = 8;

  private final String title;
  private final boolean read;

  PhotoFormat(String title, boolean read) {
    this.title = title;
    this.read = read;
  }

  /** Its name in messages. */
  public String title() {
    return title;
  }

  /** Whether a file's name is that of a picture, in any format. */
  public static boolean isPictureName(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && PICTURES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** The names of the formats that are read. */
  public static String readTitles() {
    return Arrays.stream(values())
        .filter(f -> f.read)
        .map(PhotoFormat::title)
        .collect(Collectors.joining(", "));
  }

  /** The format of a file. */
  static PhotoFormat of(byte[] file) {
    if (Jpeg.isJpeg(file)) {
      return JPEG;
    } else if (Png16.isPng(file)) {
      return PNG;
    } else if (has(file, 0, "RIFF") && has(file, BRAND, "WEBP")) {
      return WEBP;
    } else if (has(file, 0, "GIF8")) {
      return GIF;
    } else if (has(file, 0, "BM")) {
      return BMP;
    } else if (has(file, 0, "II*\0") || has(file, 0, "MM\0*")) {
      return has(file, BRAND, "CR") ? RAW : TIFF;
    } else if (has(file, 4, "ftyp")) {
      return container(file);
    } else if (has(file, 4, "jP  ")) {
      return JPEG_2000;
    } else if (has(file, 4, "JXL ") || has(file, 0, "\u00ff\n")) {
      return JPEG_XL;
    }
    return UNKNOWN;
  }

  /** What a file of ISO's container holds, by its brand. */
  private static PhotoFormat container(byte[] file) {
    if (has(file, BRAND, "avi")) {
      return AVIF;
    } else if (has(file, BRAND, "crx")) {
      return RAW;
    }
    boolean heif = has(file, BRAND, "hei") || has(file, BRAND, "mif") || has(file, BRAND, "msf");
    return heif ? HEIC : UNKNOWN;
  }

  private static boolean has(byte[] file, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return file.length >= at + bytes.length
        && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
  }
}
