package org.networkfission.jobs.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.networkfission.jobs.study.StudyResult.Cell;
import org.networkfission.jobs.study.StudyResult.Finding;
import org.networkfission.jobs.study.StudyResult.ResultRow;
import org.networkfission.jobs.study.StudyResult.Verdict;
import org.networkfission.model.graph.NetworkCost;

/**
 * Checks the paper's findings by our figures. One row beats another where their ranges do not
 * overlap; where they do, nothing is decided. The range is that of the repetitions, or of the
 * bootstrap over frames where there is one repetition.
 */
final class FindingCheck {
  private final Study study;
  private final List<ResultRow> rows;

  FindingCheck(Study study, List<ResultRow> rows) {
    this.study = study;
    this.rows = rows;
  }

  List<Finding> findings() {
    FindingSettings all = study.settings().findings();
    List<Finding> findings = new ArrayList<>();
    all.better().forEach(f -> findings.add(better(f)));
    all.within().forEach(f -> findings.add(within(f)));
    all.costs().forEach(f -> findings.add(costs(f)));
    return findings;
  }

  private Finding better(FindingSettings.Better finding) {
    Column column = Column.of(finding.metric()).orElseThrow();
    Cell better = cell(finding.better(), column);
    Cell than = cell(finding.than(), column);
    return new Finding(
        finding.says(),
        verdict(column, better, than),
        text(column, better, than),
        paper(column, List.of(better, than)));
  }

  static Verdict verdict(Column column, Cell better, Cell than) {
    if (better.ours() == null || than.ours() == null || better.ours().equals(than.ours())) {
      return Verdict.NOT_DECIDED;
    }
    boolean above = better.ours() > than.ours();
    double gap = above ? low(better) - high(than) : low(than) - high(better);
    if (gap <= 0) {
      return Verdict.NOT_DECIDED;
    }
    return above == column.higherIsBetter() ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD;
  }

  private static double low(Cell cell) {
    return cell.low() == null ? cell.ours() : cell.low();
  }

  private static double high(Cell cell) {
    return cell.high() == null ? cell.ours() : cell.high();
  }

  private Finding within(FindingSettings.Within finding) {
    Column column = Column.of(finding.metric()).orElseThrow();
    List<Cell> cells = finding.rows().stream().map(row -> cell(row, column)).toList();
    Verdict verdict = Verdict.NOT_DECIDED;
    String ours = "not all rows are finished";
    if (cells.stream().allMatch(cell -> cell.ours() != null)) {
      double highest = cells.stream().mapToDouble(Cell::ours).max().orElseThrow();
      double lowest = cells.stream().mapToDouble(Cell::ours).min().orElseThrow();
      double half = (highest - lowest) / 2;
      verdict = half <= finding.within() ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD;
      ours =
          String.format(
              Locale.ROOT,
              "± %.2f (%s to %s)",
              half,
              column.text(lowest),
              column.textWithUnit(highest));
    }
    return new Finding(finding.says(), verdict, ours, paper(column, cells));
  }

  /** Decided by the networks alone, whether they are trained or not. */
  private Finding costs(FindingSettings.Costs finding) {
    double more = 100.0 * (multiplyAdds(finding.row()) / multiplyAdds(finding.over()) - 1);
    return new Finding(
        finding.says(),
        more <= finding.atMost() ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD,
        String.format(Locale.ROOT, "%.4f %% more", more),
        "");
  }

  private double multiplyAdds(String id) {
    return study.entries().stream()
        .filter(entry -> entry.settings().id().equals(id))
        .map(entry -> new NetworkCost(entry.row().settings().network()))
        .findFirst()
        .orElseThrow()
        .allMultiplyAdds();
  }

  private Cell cell(String id, Column column) {
    return rows.stream()
        .filter(row -> row.id().equals(id))
        .findFirst()
        .orElseThrow()
        .cells()
        .get(study.columns().indexOf(column));
  }

  private static String text(Column column, Cell better, Cell than) {
    if (better.ours() == null || than.ours() == null) {
      return "not all rows are finished";
    }
    return "%s against %s".formatted(ranged(column, better), ranged(column, than));
  }

  private static String ranged(Column column, Cell cell) {
    return cell.low() == null
        ? column.textWithUnit(cell.ours())
        : "%s (%s to %s)"
            .formatted(
                column.textWithUnit(cell.ours()),
                column.text(cell.low()),
                column.text(cell.high()));
  }

  private static String paper(Column column, List<Cell> cells) {
    List<String> figures =
        cells.stream()
            .flatMap(cell -> Optional.ofNullable(cell.paper()).stream())
            .map(column::textWithUnit)
            .toList();
    return figures.size() < cells.size() ? "" : String.join(" against ", figures);
  }
}
