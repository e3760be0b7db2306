package org.networkfission.jobs.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.Scoring;

/** Text and style of pages. */
public final class Html {
  private Html() {}

  /** Text as it may stand between tags and in quoted attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Begins a page, up to and with its headline. */
  public static void open(StringBuilder page, String title) {
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>%s</title>
        <style>
        %s</style></head><body><main>
        <h1>%s</h1>
        """
            .formatted(escape(title), style(), escape(title)));
  }

  /**
   * What a section of a report is called.
   *
   * @param scoring its name in {@code metrics.json}
   */
  static String title(String scoring) {
    return Task.scoring(scoring).<String>map(Scoring::title).orElse(scoring);
  }

  /**
   * A table that scrolls where the window is too narrow.
   *
   * @param style a class of the style sheet; may be empty
   */
  static void table(StringBuilder page, TextTable table, String style) {
    page.append("<div class=\"scroll\"><table class=\"%s\"><thead><tr>".formatted(style));
    for (String column : table.columns()) {
      boolean paper = column.startsWith("paper");
      page.append("<th%s>%s</th>".formatted(paper ? " class=\"wide\"" : "", escape(column)));
    }
    page.append("</tr></thead><tbody>\n");
    for (List<String> row : table.rows()) {
      page.append("<tr>");
      row.forEach(cell -> page.append("<td>").append(escape(cell)).append("</td>"));
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  /** A chart with its title and what it shows. */
  public static void chart(StringBuilder page, String title, String svg, String caption) {
    page.append(
        "<figure class=\"card\"><h3>%s</h3>%s<figcaption>%s</figcaption></figure>\n"
            .formatted(escape(title), svg, escape(caption)));
  }

  /** The style sheet of all pages. */
  public static String style() {
    try (InputStream in = Html.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
