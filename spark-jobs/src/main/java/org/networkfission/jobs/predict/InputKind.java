package org.networkfission.jobs.predict;

import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.PhotoFormat;
import org.networkfission.prep.frame.InputException;

/** What names tell of an input: which files are photos, and which lists of them. */
final class InputKind {
  private static final String LIST = ".txt";
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:/");

  private InputKind() {}

  static boolean isList(Path file) {
    return file.getName().toLowerCase(Locale.ROOT).endsWith(LIST);
  }

  /** Whether a file of a folder is one, also of a format that is not read. */
  static boolean isPhoto(Path file) {
    return PhotoFormat.isPictureName(file.getName()) && !file.getName().startsWith(".");
  }

  /** Whether a line of a list is the name of a photo. */
  static boolean namesPhoto(String line) {
    return !line.isBlank() && !line.startsWith("#");
  }

  /**
   * The photo that a line names; a path without a beginning is one beside the list.
   *
   * @throws InputException if it is no path
   */
  static Path listed(Path list, String line) {
    String name = line.strip();
    try {
      // A name with a colon would be taken for one that begins with a scheme.
      boolean beside = !name.startsWith("/") && !SCHEME.matcher(name).find();
      return new Path(list.getParent(), beside ? "./" + name : name);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "Cannot read list %s: %s is no path: %s".formatted(list, name, e.getMessage()), e);
    }
  }
}
