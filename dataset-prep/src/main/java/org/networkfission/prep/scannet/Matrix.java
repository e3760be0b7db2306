package org.networkfission.prep.scannet;

import java.util.Locale;
import java.util.regex.Pattern;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.Reason;

/**
 * A 4 x 4 matrix in text, row by row.
 *
 * @param values 16 numbers, finite or not
 */
record Matrix(double[] values) {
  private static final int VALUES = 16;

  /** How C's libraries write what is no finite number: Linux, macOS, and two ages of Windows. */
  private static final Pattern INFINITE =
      Pattern.compile("[+-]?(?:inf|infinity|[0-9]+\\.?#inf[0-9]*)");

  private static final Pattern NAN =
      Pattern.compile(
          "[+-]?(?:q|s)?nan(?:\\([a-z0-9_]*\\))?|[+-]?[0-9]+\\.?#(?:ind|qnan|snan|nan)[0-9]*");

  /**
   * Reads a matrix.
   *
   * @param what its name, for messages
   * @throws FrameException if the text is not 16 numbers
   */
  static Matrix read(String text, String what) throws FrameException {
    String[] words = text.trim().split("[\\s,]+", VALUES + 1);
    if (words.length != VALUES) {
      throw new FrameException(
          Reason.TRUNCATED,
          "Cannot read %s: it must have 16 numbers, it has %s%d"
              .formatted(
                  what,
                  words.length > VALUES ? "more than " : "",
                  text.isBlank() ? 0 : Math.min(VALUES, words.length)));
    }
    double[] values = new double[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = number(words[i], what);
    }
    return new Matrix(values);
  }

  private static double number(String word, String what) throws FrameException {
    String lower = word.toLowerCase(Locale.ROOT);
    if (INFINITE.matcher(lower).matches()) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (NAN.matcher(lower).matches()) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read %s: \"%s\" is no number"
              .formatted(what, word.substring(0, Math.min(20, word.length()))),
          e);
    }
  }

  /**
   * Checks that this is a pose.
   *
   * @param key of the frame, for messages
   * @throws FrameException (bad pose) if a value is not finite
   */
  void requirePose(String key) throws FrameException {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new FrameException(
            Reason.BAD_POSE,
            "Cannot use frame %s: its pose holds %s: tracking was lost".formatted(key, value));
      }
    }
  }

  /**
   * The camera that this matrix describes.
   *
   * @param what its name, for messages
   * @throws FrameException if there is no such camera
   */
  Intrinsics intrinsics(String what) throws FrameException {
    try {
      Intrinsics intrinsics = new Intrinsics(values[0], values[5], values[2], values[6]);
      intrinsics.requireSquarePixels();
      return intrinsics;
    } catch (IllegalArgumentException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(what, e.getMessage()), e);
    }
  }
}
