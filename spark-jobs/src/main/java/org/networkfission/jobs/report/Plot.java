package org.networkfission.jobs.report;

import java.util.Locale;

/**
 * A chart as inline SVG: its area to plot in, with levels across it, ticks below it and a title of
 * the x axis. Places are shares of the area, from the left and from the bottom. Colours come from
 * the page's style sheet, in light and dark.
 */
final class Plot {
  private static final double HALF_A_LINE = 3.5;
  private static final int TICK_BELOW = 15;
  private static final int TITLE_BELOW = 30;
  private static final int GAP = 5;

  private final Margins margins;
  private final int width;
  private final int height;
  private final StringBuilder svg = new StringBuilder();

  /** The space around the area, in pixels. */
  record Margins(int left, int right, int top, int bottom) {}

  /**
   * Begins a chart.
   *
   * @param label what it shows, for those who cannot see it
   */
  Plot(String label, int width, int height, Margins margins) {
    this.margins = margins;
    this.width = width - margins.left() - margins.right();
    this.height = height - margins.top() - margins.bottom();
    add(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        width, height, Html.escape(label));
  }

  /** The width of the area. */
  int width() {
    return width;
  }

  /** The y coordinate of the area's upper edge. */
  int top() {
    return margins.top();
  }

  /** The y coordinate of the area's lower edge. */
  int bottom() {
    return margins.top() + height;
  }

  /** The x coordinate of a share of the width. */
  double x(double share) {
    return margins.left() + share * width;
  }

  /** The y coordinate of a share of the height. */
  double y(double share) {
    return margins.top() + height * (1 - share);
  }

  /** Adds SVG. */
  void add(String format, Object... values) {
    svg.append(format(format, values));
  }

  /** A line across the area, and its value to the left. */
  void level(double share, String text) {
    add(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
        margins.left(), margins.left() + width, y(share), y(share));
    add(
        "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
        margins.left() - GAP, y(share) + HALF_A_LINE, Html.escape(text));
  }

  /** A value of the x axis; one at the right edge ends there. */
  void tick(double share, String text) {
    text(x(share), bottom() + TICK_BELOW, text, share == 1 ? "end" : "middle");
  }

  /**
   * A text.
   *
   * @param anchor which part of it lies at x: start, middle or end
   */
  void text(double x, double y, String text, String anchor) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        x, y, anchor, Html.escape(text));
  }

  /**
   * Ends the chart.
   *
   * @param axis what the x axis tells
   */
  String end(String axis) {
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        margins.left() + width / 2, bottom() + TITLE_BELOW, Html.escape(axis));
    return svg.append("</svg>").toString();
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
