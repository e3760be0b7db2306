package org.networkfission.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.Task;

/** {@code compare.html}: one file that needs no network, for a desktop or a phone. */
public final class CompareHtml {
  /** The file's name. */
  public static final String FILE_NAME = "compare.html";

  private final Comparison comparison;
  private final StringBuilder page = new StringBuilder();

  private CompareHtml(Comparison comparison) {
    this.comparison = comparison;
  }

  /** Writes the comparison as a page. */
  public static String of(Comparison comparison) {
    return new CompareHtml(comparison).write();
  }

  private String write() {
    Html.open(
        page,
        "Comparison: %s, %s".formatted(comparison.data().dataset(), comparison.data().split()));
    String first = comparison.networks().get(0).name();
    page.append(
        String.format(
            Locale.ROOT,
            "<p class=\"soft\">%,d frames, the same for all. Differences are to <b>%s</b>; the interval behind one holds 95 %% of the differences between paired replicates of a bootstrap over frames (points: percentage points). Green is clearly better, red clearly worse: the interval does not hold 0.</p>\n",
            comparison.data().frames(),
            Html.escape(first)));
    for (String other : comparison.otherData()) {
      page.append("<p class=\"note\">%s.</p>\n".formatted(Html.escape(other)));
    }
    navigation();
    gains();
    comparison.tasks().forEach(this::task);
    page.append("<h2 id=\"networks\">Networks</h2>\n");
    Html.table(page, CompareTable.networks(comparison), "left");
    provenance();
    return page.append("</main></body></html>\n").toString();
  }

  private void navigation() {
    page.append("<nav>");
    if (!comparison.gains().isEmpty()) {
      page.append("<a href=\"#gain\">Multi-task gain</a>");
    }
    for (String task : comparison.tasks().keySet()) {
      page.append("<a href=\"#%s\">%s</a>".formatted(task, Html.title(task)));
    }
    page.append("<a href=\"#networks\">Networks</a></nav>\n");
  }

  private void gains() {
    if (comparison.gains().isEmpty()) {
      return;
    }
    page.append(
        "<h2 id=\"gain\">Multi-task gain</h2>\n<p class=\"soft\">The mean over tasks of the relative change against a network for that task alone, by the task’s first metric; positive is better.</p>\n<div class=\"cards\">\n");
    for (Comparison.Gain gain : comparison.gains()) {
      page.append(
          "<div class=\"card\"><div class=\"name\">%s</div><div class=\"big\">%s</div>"
              .formatted(Html.escape(gain.of()), Html.escape(CompareTable.percent(gain.value()))));
      if (gain.interval() != null) {
        page.append(
            "<div class=\"interval\">95 %% interval over frames: %s to %s</div>"
                .formatted(
                    CompareTable.percent(gain.interval().get(0)),
                    CompareTable.percent(gain.interval().get(1))));
      }
      page.append("</div>\n");
    }
    page.append("</div>\n<div style=\"height:16px\"></div>\n");
    Html.table(page, CompareTable.gains(comparison), "plain");
  }

  private void task(String task, Map<String, Comparison.Values> metrics) {
    page.append("<h2 id=\"%s\">%s</h2>\n".formatted(task, Html.title(task)));
    page.append("<div class=\"scroll\"><table class=\"compare\"><thead><tr><th>metric</th>");
    for (Comparison.Network network : comparison.networks()) {
      page.append("<th>").append(Html.escape(network.name())).append("</th>");
    }
    page.append("</tr></thead><tbody>\n");
    metrics.values().forEach(this::row);
    page.append("</tbody></table></div>\n<div class=\"charts\">\n");
    List<Charts.Span> spans = spans(metrics.values().iterator().next());
    if (!spans.isEmpty()) {
      Comparison.Values headline = metrics.values().iterator().next();
      Html.chart(
          page,
          headline.title() + ": difference to " + comparison.networks().get(0).name(),
          Charts.spans(spans, headline.higherIsBetter()),
          "Percentage points with 95 % interval; right of 0 is better.");
    }
    if (Task.isOfClasses(task)) {
      classes();
    }
    page.append("</div>\n");
  }

  private void row(Comparison.Values values) {
    page.append("<tr><td>").append(Html.escape(values.title())).append("</td>");
    Comparator<Double> better =
        values.higherIsBetter() ? Comparator.naturalOrder() : Comparator.reverseOrder();
    Double best = values.pooled().values().stream().max(better).orElse(null);
    for (Comparison.Network network : comparison.networks()) {
      Double value = values.pooled().get(network.name());
      boolean isBest = value != null && value.equals(best);
      page.append(
          "<td><span%s>%s</span>"
              .formatted(
                  isBest ? " class=\"best\"" : "", Html.escape(CompareTable.value(values, value))));
      difference(values, network)
          .ifPresent(
              d ->
                  page.append(
                      "<br><span class=\"%s\">%s</span>"
                          .formatted(
                              verdict(values, d),
                              Html.escape(CompareTable.difference(values, d)))));
      page.append("</td>");
    }
    page.append("</tr>\n");
  }

  private static Optional<Comparison.Difference> difference(
      Comparison.Values values, Comparison.Network network) {
    return values.differences().stream().filter(d -> d.of().equals(network.name())).findFirst();
  }

  private static String verdict(Comparison.Values values, Comparison.Difference difference) {
    if (!difference.isClear()) {
      return "soft";
    }
    return difference.value() > 0 == values.higherIsBetter() ? "better" : "worse";
  }

  private static List<Charts.Span> spans(Comparison.Values values) {
    List<Charts.Span> spans = new ArrayList<>();
    for (Comparison.Difference d : values.differences()) {
      if (d.interval() != null && values.unit().equals(Unit.SHARE.id())) {
        spans.add(
            new Charts.Span(
                d.of(),
                100 * d.value(),
                100 * d.interval().get(0),
                100 * d.interval().get(1),
                verdict(values, d)));
      }
    }
    return spans;
  }

  private void classes() {
    page.append("<figure class=\"card\"><h3>IoU by class</h3><div class=\"bars\">");
    for (Comparison.ClassIou c : comparison.classes()) {
      page.append(
          String.format(
              Locale.ROOT,
              "<span class=\"class\"><i class=\"swatch\" style=\"background:#%06x\"></i>%s</span>",
              comparison.data().palette().get(c.id()),
              Html.escape(c.name())));
      boolean first = true;
      for (Map.Entry<String, Double> iou : c.iou().entrySet()) {
        page.append(
            String.format(
                Locale.ROOT,
                "<span class=\"what\">%s</span><span class=\"track\"><i%s style=\"width:%.1f%%\"></i></span><span class=\"value\">%.1f %%</span>",
                Html.escape(iou.getKey()),
                first ? "" : " class=\"main\"",
                100 * iou.getValue(),
                100 * iou.getValue()));
        first = false;
      }
    }
    page.append("</div></figure>\n");
  }

  private void provenance() {
    page.append("<h2 id=\"provenance\">Provenance</h2>\n<table class=\"facts\">\n");
    fact("manifest sha256", comparison.data().manifestSha256());
    for (Comparison.Network network : comparison.networks()) {
      fact(network.name() + " sha256", network.model().sha256());
    }
    for (Comparison.Network network : comparison.baselines()) {
      fact(network.name() + " sha256", network.model().sha256());
    }
    fact("Network Fission", comparison.productVersion());
    page.append("</table>\n");
  }

  private void fact(String what, String value) {
    page.append(
        "<tr><td>%s</td><td>%s</td></tr>\n".formatted(Html.escape(what), Html.escape(value)));
  }
}
