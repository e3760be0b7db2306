package org.networkfission.jobs.report;

import java.util.List;
import java.util.Locale;

/** Lines over steps as inline SVG, the y axis logarithmic: for losses. */
public final class LineChart {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 280;
  private static final int LEFT = 44;
  private static final int RIGHT = 10;
  private static final int TOP = 10;
  private static final int BOTTOM = 36;
  private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
  private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
  private static final double[] TICKS = {1, 2, 5};

  private final double lastX;
  private final double low;
  private final double high;

  /**
   * A line.
   *
   * @param name shown where it is pointed at
   * @param color of CSS
   * @param points x and y, ascending in x; only where y is above 0 they are drawn
   */
  public record Line(String name, String color, List<double[]> points) {}

  private LineChart(List<Line> lines) {
    double[] x = lines.stream().flatMap(l -> l.points().stream()).mapToDouble(p -> p[0]).toArray();
    double[] y =
        lines.stream()
            .flatMap(l -> l.points().stream())
            .mapToDouble(p -> p[1])
            .filter(v -> v > 0)
            .sorted()
            .toArray();
    double last = 1;
    for (double value : x) {
      last = Math.max(last, value);
    }
    this.lastX = last;
    this.low = y.length == 0 ? 0.1 : y[0] * 0.95;
    this.high = y.length == 0 ? 1 : y[y.length - 1] * 1.05;
  }

  /**
   * Draws lines.
   *
   * @param axis what the x axis counts
   */
  public static String of(String label, String axis, List<Line> lines) {
    return new LineChart(lines).draw(label, axis, lines);
  }

  private String draw(String label, String axis, List<Line> lines) {
    StringBuilder svg =
        new StringBuilder(
            format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, HEIGHT, Html.escape(label)));
    yAxis(svg);
    for (int tick = 0; tick <= 4; tick++) {
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%,.0f</text>",
              LEFT + tick * PLOT_WIDTH / 4.0,
              HEIGHT - 21,
              tick == 4 ? "end" : "middle",
              lastX * tick / 4));
    }
    for (Line line : lines) {
      StringBuilder path = new StringBuilder();
      for (double[] point : line.points()) {
        if (point[1] > 0) {
          path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(point[0]), y(point[1])));
        }
      }
      svg.append(
          format(
              "<path d=\"%s\" style=\"fill:none;stroke:%s;stroke-width:1.6;stroke-linejoin:round\"><title>%s</title></path>",
              path, line.color(), Html.escape(line.name())));
    }
    svg.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text></svg>",
            LEFT + PLOT_WIDTH / 2, HEIGHT - 5, Html.escape(axis)));
    return svg.toString();
  }

  private void yAxis(StringBuilder svg) {
    for (double power = Math.pow(10, Math.floor(Math.log10(low))); power <= high; power *= 10) {
      for (double tick : TICKS) {
        double value = power * tick;
        if (value >= low && value <= high) {
          svg.append(
              format(
                  "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                  LEFT, LEFT + PLOT_WIDTH, y(value), y(value)));
          svg.append(
              format(
                  "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                  LEFT - 5, y(value) + 3.5, Charts.number(value)));
        }
      }
    }
  }

  private double x(double value) {
    return LEFT + value / lastX * PLOT_WIDTH;
  }

  private double y(double value) {
    return TOP + PLOT_HEIGHT * Math.log(high / value) / Math.log(high / low);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
