package org.networkfission.jobs.report;

/** Text for HTML. */
final class Html {
  private Html() {}

  /** Text as it may stand between tags and in quoted attributes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
