package org.networkfission.model.metric;

import java.util.Locale;

/** What a metric's value is measured in. */
public enum Unit {
  /** A share, 0 to 1; shown in percent. */
  SHARE,
  DEGREES,
  METRES,
  /** A plain number, such as a difference of logarithms. */
  NUMBER;

  /** The name in reports, e.g. {@code degrees}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A value as it is shown, e.g. {@code 51.7 %}. */
  public String format(double value) {
    return switch (this) {
      case SHARE -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
      case DEGREES -> String.format(Locale.ROOT, "%.1f°", value);
      case METRES -> String.format(Locale.ROOT, "%.3f m", value);
      case NUMBER -> String.format(Locale.ROOT, "%.3f", value);
    };
  }
}
