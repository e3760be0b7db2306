package org.networkfission.jobs.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Curves over the steps of a run as inline SVG; colours come from the page's style sheet. */
public final class Curves {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 210;
  private static final int LEFT = 50;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 34;
  private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
  private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
  private static final int MOST_POINTS = 400;
  private static final int DOTS_UP_TO = 60;
  private static final int TICKS = 4;

  private Curves() {}

  /** A value after a step. */
  public record Point(long step, double value) {}

  /**
   * A curve.
   *
   * @param points by step
   */
  public record Series(String name, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * Draws curves in one chart, with a legend where there are several. The y axis begins at 0.
   *
   * @param label what they show, for those who cannot see it
   */
  public static String lines(String label, List<Series> series) {
    List<Series> thin = series.stream().map(Curves::thinned).toList();
    double highest = 0;
    for (Series one : thin) {
      for (Point point : one.points()) {
        highest = Math.max(highest, point.value());
      }
    }
    double top = niceTop(highest);
    long last = lastStep(thin);
    StringBuilder svg = open(label, top, last);
    for (int i = 0; i < thin.size(); i++) {
      StringBuilder path = new StringBuilder();
      for (Point point : thin.get(i).points()) {
        path.append(
            format(
                "%s%.1f,%.1f",
                path.isEmpty() ? "M" : "L", x(point.step(), last), y(point.value(), top)));
      }
      svg.append(format("<path class=\"curve s%d\" d=\"%s\"/>", i, path));
      if (thin.get(i).points().size() <= DOTS_UP_TO) {
        for (Point point : thin.get(i).points()) {
          svg.append(
              format(
                  "<circle class=\"area s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"><title>step %d: %s %s</title></circle>",
                  i,
                  x(point.step(), last),
                  y(point.value(), top),
                  point.step(),
                  Html.escape(thin.get(i).name()),
                  number(point.value())));
        }
      }
    }
    return svg.append("</svg>").append(legend(series)).toString();
  }

  /**
   * Draws curves on top of each other, so that the upper edge is their sum.
   *
   * @param series all of the same steps
   */
  public static String stack(String label, List<Series> series) {
    List<Series> thin = series.stream().map(Curves::thinned).toList();
    int points = thin.get(0).points().size();
    double[] sums = new double[points];
    for (Series one : thin) {
      for (int p = 0; p < points; p++) {
        sums[p] += one.points().get(p).value();
      }
    }
    double highest = 0;
    for (double sum : sums) {
      highest = Math.max(highest, sum);
    }
    double top = niceTop(highest);
    long last = lastStep(thin);
    StringBuilder svg = open(label, top, last);
    double[] below = new double[points];
    for (int i = 0; i < thin.size(); i++) {
      StringBuilder upper = new StringBuilder();
      StringBuilder lower = new StringBuilder();
      for (int p = 0; p < points; p++) {
        Point point = thin.get(i).points().get(p);
        double x = x(point.step(), last);
        upper.append(format("%.1f,%.1f ", x, y(below[p] + point.value(), top)));
        lower.insert(0, format("%.1f,%.1f ", x, y(below[p], top)));
        below[p] += point.value();
      }
      svg.append(
          format(
              "<polygon class=\"area s%d\" points=\"%s%s\"><title>%s</title></polygon>",
              i, upper, lower, Html.escape(thin.get(i).name())));
    }
    return svg.append("</svg>").append(legend(series)).toString();
  }

  /** Means of neighbours, so that a long run's page stays small. */
  private static Series thinned(Series series) {
    int size = series.points().size();
    int each = (size + MOST_POINTS - 1) / MOST_POINTS;
    if (each <= 1) {
      return series;
    }
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < size; from += each) {
      List<Point> some = series.points().subList(from, Math.min(size, from + each));
      points.add(
          new Point(
              some.get(some.size() - 1).step(),
              some.stream().mapToDouble(Point::value).average().orElseThrow()));
    }
    return new Series(series.name(), points);
  }

  private static String legend(List<Series> series) {
    if (series.size() < 2) {
      return "";
    }
    StringBuilder legend = new StringBuilder("<div class=\"legend\">");
    for (int i = 0; i < series.size(); i++) {
      legend.append(
          "<span><i class=\"s%d\"></i>%s</span>".formatted(i, Html.escape(series.get(i).name())));
    }
    return legend.append("</div>").toString();
  }

  private static StringBuilder open(String label, double top, long last) {
    StringBuilder svg =
        new StringBuilder(
            format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH, HEIGHT, Html.escape(label)));
    for (int tick = 0; tick <= TICKS; tick++) {
      double value = top * tick / TICKS;
      svg.append(
          format(
              "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
              LEFT, LEFT + PLOT_WIDTH, y(value, top), y(value, top)));
      svg.append(
          format(
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT - 6, y(value, top) + 3.5, number(value)));
      long step = last * tick / TICKS;
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%,d</text>",
              x(step, last), HEIGHT - 19, tick == TICKS ? "end" : "middle", step));
    }
    svg.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">step</text>",
            LEFT + PLOT_WIDTH / 2, HEIGHT - 4));
    return svg;
  }

  private static long lastStep(List<Series> series) {
    return series.stream()
        .flatMap(one -> one.points().stream())
        .mapToLong(Point::step)
        .max()
        .orElse(1);
  }

  private static double x(long step, long last) {
    return LEFT + (double) PLOT_WIDTH * step / last;
  }

  private static double y(double value, double top) {
    return TOP + PLOT_HEIGHT * (1 - value / top);
  }

  /** The least of 1, 2, 4, 6 and 8 times a power of ten that holds a value. */
  private static double niceTop(double highest) {
    if (!(highest > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(highest)));
    for (double factor : new double[] {1, 2, 4, 6, 8}) {
      if (factor * power >= highest) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** Three digits that say something; an exponent where plain digits would be many. */
  private static String number(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    boolean plain = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6;
    return plain ? rounded.toPlainString() : format("%.3g", value).replaceAll("\\.?0*e", "e");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
