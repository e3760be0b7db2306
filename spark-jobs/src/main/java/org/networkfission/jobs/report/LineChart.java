package org.networkfission.jobs.report;

import static org.networkfission.jobs.report.Plot.format;

import java.util.List;

/** Lines over steps as inline SVG, the y axis logarithmic: for losses. */
public final class LineChart {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 280;
  private static final Plot.Margins MARGINS = new Plot.Margins(44, 10, 10, 36);
  private static final int X_TICKS = 4;
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
    Plot plot = new Plot(label, WIDTH, HEIGHT, MARGINS);
    levels(plot);
    for (int tick = 0; tick <= X_TICKS; tick++) {
      double share = (double) tick / X_TICKS;
      plot.tick(share, format("%,.0f", lastX * share));
    }
    for (Line line : lines) {
      StringBuilder path = new StringBuilder();
      for (double[] point : line.points()) {
        if (point[1] > 0) {
          path.append(
              format(
                  "%s%.1f %.1f",
                  path.isEmpty() ? "M" : "L", plot.x(point[0] / lastX), plot.y(share(point[1]))));
        }
      }
      plot.add(
          "<path d=\"%s\" style=\"fill:none;stroke:%s;stroke-width:1.6;stroke-linejoin:round\"><title>%s</title></path>",
          path, line.color(), Html.escape(line.name()));
    }
    return plot.end(axis);
  }

  private void levels(Plot plot) {
    for (double power = Math.pow(10, Math.floor(Math.log10(low))); power <= high; power *= 10) {
      for (double tick : TICKS) {
        double value = power * tick;
        if (value >= low && value <= high) {
          plot.level(share(value), Charts.number(value));
        }
      }
    }
  }

  /** How high in the chart a value lies, 0 to 1. */
  private double share(double value) {
    return Math.log(value / low) / Math.log(high / low);
  }
}
