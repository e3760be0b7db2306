package org.networkfission.jobs.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.networkfission.model.metric.Unit;

/**
 * The headline table of a report as rows of text: one row per metric; the network's value, its
 * interval, the baselines and the paper's figures.
 *
 * @param columns titles
 * @param rows as many cells each as there are columns
 */
public record TextTable(List<String> columns, List<List<String>> rows) {
  private static final String NONE = "–";

  /** The first metric of each task beside the baselines; for a console. */
  public static TextTable headline(Report report) {
    List<List<String>> rows = new ArrayList<>();
    for (String task : report.model().tasks()) {
      if (report.tasks().containsKey(task)) {
        Report.Figure figure = report.tasks().get(task).metrics().values().iterator().next();
        List<String> row = new ArrayList<>();
        row.add(figure.title());
        contenders(report).forEach(contender -> row.add(value(figure, figure.of(contender))));
        rows.add(row);
      }
    }
    List<String> columns = new ArrayList<>(List.of(""));
    contenders(report).forEach(contender -> columns.add(title(report, contender)));
    return new TextTable(columns, rows);
  }

  /** Those that take part; baselines do always. */
  private static List<Contender> contenders(Report report) {
    return Arrays.stream(Contender.values())
        .filter(contender -> contender != Contender.EXPORTED || report.exported() != null)
        .toList();
  }

  private static String title(Report report, Contender contender) {
    return contender == Contender.EXPORTED ? report.exported().format() : contender.title();
  }

  /** Every metric of a task, beside baselines and paper. */
  static TextTable of(Report report, String task) {
    List<String> columns = new ArrayList<>(List.of("metric", Contender.TRAINED.title()));
    if (report.exported() != null) {
      columns.add(title(report, Contender.EXPORTED));
    }
    columns.addAll(List.of("95 % interval", "reference", "per frame", "untrained", "constant"));
    report.paper().stream()
        .filter(p -> p.values().keySet().stream().anyMatch(k -> k.startsWith(task + "/")))
        .forEach(p -> columns.add("paper: " + p.network()));
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, Report.Figure> entry : report.tasks().get(task).metrics().entrySet()) {
      Report.Figure figure = entry.getValue();
      List<String> row = new ArrayList<>(List.of(figure.title(), value(figure, figure.pooled())));
      if (report.exported() != null) {
        row.add(value(figure, figure.of(Contender.EXPORTED)));
      }
      row.add(interval(figure));
      row.add(value(figure, figure.reference()));
      row.add(value(figure, figure.perFrame()));
      row.add(value(figure, figure.of(Contender.UNTRAINED)));
      row.add(value(figure, figure.of(Contender.CONSTANT)));
      report.paper().stream()
          .filter(p -> p.values().keySet().stream().anyMatch(k -> k.startsWith(task + "/")))
          .forEach(p -> row.add(value(figure, p.values().get(task + "/" + entry.getKey()))));
      rows.add(row);
    }
    return new TextTable(columns, rows);
  }

  static String value(Report.Figure figure, Double value) {
    return value == null ? NONE : unit(figure).format(value);
  }

  static Unit unit(Report.Figure figure) {
    return Unit.valueOf(figure.unit().toUpperCase(Locale.ROOT));
  }

  static String interval(Report.Figure figure) {
    if (figure.interval() == null) {
      return NONE;
    }
    // The unit stands beside the value; here it would only widen the column.
    String low = number(unit(figure).format(figure.interval().get(0)));
    String high = number(unit(figure).format(figure.interval().get(1)));
    return "%s – %s".formatted(low, high);
  }

  private static String number(String value) {
    return value.replaceAll("[^0-9.-]+$", "");
  }

  /** For a console: columns aligned, the first one to the left. */
  public String text() {
    int[] widths = new int[columns.size()];
    List<List<String>> all = new ArrayList<>();
    all.add(columns);
    all.addAll(rows);
    for (List<String> row : all) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      for (int c = 0; c < widths.length; c++) {
        String padding = " ".repeat(widths[c] - row.get(c).length());
        text.append(c == 0 ? row.get(c) + padding : "  " + padding + row.get(c));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  /** As Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    line(text, columns);
    line(text, columns.stream().map(c -> c.equals(columns.get(0)) ? "---" : "---:").toList());
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
