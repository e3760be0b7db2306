package org.networkfission.prep.frame;

import java.io.Serializable;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * The largest image that a data set's readers decode: what a header claims beyond it is refused
 * before anything of that size is allocated. It travels to the readers in the Hadoop configuration.
 *
 * @param pixels width x height at most
 */
public record PixelLimit(long pixels) implements Serializable {
  /** What one image may have where nothing else is said. */
  public static final PixelLimit LARGEST = new PixelLimit(64L << 20);

  private static final String KEY = "fission.max-pixels";

  /** The limit that a configuration carries. */
  public static PixelLimit of(Configuration hadoop) {
    return new PixelLimit(hadoop.getLong(KEY, LARGEST.pixels()));
  }

  /** A copy of a configuration that carries this limit. */
  public Configuration in(Configuration hadoop) {
    Configuration copy = new Configuration(hadoop);
    copy.setLong(KEY, pixels);
    return copy;
  }

  /**
   * Checks the size that an image claims.
   *
   * @param what the image, for messages: e.g. {@code depth of frame x}
   * @throws FrameException (decode error) if it is larger
   */
  public void check(long width, long height, String what) throws FrameException {
    if (width * height > pixels) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          String.format(
              Locale.ROOT,
              "Cannot decode %s: %d x %d pixels are more than the %,d allowed",
              what,
              width,
              height,
              pixels));
    }
  }
}
