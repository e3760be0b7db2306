package org.networkfission.prep.frame;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of an image, in pixels. */
public record ImageSize(int width, int height) implements Serializable {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

  public ImageSize {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          "Cannot use an image of %d x %d pixels: both must be positive".formatted(width, height));
    }
  }

  /** Whether a text gives a size, such as {@code 768x384}. */
  public static boolean is(String text) {
    return TEXT.matcher(text).matches();
  }

  /**
   * The size that a text such as {@code 768x384} gives.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static ImageSize parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Cannot use the image size %s: must be WIDTHxHEIGHT, such as 768x384".formatted(text));
    }
    return new ImageSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
