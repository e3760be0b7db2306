package org.networkfission.jobs.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Who predicts the frames of an evaluation; each is scored by itself, and shown beside the rest.
 */
public enum Contender {
  /** The network that is evaluated. */
  TRAINED("network"),
  /** A file that was exported from the network, in the runtime that such files are for. */
  EXPORTED("exported"),
  /** The same network as it was before training. */
  UNTRAINED("untrained"),
  /** The best prediction that does not look at the image. */
  CONSTANT("best constant");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** Its name in {@code metrics.json}. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
