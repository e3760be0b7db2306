package org.networkfission.jobs.report;

import static org.networkfission.jobs.report.Plot.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Curves over the steps of a run as inline SVG; colours come from the page's style sheet. */
public final class Curves {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 210;
  private static final Plot.Margins MARGINS = new Plot.Margins(50, 12, 10, 34);
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
    Plot plot = plot(label, top, last);
    for (int i = 0; i < thin.size(); i++) {
      StringBuilder path = new StringBuilder();
      for (Point point : thin.get(i).points()) {
        path.append(
            format(
                "%s%.1f,%.1f",
                path.isEmpty() ? "M" : "L",
                plot.x((double) point.step() / last),
                plot.y(point.value() / top)));
      }
      plot.add("<path class=\"curve s%d\" d=\"%s\"/>", i, path);
      if (thin.get(i).points().size() <= DOTS_UP_TO) {
        for (Point point : thin.get(i).points()) {
          plot.add(
              "<circle class=\"area s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"><title>step %d: %s %s</title></circle>",
              i,
              plot.x((double) point.step() / last),
              plot.y(point.value() / top),
              point.step(),
              Html.escape(thin.get(i).name()),
              number(point.value()));
        }
      }
    }
    return plot.end("step") + legend(series);
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
    Plot plot = plot(label, top, last);
    double[] below = new double[points];
    for (int i = 0; i < thin.size(); i++) {
      StringBuilder upper = new StringBuilder();
      StringBuilder lower = new StringBuilder();
      for (int p = 0; p < points; p++) {
        Point point = thin.get(i).points().get(p);
        double x = plot.x((double) point.step() / last);
        upper.append(format("%.1f,%.1f ", x, plot.y((below[p] + point.value()) / top)));
        lower.insert(0, format("%.1f,%.1f ", x, plot.y(below[p] / top)));
        below[p] += point.value();
      }
      plot.add(
          "<polygon class=\"area s%d\" points=\"%s%s\"><title>%s</title></polygon>",
          i, upper, lower, Html.escape(thin.get(i).name()));
    }
    return plot.end("step") + legend(series);
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

  private static Plot plot(String label, double top, long last) {
    Plot plot = new Plot(label, WIDTH, HEIGHT, MARGINS);
    for (int tick = 0; tick <= TICKS; tick++) {
      plot.level((double) tick / TICKS, number(top * tick / TICKS));
      long step = last * tick / TICKS;
      plot.tick((double) step / last, format("%,d", step));
    }
    return plot;
  }

  private static long lastStep(List<Series> series) {
    return series.stream()
        .flatMap(one -> one.points().stream())
        .mapToLong(Point::step)
        .max()
        .orElse(1);
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
}
