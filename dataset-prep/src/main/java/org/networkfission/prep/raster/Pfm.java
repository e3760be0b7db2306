package org.networkfission.prep.raster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/**
 * Portable float maps: a heading of text ({@code Pf} or {@code PF}, width, height, scale), then
 * rows of floats from the bottom to the top. A negative scale says that they are little-endian; its
 * size is not applied, as in OpenCV and in the stereo benchmarks that made the format usual.
 */
final class Pfm {
  private static final int MAX_HEADING = 100;
  private static final int WORDS = 4;

  private Pfm() {}

  static Raster read(byte[] file, PixelLimit limit, String what) throws FrameException {
    String[] words = new String[WORDS];
    int at = 0;
    for (int i = 0; i < WORDS; i++) {
      while (at < Math.min(file.length, MAX_HEADING) && isSpace(file[at])) {
        at++;
      }
      int start = at;
      while (at < Math.min(file.length, MAX_HEADING) && !isSpace(file[at])) {
        at++;
      }
      words[i] = new String(file, start, at - start, StandardCharsets.ISO_8859_1);
    }
    int channels = words[0].equals("PF") ? 3 : 1;
    int width;
    int height;
    double scale;
    try {
      width = Integer.parseInt(words[1]);
      height = Integer.parseInt(words[2]);
      scale = Double.parseDouble(words[3]);
    } catch (NumberFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot decode %s: the PFM's heading is not: width, height, scale".formatted(what),
          e);
    }
    if (width <= 0 || height <= 0 || scale == 0 || !Double.isFinite(scale)) {
      throw RasterFormat.bad(
          Reason.DECODE_ERROR,
          what,
          "the PFM claims %d x %d pixels with a scale of %s".formatted(width, height, scale));
    }
    limit.check(width, height, what);
    at++; // One byte parts the heading from the pixels.
    long bytes = 4L * channels * width * height;
    if (file.length - at < bytes) {
      throw RasterFormat.bad(
          Reason.TRUNCATED,
          what,
          "the PFM ends after %,d of %,d bytes of its image".formatted(file.length - at, bytes));
    }
    ByteBuffer buffer =
        ByteBuffer.wrap(file).order(scale < 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int perRow = width * channels;
    double[] values = new double[perRow * height];
    for (int y = height - 1; y >= 0; y--) {
      for (int i = 0; i < perRow; i++, at += 4) {
        values[y * perRow + i] = buffer.getFloat(at);
      }
    }
    return new Raster(width, height, channels, values);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
