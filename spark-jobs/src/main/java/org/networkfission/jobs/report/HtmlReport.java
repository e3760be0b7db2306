package org.networkfission.jobs.report;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.networkfission.jobs.report.Report.Figure;
import org.networkfission.jobs.report.Report.RankedFrame;
import org.networkfission.jobs.report.Report.TaskReport;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.Scoring;
import org.networkfission.prep.codec.Png16;

/** {@code report.html}: one file that needs no network, for a desktop or a phone. */
public final class HtmlReport {
  /** The file's name. */
  public static final String FILE_NAME = "report.html";

  /** Whose figures the cards show. */
  private static final List<Contender> SHOWN =
      List.of(Contender.TRAINED, Contender.UNTRAINED, Contender.CONSTANT);

  private final Report report;
  private final Provenance provenance;
  private final List<Panel> panels;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(Report report, Provenance provenance, List<Panel> panels) {
    this.report = report;
    this.provenance = provenance;
    this.panels = panels;
  }

  /** Writes the report as a page. */
  public static String of(Report report, Provenance provenance, List<Panel> panels) {
    return new HtmlReport(report, provenance, panels).write();
  }

  private String write() {
    Html.open(page, "Evaluation: %s, %s".formatted(report.data().dataset(), report.data().split()));
    introduction();
    navigation();
    headline();
    report.tasks().forEach(this::task);
    provenance();
    return page.append("</main></body></html>\n").toString();
  }

  private void introduction() {
    Report.Model model = report.model();
    page.append(
        String.format(
            Locale.ROOT,
            "<p class=\"soft\">%,d frames. Network: %s, %s, %d × %d pixels, width × %s, %,d"
                + " parameters, after step %,d.</p>\n",
            report.data().frames(),
            Html.escape(model.tasks().size() > 1 ? model.scheme() + " fission" : "single task"),
            Html.escape(String.join(", ", model.tasks())),
            model.width(),
            model.height(),
            model.widthMultiplier(),
            model.parameters(),
            model.step()));
    if (report.protocol() != null) {
      note(report.protocol().sentence());
    }
    if (report.exported() != null) {
      page.append(
          "<p class=\"soft\">%s</p>\n"
              .formatted(Html.escape(report.exported().summary(provenance))));
    }
    for (String absent : report.absent()) {
      note("The split has no truth for %s, so it is not judged.".formatted(absent));
    }
    if (report.corrupt().rows() > 0) {
      note(
          "%,d rows could not be read and are left out: %s."
              .formatted(report.corrupt().rows(), String.join("; ", report.corrupt().keys())));
    }
  }

  private void note(String text) {
    page.append("<p class=\"note\">").append(Html.escape(text)).append("</p>\n");
  }

  private void navigation() {
    page.append("<nav>");
    for (String task : report.tasks().keySet()) {
      page.append("<a href=\"#%s\">%s</a>".formatted(task, Html.title(task)));
    }
    page.append("<a href=\"#provenance\">Provenance</a></nav>\n");
  }

  private void headline() {
    page.append("<div class=\"cards\">\n");
    for (String task : report.model().tasks()) {
      if (report.tasks().containsKey(task)) {
        card(task, report.tasks().get(task));
      }
    }
    page.append("</div>\n");
    if (!report.paper().isEmpty()) {
      page.append(
          "<p class=\"soft\" style=\"margin-top:12px\">The paper’s figures are those of its supplement on the full %s test data after 150,000 iterations at 320 × 240; they compare only with a network trained and evaluated on that data.</p>\n"
              .formatted(Html.escape(paperName(report.data().dataset()))));
    }
  }

  private static String paperName(String dataset) {
    return dataset.equals("scenenet") ? "SceneNet RGB-D" : dataset;
  }

  private void card(String task, TaskReport details) {
    Map.Entry<String, Figure> first = details.metrics().entrySet().iterator().next();
    Figure figure = first.getValue();
    page.append(
        "<div class=\"card\"><div class=\"name\">%s</div><div class=\"big\">%s</div>"
            .formatted(
                Html.escape(Html.title(task) + ": " + figure.title()),
                Html.escape(TextTable.value(figure, figure.pooled()))));
    if (figure.interval() != null) {
      page.append(
          "<div class=\"interval\">95 %% interval over frames: %s</div>"
              .formatted(Html.escape(TextTable.interval(figure))));
    }
    page.append("<div class=\"bars\">");
    for (Contender contender : SHOWN) {
      bar(contender.title(), figure, figure.of(contender), contender == Contender.TRAINED);
    }
    // The other published rows stand in the task's table.
    if (!report.paper().isEmpty()) {
      bar(
          "paper, single task",
          figure,
          report.paper().get(0).values().get(task + "/" + first.getKey()),
          false);
    }
    page.append("</div></div>\n");
  }

  private void bar(String what, Figure figure, Double value, boolean main) {
    if (value != null) {
      page.append(
          String.format(
              Locale.ROOT,
              "<span class=\"what\">%s</span><span class=\"track\"><i%s"
                  + " style=\"width:%.1f%%\"></i></span><span class=\"value\">%s</span>",
              Html.escape(what),
              main ? " class=\"main\"" : "",
              100 * Math.max(0, Math.min(1, value)),
              Html.escape(TextTable.value(figure, value))));
    }
  }

  private void task(String name, TaskReport details) {
    Optional<Scoring<?, ?>> scoring = Task.scoring(name);
    page.append("<h2 id=\"%s\">%s</h2>\n".formatted(name, Html.title(name)));
    page.append(
        String.format(
            Locale.ROOT,
            "<p class=\"soft\">%,d frames, %,d valid pixels. %s</p>\n",
            details.frames(),
            details.pixels(),
            scoring.<String>map(Scoring::explanation).orElse("")));
    Html.table(page, TextTable.of(report, name), "");
    page.append("<div class=\"charts\">\n");
    if (details.classes() != null) {
      classes(details);
      Html.chart(
          page,
          "Confusion",
          Charts.confusion(details),
          "Rows: true class. Columns: predicted class. Each row adds up to 100 %; darker is more.");
    }
    scoring
        .flatMap(Scoring::errorChart)
        .ifPresent(
            chart ->
                Html.chart(
                    page,
                    chart.title(),
                    Charts.histogram(details.errors(), chart),
                    chart.caption()));
    Html.chart(
        page,
        "Accuracy by distance",
        Charts.byDistance(details.distances()),
        scoring.<String>map(Scoring::rightMeans).orElse(""));
    page.append("</div>\n");
    if (panels.stream().anyMatch(p -> p.task().equals(name))) {
      page.append("<p class=\"soft\" style=\"margin:20px 0 0\">%s</p>\n".formatted(legend(name)));
    }
    frames(name, "Best frames", details.best(), details);
    frames(name, "Median frames", details.median(), details);
    frames(name, "Worst frames", details.worst(), details);
  }

  private static String legend(String scoring) {
    return Arrays.stream(Task.values())
        .filter(task -> task.scorings().get(0).id().equals(scoring))
        .map(task -> task.definition().legend())
        .findFirst()
        .orElse("");
  }

  private void classes(TaskReport details) {
    page.append("<figure class=\"card\"><h3>IoU by class</h3><div class=\"bars\">");
    for (Report.ClassFigure c : details.classes()) {
      if (c.iou() != null) {
        page.append(
            String.format(
                Locale.ROOT,
                "<span class=\"what\"><i class=\"swatch\""
                    + " style=\"background:#%06x\"></i>%s</span><span class=\"track\"><i"
                    + " class=\"main\" style=\"width:%.1f%%\"></i></span><span class=\"value\">%.1f"
                    + " %%</span>",
                report.data().palette().get(c.id()),
                Html.escape(c.name()),
                100 * c.iou(),
                100 * c.iou()));
      }
    }
    String absent = Classes.absent(details);
    page.append(
        "</div><figcaption style=\"margin-top:10px\">%s</figcaption></figure>\n"
            .formatted(
                absent.isEmpty()
                    ? "The split shows every class."
                    : "Not in this split, and left out of the means: "
                        + Html.escape(absent)
                        + "."));
  }

  private void frames(String task, String title, List<RankedFrame> frames, TaskReport details) {
    List<RankedFrame> painted = frames.stream().filter(f -> panel(f, task).isPresent()).toList();
    if (painted.isEmpty()) {
      return;
    }
    page.append("<h3 class=\"rank\">%s</h3><div class=\"frames\">\n".formatted(title));
    Figure first = details.metrics().values().iterator().next();
    for (RankedFrame frame : painted) {
      Panel panel = panel(frame, task).orElseThrow();
      page.append(
          "<div class=\"frame\"><div class=\"head\"><span class=\"key\">%s</span><span class=\"score\">%s</span></div><div class=\"pictures\">"
              .formatted(
                  Html.escape(frame.key()),
                  Html.escape(first.title() + " " + TextTable.value(first, frame.score()))));
      picture("input", panel.photo());
      picture("truth", panel.truth());
      picture("prediction", panel.prediction());
      picture("error", panel.error());
      page.append("</div></div>\n");
    }
    page.append("</div>\n");
  }

  private Optional<Panel> panel(RankedFrame frame, String task) {
    return panels.stream()
        .filter(p -> p.task().equals(task) && p.key().equals(frame.key()))
        .findFirst();
  }

  private void picture(String what, byte[] image) {
    page.append(
        "<div><img alt=\"%s\" src=\"data:image/%s;base64,%s\"><div class=\"under\">%s</div></div>"
            .formatted(
                what,
                Png16.isPng(image) ? "png" : "jpeg",
                Base64.getEncoder().encodeToString(image),
                what));
  }

  private void provenance() {
    page.append("<h2 id=\"provenance\">Provenance</h2>\n<table class=\"facts\">\n");
    provenance
        .facts()
        .forEach(
            (what, value) ->
                page.append(
                    "<tr><td>%s</td><td>%s</td></tr>\n"
                        .formatted(Html.escape(what), Html.escape(value))));
    page.append(
        "</table>\n<details><summary>Configuration</summary><pre>%s</pre></details>\n"
            .formatted(Html.escape(provenance.configuration().toPrettyString())));
  }
}
