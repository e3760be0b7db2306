package org.networkfission.jobs.report;

import static org.networkfission.jobs.report.Plot.format;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.task.ErrorChart;

/** Charts as inline SVG; colours come from the page's style sheet, in light and dark. */
final class Charts {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 210;
  private static final Plot.Margins MARGINS = new Plot.Margins(42, 8, 16, 34);
  private static final int TICKS = 4;

  private Charts() {}

  /**
   * Shares of pixels by error; what lies beyond the chart's end is in the last bar.
   *
   * @param errors bins are merged so that about 45 remain
   */
  static String histogram(Report.Errors errors, ErrorChart chart) {
    double from = chart.from();
    double to = chart.to();
    int merged = Math.max(1, (int) Math.round((to - from) / errors.binWidth() / 45));
    int bars = (int) Math.ceil((to - from) / errors.binWidth() / merged);
    double[] shares = new double[bars];
    long total = errors.counts().stream().mapToLong(Long::longValue).sum();
    for (int i = 0; i < errors.counts().size(); i++) {
      shares[Math.min(bars - 1, i / merged)] += (double) errors.counts().get(i) / total;
    }
    double highest = 0;
    for (double share : shares) {
      highest = Math.max(highest, share);
    }
    double top = niceTop(highest);
    Plot plot = plot("Histogram: " + chart.axis(), top);
    double step = (double) plot.width() / bars;
    for (int i = 0; i < bars; i++) {
      double low = from + i * merged * errors.binWidth();
      String last = i == bars - 1 ? " and more" : "";
      bar(
          plot,
          plot.x(0) + i * step + 0.5,
          shares[i] / top,
          Math.max(1, step - 1),
          format("%s%s: %.1f %%", number(low), last, 100 * shares[i]));
    }
    for (ErrorChart.Mark mark : chart.marks()) {
      double x = plot.x((mark.x() - from) / (to - from));
      plot.add(
          "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
          x, x, plot.top(), plot.bottom());
      plot.add(
          "<text class=\"mark-label\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x, plot.top() - 4, Html.escape(mark.label()));
    }
    for (int tick = 0; tick <= TICKS; tick++) {
      double share = (double) tick / TICKS;
      plot.tick(share, number(from + share * (to - from)));
    }
    return plot.end(chart.axis());
  }

  /** The share of right pixels by true distance. */
  static String byDistance(List<Report.Distance> distances) {
    Plot plot = plot("Accuracy by distance", 1);
    double step = (double) plot.width() / distances.size();
    for (int i = 0; i < distances.size(); i++) {
      Report.Distance d = distances.get(i);
      boolean last = i == distances.size() - 1;
      double middle = (i + 0.5) / distances.size();
      if (d.pixels() > 0) {
        double share = (double) d.right() / d.pixels();
        bar(
            plot,
            plot.x(0) + i * step + 2,
            share,
            step - 4,
            format(
                "%s m: %.1f %% of %,d pixels",
                last
                    ? d.fromMetres() + " and more"
                    : d.fromMetres() + " to " + (d.fromMetres() + 1),
                100 * share,
                d.pixels()));
      } else {
        plot.text(plot.x(middle), plot.bottom() - 4, "–", "middle");
      }
      plot.tick(middle, last ? d.fromMetres() + "+" : Integer.toString(d.fromMetres()));
    }
    return plot.end("true distance, metres");
  }

  /** The confusion matrix; each row's shares add up to 1, void is a column but not a row. */
  static String confusion(Report.TaskReport labels) {
    List<Integer> rows = new ArrayList<>();
    for (Report.ClassFigure c : labels.classes()) {
      if (c.iou() != null) {
        rows.add(c.id());
      }
    }
    List<Integer> columns = new ArrayList<>(rows);
    for (Report.ClassFigure c : labels.classes()) {
      long predicted = rows.stream().mapToLong(r -> labels.confusion().get(r).get(c.id())).sum();
      if (!rows.contains(c.id()) && predicted > 0) {
        columns.add(c.id());
      }
    }
    int margin = 74;
    double cell = (double) (WIDTH - margin) / columns.size();
    int height = (int) Math.ceil(margin + cell * rows.size() + 2);
    StringBuilder svg =
        new StringBuilder(
            format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Confusion matrix\">",
                WIDTH, height));
    double font = Math.min(10, cell * 0.8);
    for (int x = 0; x < columns.size(); x++) {
      double at = margin + (x + 0.5) * cell + font / 3;
      svg.append(
          format(
              "<text style=\"font-size:%.1fpx\" transform=\"translate(%.1f %d) rotate(-90)\">%s</text>",
              font, at, margin - 4, Html.escape(name(labels, columns.get(x)))));
    }
    for (int y = 0; y < rows.size(); y++) {
      long total = labels.classes().get(rows.get(y)).pixels();
      double top = margin + y * cell;
      svg.append(
          format(
              "<text style=\"font-size:%.1fpx\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              font, margin - 4, top + cell / 2 + font / 3, Html.escape(name(labels, rows.get(y)))));
      for (int x = 0; x < columns.size(); x++) {
        double share = (double) labels.confusion().get(rows.get(y)).get(columns.get(x)) / total;
        svg.append(
            format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1\" style=\"fill:rgba(var(--heat),%.3f)\"><title>%s seen as %s: %.1f %%</title></rect>",
                margin + x * cell + 0.5,
                top + 0.5,
                cell - 1,
                cell - 1,
                0.05 + 0.95 * share,
                Html.escape(name(labels, rows.get(y))),
                Html.escape(name(labels, columns.get(x))),
                100 * share));
      }
    }
    return svg.append("</svg>").toString();
  }

  /**
   * A value with its interval.
   *
   * @param style better, worse or soft
   */
  record Span(String name, double value, double low, double high, String style) {}

  /**
   * Intervals on one axis, one below the other, with a line at 0.
   *
   * @param towardsRight whether larger values lie to the right; else the axis is reversed, so that
   *     what is better always lies to the right
   */
  static String spans(List<Span> spans, boolean towardsRight) {
    double reach = 0;
    for (Span span : spans) {
      reach = Math.max(reach, Math.max(Math.abs(span.low()), Math.abs(span.high())));
    }
    double end = reach == 0 ? 1 : 1.08 * reach;
    int rowHeight = 34;
    int height = spans.size() * rowHeight + 30;
    StringBuilder svg =
        new StringBuilder(
            format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Differences\">",
                WIDTH, height));
    double middle = WIDTH / 2.0;
    double scale = (WIDTH / 2.0 - 30) / end * (towardsRight ? 1 : -1);
    svg.append(
        format(
            "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"4\" y2=\"%d\"/>",
            middle, middle, height - 26));
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      double y = i * rowHeight + 25;
      svg.append(format("<text x=\"2\" y=\"%.1f\">%s</text>", y - 9, Html.escape(span.name())));
      svg.append(
          format(
              "<g class=\"span %s\"><title>%+.2f (%+.2f to %+.2f)</title><line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/></g>",
              span.style(),
              span.value(),
              span.low(),
              span.high(),
              middle + scale * span.low(),
              middle + scale * span.high(),
              y,
              y,
              middle + scale * span.value(),
              y));
    }
    for (int tick = -1; tick <= 1; tick++) {
      double value = tick * reach;
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              middle + scale * value, height - 6, tick == 0 ? "0" : format("%+.1f", value)));
    }
    return svg.append("</svg>").toString();
  }

  private static String name(Report.TaskReport labels, int c) {
    return labels.classes().get(c).name();
  }

  /** An empty chart with levels of shares in percent. */
  private static Plot plot(String label, double top) {
    Plot plot = new Plot(label, WIDTH, HEIGHT, MARGINS);
    for (int tick = 0; tick <= TICKS; tick++) {
      plot.level((double) tick / TICKS, number(100 * top * tick / TICKS) + " %");
    }
    return plot;
  }

  private static void bar(Plot plot, double x, double share, double width, String tooltip) {
    plot.add(
        "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>",
        x, plot.y(share), width, plot.bottom() - plot.y(share), Html.escape(tooltip));
  }

  /** The least of 1, 2, 4 times a power of ten (in percent) that holds a value. */
  private static double niceTop(double highest) {
    double top = 0.01;
    double[] steps = {2, 2, 2.5};
    for (int i = 0; top < highest && top < 1; i++) {
      top *= steps[i % 3];
    }
    return Math.min(1, top);
  }

  /** At most three decimals, none that say nothing. */
  static String number(double value) {
    return BigDecimal.valueOf(value)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
