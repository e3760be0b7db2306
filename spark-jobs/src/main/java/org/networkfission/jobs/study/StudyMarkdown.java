package org.networkfission.jobs.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.networkfission.jobs.report.TextTable;
import org.networkfission.jobs.study.StudyResult.Cell;
import org.networkfission.jobs.study.StudyResult.Finding;
import org.networkfission.jobs.study.StudyResult.ResultRow;
import org.networkfission.jobs.study.StudyResult.Seed;

/** {@code study.md}. */
final class StudyMarkdown {
  static final String NONE = "–";

  private StudyMarkdown() {}

  static String of(StudyResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        "# %s\n\nStudy `%s`, beside: %s.\n"
            .formatted(result.title(), result.name(), result.source()));
    text.append("\n%s\n".formatted(state(result)));
    text.append("\n## Ours and theirs\n\n");
    text.append(figures(result).markdown());
    text.append("\n%s\n".formatted(legend(result)));
    result.notes().forEach(note -> text.append("\n%s\n".formatted(note)));
    text.append("\n## The paper's findings\n\n");
    text.append(findings(result).markdown());
    text.append("\n## Cost\n\n");
    text.append(cost(result).markdown());
    if (!result.differs().isEmpty()) {
      text.append("\n## Where this is not the paper's setting\n\nHere (in the study's file):\n\n");
      result.differs().forEach(line -> text.append("- %s\n".formatted(line)));
    }
    return text.toString();
  }

  /** How much of it is there. */
  static String state(StudyResult result) {
    long finished = result.rows().stream().filter(ResultRow::finished).count();
    return "%d of %d rows are finished.".formatted(finished, result.rows().size())
        + (result.differs().isEmpty()
            ? ""
            : " The settings are not the paper's (see the end): the figures do not compare with its own, only with each other.");
  }

  static String legend(StudyResult result) {
    boolean several = result.rows().stream().anyMatch(row -> row.seeds().size() > 1);
    return "Of each figure: ours, the paper's, the difference; shares in percent, angles in degrees. "
        + (several
            ? "Ours is the mean over seeds; ± is half of what lies between the lowest and the highest."
            : "One seed each; --seeds N tells how far trainings differ.");
  }

  private static TextTable figures(StudyResult result) {
    List<String> columns = new ArrayList<>(List.of("row", "begins from"));
    result.columns().forEach(c -> columns.addAll(List.of(c.title(), "paper", "difference")));
    List<List<String>> rows = new ArrayList<>();
    for (ResultRow row : result.rows()) {
      String name = row.group().isEmpty() ? row.title() : row.group() + ": " + row.title();
      List<String> cells = new ArrayList<>(List.of(linked(name, row), row.begins()));
      for (int c = 0; c < result.columns().size(); c++) {
        Column column = result.columns().get(c);
        Cell cell = row.cells().get(c);
        cells.add(ours(column, cell, row));
        cells.add(cell.paper() == null ? NONE : column.text(cell.paper()));
        cells.add(difference(column, cell));
      }
      rows.add(cells);
    }
    return new TextTable(columns, rows);
  }

  private static String linked(String name, ResultRow row) {
    return row.finished() ? "[%s](%s)".formatted(name, row.seeds().get(0).report()) : name;
  }

  static String ours(Column column, Cell cell, ResultRow row) {
    if (cell.ours() == null) {
      return NONE;
    }
    return row.seeds().size() > 1
        ? String.format(
            Locale.ROOT, "%s ± %.2f", column.text(cell.ours()), (cell.high() - cell.low()) / 2)
        : column.text(cell.ours());
  }

  static String difference(Column column, Cell cell) {
    Double difference = cell.difference();
    if (difference == null) {
      return NONE;
    }
    return (difference > 0 ? "+" : difference < 0 ? "−" : "") + column.text(Math.abs(difference));
  }

  private static TextTable findings(StudyResult result) {
    List<List<String>> rows = new ArrayList<>();
    for (Finding finding : result.findings()) {
      rows.add(
          List.of(
              finding.says(),
              "**%s**".formatted(finding.verdict().text()),
              finding.ours(),
              finding.paper().isEmpty() ? NONE : finding.paper()));
    }
    return new TextTable(List.of("finding", "here", "ours", "paper"), rows);
  }

  static TextTable cost(StudyResult result) {
    List<List<String>> rows = new ArrayList<>();
    for (ResultRow row : result.rows()) {
      rows.add(
          List.of(
              row.group().isEmpty() ? row.title() : row.group() + ": " + row.title(),
              String.format(Locale.ROOT, "%.2f M", row.parameters() / 1e6),
              String.format(Locale.ROOT, "%.3f G", row.multiplyAdds() / 1e9),
              row.coreHours() == null ? NONE : String.format(Locale.ROOT, "%.2f", row.coreHours()),
              row.seeds().isEmpty()
                  ? NONE
                  : String.join(
                      ", ", row.seeds().stream().map(Seed::seed).map(Object::toString).toList())));
    }
    return new TextTable(
        List.of("row", "parameters", "multiply-adds", "core-hours of training", "seeds"), rows);
  }
}
