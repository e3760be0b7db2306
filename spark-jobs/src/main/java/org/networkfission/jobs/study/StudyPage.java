package org.networkfission.jobs.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.networkfission.jobs.report.Html;
import org.networkfission.jobs.report.LineChart;
import org.networkfission.jobs.report.TextTable;
import org.networkfission.jobs.study.StudyResult.Cell;
import org.networkfission.jobs.study.StudyResult.Finding;
import org.networkfission.jobs.study.StudyResult.Loss;
import org.networkfission.jobs.study.StudyResult.ResultRow;

/** {@code study.html}: one file that needs no network, for a desktop or a phone. */
final class StudyPage {
  static final String FILE_NAME = "study.html";

  private static final String STYLE =
      """
      .figures td { vertical-align: top; }
      .figures td:nth-child(2) { font-weight: 400; }
      .figures td b { font-weight: 650; display: block; }
      .figures td span { color: var(--soft); font-size: .78rem; display: block; }
      .figures td:first-child { position: sticky; left: 0; background: var(--paper); padding-left: 0; }
      .figures tr.group td { color: var(--soft); font-size: .84rem; border-bottom: 0; padding-top: 16px; }
      .findings td { text-align: left; white-space: normal; vertical-align: top; }
      .findings th { text-align: left; }
      .findings td:nth-child(2) { white-space: nowrap; font-weight: 650; }
      .holds { color: var(--accent); }
      .does-not-hold { color: var(--mark); }
      .not-decided { color: var(--soft); }
      @media (max-width: 560px) {
        .figures th, .figures td { padding: 6px 8px; }
        .figures td:first-child { max-width: 116px; white-space: normal; }
        .findings thead { display: none; }
        .findings tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
        .findings td { display: block; border: 0; padding: 1px 0; }
        .findings td[data-head]::before { content: attr(data-head) ": "; color: var(--soft); }
      }
      """;

  /** Hues of the groups of rows; within a group the lightness tells rows apart. */
  private static final int[] HUES = {210, 25, 150, 280, 95, 330};

  private final StudyResult result;
  private final StringBuilder page = new StringBuilder();

  private StudyPage(StudyResult result) {
    this.result = result;
  }

  static String of(StudyResult result) {
    return new StudyPage(result).write();
  }

  private String write() {
    String title = Html.escape(result.title());
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>Study: %s</title>
        <style>
        %s%s</style></head><body><main>
        <h1>%s</h1>
        <p class="soft">Study %s, beside: %s.</p>
        <p class="note">%s</p>
        """
            .formatted(
                title,
                Html.style(),
                STYLE,
                title,
                Html.escape(result.name()),
                Html.escape(result.source()),
                Html.escape(StudyMarkdown.state(result))));
    figures();
    findings();
    curves();
    cost();
    differs();
    return page.append("</main></body></html>\n").toString();
  }

  private void figures() {
    page.append(
        "<h2>Ours and theirs</h2>\n<div class=\"scroll\"><table class=\"figures\"><thead><tr><th>row</th>");
    result.columns().forEach(c -> page.append("<th>%s</th>".formatted(Html.escape(c.title()))));
    page.append("</tr></thead><tbody>\n");
    String group = "";
    for (ResultRow row : result.rows()) {
      if (!row.group().equals(group)) {
        group = row.group();
        page.append(
            "<tr class=\"group\"><td colspan=\"%d\">%s</td></tr>\n"
                .formatted(1 + result.columns().size(), Html.escape(group)));
      }
      page.append("<tr><td>%s</td>".formatted(linked(row)));
      for (int c = 0; c < result.columns().size(); c++) {
        page.append(
            "<td>%s</td>".formatted(cell(result.columns().get(c), row.cells().get(c), row)));
      }
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
    page.append("<p class=\"soft\">%s</p>\n".formatted(Html.escape(StudyMarkdown.legend(result))));
    result
        .notes()
        .forEach(note -> page.append("<p class=\"soft\">%s</p>\n".formatted(Html.escape(note))));
  }

  private static String linked(ResultRow row) {
    String title = Html.escape(row.title());
    return row.finished()
        ? "<a href=\"%s\">%s</a>".formatted(Html.escape(row.seeds().get(0).report()), title)
        : title;
  }

  private static String cell(Column column, Cell cell, ResultRow row) {
    if (cell.ours() == null && cell.paper() == null) {
      return "";
    }
    StringBuilder text =
        new StringBuilder("<b>%s</b>".formatted(StudyMarkdown.ours(column, cell, row)));
    if (cell.paper() != null) {
      text.append("<span>paper %s</span>".formatted(column.text(cell.paper())));
      if (cell.difference() != null) {
        text.append("<span>%s</span>".formatted(StudyMarkdown.difference(column, cell)));
      }
    }
    return text.toString();
  }

  private void findings() {
    page.append(
        """
        <h2>The paper’s findings</h2>
        <p class="soft">Computed from the figures: a row beats another one where their ranges do not overlap. The ranges, in brackets, are those of the seeds; with one seed, those that hold 95 %% of the bootstrap over the test frames, which says nothing of how far two trainings differ.</p>
        <table class="findings"><thead><tr><th>finding</th><th>here</th><th>ours</th><th>paper</th></tr></thead><tbody>
        """
            .formatted());
    for (Finding finding : result.findings()) {
      String verdict = finding.verdict().text();
      page.append(
          "<tr><td>%s</td><td class=\"%s\">%s</td><td data-head=\"ours\">%s</td><td data-head=\"paper\">%s</td></tr>\n"
              .formatted(
                  Html.escape(finding.says()),
                  verdict.replace(' ', '-'),
                  verdict,
                  Html.escape(finding.ours()),
                  finding.paper().isEmpty() ? StudyMarkdown.NONE : Html.escape(finding.paper())));
    }
    page.append("</tbody></table>\n");
  }

  private void curves() {
    Map<String, String> colors = colors();
    page.append(
        "<h2>Losses in training</h2>\n<p class=\"soft\">Of the main heads, not weighted, every row in each plot; the same colour is the same row.</p>\n<div class=\"legend\">");
    for (ResultRow row : result.rows()) {
      page.append(
          "<span><i class=\"swatch\" style=\"background:%s\"></i>%s</span>"
              .formatted(colors.get(row.id()), Html.escape(name(row))));
    }
    page.append("</div>\n<div class=\"charts\">\n");
    for (String task : tasks()) {
      List<LineChart.Line> lines = new ArrayList<>();
      for (ResultRow row : result.rows()) {
        List<double[]> points = new ArrayList<>();
        for (Loss loss : row.curve()) {
          if (loss.losses().containsKey(task)) {
            points.add(new double[] {loss.step(), loss.losses().get(task)});
          }
        }
        if (!points.isEmpty()) {
          lines.add(new LineChart.Line(name(row), colors.get(row.id()), points));
        }
      }
      page.append(
          "<figure class=\"card\"><h3>%s</h3>%s</figure>\n"
              .formatted(task, LineChart.of("Loss of " + task, "step", lines)));
    }
    page.append("</div>\n");
  }

  private List<String> tasks() {
    return result.rows().stream()
        .flatMap(row -> row.curve().stream())
        .flatMap(loss -> loss.losses().keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private Map<String, String> colors() {
    List<String> groups = result.rows().stream().map(ResultRow::group).distinct().toList();
    Map<String, String> colors = new LinkedHashMap<>();
    for (int g = 0; g < groups.size(); g++) {
      String group = groups.get(g);
      List<ResultRow> members =
          result.rows().stream().filter(row -> row.group().equals(group)).toList();
      for (int i = 0; i < members.size(); i++) {
        double place = members.size() == 1 ? 0.5 : (double) i / (members.size() - 1);
        colors.put(
            members.get(i).id(),
            String.format(
                Locale.ROOT,
                "hsl(%d,%.0f%%,%.0f%%)",
                HUES[g % HUES.length] + Math.round(24 * (place - 0.5)),
                80 - 25 * place,
                68 - 34 * place));
      }
    }
    return colors;
  }

  private static String name(ResultRow row) {
    return Stream.of(row.group(), row.title())
        .filter(text -> !text.isEmpty())
        .reduce((a, b) -> a + ": " + b)
        .orElseThrow();
  }

  private void cost() {
    TextTable table = StudyMarkdown.cost(result);
    page.append("<h2>Cost</h2>\n<div class=\"scroll\"><table><thead><tr>");
    table.columns().forEach(column -> page.append("<th>%s</th>".formatted(column)));
    page.append("</tr></thead><tbody>\n");
    for (List<String> row : table.rows()) {
      page.append("<tr>");
      row.forEach(cell -> page.append("<td>%s</td>".formatted(Html.escape(cell))));
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  private void differs() {
    if (!result.differs().isEmpty()) {
      page.append(
          "<h2>Where this is not the paper’s setting</h2>\n<p class=\"soft\">Here (in the study’s file):</p>\n<ul>\n");
      result.differs().forEach(line -> page.append("<li>%s</li>\n".formatted(Html.escape(line))));
      page.append("</ul>\n");
    }
  }
}
