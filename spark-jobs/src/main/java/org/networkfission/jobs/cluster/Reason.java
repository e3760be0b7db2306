package org.networkfission.jobs.cluster;

import java.util.Locale;
import java.util.regex.Pattern;

/** What an unforeseen failure says, in words: without stack traces and names of Java classes. */
public final class Reason {
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z][\\w]*\\.)+[A-Z][\\w$]*(?:Exception|Error|Failure)?(?:: |\\b)");
  private static final Pattern TRACE = Pattern.compile("(?s)\\s*\\R\\s*at .*");
  private static final Pattern SPARK_WRAPPER =
      Pattern.compile("(?s)^Job aborted due to stage failure:.*?Lost task [^:]*?: ");
  private static final Pattern DRIVER_TRACE = Pattern.compile("(?s)\\s*Driver stacktrace:.*");
  private static final Pattern WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private Reason() {}

  /** One line. */
  public static String of(Throwable failure) {
    String text = failure.getMessage();
    if (text == null || text.isBlank()) {
      Throwable cause = failure.getCause();
      return cause == null ? "Cannot go on: " + kind(failure) : of(cause);
    }
    text = SPARK_WRAPPER.matcher(text).replaceFirst("");
    text = DRIVER_TRACE.matcher(text).replaceFirst("");
    text = TRACE.matcher(text).replaceFirst("");
    text = CLASS_NAME.matcher(text).replaceAll("").replaceAll("\\s+", " ").strip();
    String said = text.isEmpty() ? kind(failure) : text;
    return said.startsWith("Cannot ") ? said : "Cannot go on: " + said;
  }

  /** {@code NullPointerException} as "null pointer". */
  private static String kind(Throwable failure) {
    String name = failure.getClass().getSimpleName().replaceAll("(Exception|Error)$", "");
    return "an internal error, " + String.join(" ", WORDS.split(name, -1)).toLowerCase(Locale.ROOT);
  }
}
