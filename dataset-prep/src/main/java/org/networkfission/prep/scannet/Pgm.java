package org.networkfission.prep.scannet;

import java.nio.charset.StandardCharsets;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/** Decodes grey images of 16 bits in Netpbm's binary form (P5, big-endian). */
final class Pgm {
  private static final int MAX_SIDE = 1 << 15;
  private static final int MAX_WORD = 9;

  private final byte[] bytes;
  private final String what;
  private int at = 2;

  private Pgm(byte[] bytes, String what) {
    this.bytes = bytes;
    this.what = what;
  }

  /**
   * Decodes an image.
   *
   * @param what its name, for messages
   */
  static LabelMap read(byte[] bytes, PixelLimit limit, String what) throws FrameException {
    return new Pgm(bytes, what).read(limit);
  }

  private LabelMap read(PixelLimit limit) throws FrameException {
    if (bytes.length < 2 || bytes[0] != 'P' || bytes[1] != '5') {
      throw bad(Reason.DECODE_ERROR, "it does not begin with P5");
    }
    int width = number("width");
    int height = number("height");
    int most = number("largest value");
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
      throw bad(Reason.DECODE_ERROR, "it claims %d x %d pixels".formatted(width, height));
    }
    if (most < 256 || most > 0xffff) {
      throw bad(Reason.DECODE_ERROR, "its largest value is %d: depth has 16 bits".formatted(most));
    }
    limit.check(width, height, what);
    at++; // one white space, whatever it is
    long expected = 2L * width * height;
    if (bytes.length - at < expected) {
      throw bad(
          Reason.TRUNCATED,
          "it has %,d of %,d bytes of pixels".formatted(Math.max(0, bytes.length - at), expected));
    }
    short[] values = new short[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) ((bytes[at + 2 * i] & 0xff) << 8 | (bytes[at + 2 * i + 1] & 0xff));
    }
    return new LabelMap(width, height, values);
  }

  /** The next number of the header, behind white space and comments. */
  private int number(String name) throws FrameException {
    while (at < bytes.length && (Character.isWhitespace(bytes[at]) || bytes[at] == '#')) {
      if (bytes[at] == '#') {
        while (at < bytes.length && bytes[at] != '\n') {
          at++;
        }
      } else {
        at++;
      }
    }
    int from = at;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == from || at - from > MAX_WORD) {
      throw bad(Reason.DECODE_ERROR, "it has no " + name);
    }
    return Integer.parseInt(new String(bytes, from, at - from, StandardCharsets.US_ASCII));
  }

  private FrameException bad(Reason reason, String why) {
    return new FrameException(reason, "Cannot read %s: %s".formatted(what, why));
  }
}
