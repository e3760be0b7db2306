package org.networkfission.jobs.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.report.HtmlReport;
import org.networkfission.jobs.report.Report;
import org.networkfission.jobs.study.StudyResult.Cell;
import org.networkfission.jobs.study.StudyResult.Loss;
import org.networkfission.jobs.study.StudyResult.ResultRow;
import org.networkfission.jobs.study.StudyResult.Seed;
import org.networkfission.jobs.train.log.ProgressLine;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.model.graph.NetworkCost;
import org.networkfission.prep.settings.Product;

/** Reads what the rows of a study have given so far. */
final class ResultReader {
  /** Points of a curve: more cannot be seen. */
  private static final int POINTS = 100;

  private static final double SECONDS_PER_HOUR = 3600;

  /** Where data lie changes nothing. */
  private static final Pattern PLACE = Pattern.compile("(train\\.dataset|data) = .*");

  private final Study study;
  private final Study shipped;
  private final String output;
  private final Configuration hadoop;

  /**
   * @param shipped the same study by its file alone
   * @param output the folder of all studies
   */
  ResultReader(Study study, Study shipped, String output, Configuration hadoop) {
    this.study = study;
    this.shipped = shipped;
    this.output = output;
    this.hadoop = hadoop;
  }

  StudyResult read() throws IOException {
    List<ResultRow> rows = new ArrayList<>();
    for (Study.Entry entry : study.entries()) {
      rows.add(row(entry));
    }
    return new StudyResult(
        StudyResult.SCHEMA_VERSION,
        Product.VERSION,
        study.name(),
        study.settings().title(),
        study.settings().source(),
        study.columns(),
        rows,
        new FindingCheck(study, rows).findings(),
        study.settings().notes(),
        differs());
  }

  private ResultRow row(Study.Entry entry) throws IOException {
    StudyRow row = entry.row();
    List<RowRun> runs = finished(row);
    List<Report> reports = new ArrayList<>();
    List<Seed> seeds = new ArrayList<>();
    double seconds = 0;
    for (RowRun run : runs) {
      Report report = Report.read(run.report(), hadoop);
      reports.add(report);
      seeds.add(new Seed(run.seed(), link(run), values(report)));
      seconds += seconds(RunLog.read(run.run(), hadoop));
    }
    List<Cell> cells = new ArrayList<>();
    for (int c = 0; c < study.columns().size(); c++) {
      int column = c;
      Optional<Double> paper = entry.settings().paper().flatMap(figures -> figures.get(column));
      cells.add(cell(study.columns().get(c), paper.orElse(null), reports));
    }
    NetworkCost cost = new NetworkCost(row.settings().network());
    ClusterSettings cluster = row.settings().cluster();
    int cores = cluster.executors().max() * cluster.coresPerExecutor();
    return new ResultRow(
        entry.settings().id(),
        entry.settings().shownTitle(),
        entry.settings().group().orElse(""),
        row.key(),
        row.start().text(),
        cells,
        seeds,
        cost.parameters(),
        cost.multiplyAdds(),
        seeds.isEmpty() ? null : seconds * cores / SECONDS_PER_HOUR,
        curve(RunLog.read(RowRun.of(row, 0, output).run(), hadoop)));
  }

  /** Another study may have begun one of the rows with other settings meanwhile. */
  private List<RowRun> finished(StudyRow row) throws IOException {
    List<RowRun> runs = new ArrayList<>();
    for (RowRun run : RowRun.begun(row, output, hadoop)) {
      if (run.finished(hadoop)) {
        run.requireUnchanged(hadoop);
        runs.add(run);
      }
    }
    return runs;
  }

  private String link(RowRun run) {
    String within =
        "%s/%s%d/report/%s"
            .formatted(run.row().id(), RowRun.SEED, run.seed(), HtmlReport.FILE_NAME);
    return run.row().study().equals(study.name())
        ? within
        : "../%s/%s".formatted(run.row().study(), within);
  }

  private List<Double> values(Report report) {
    List<Double> values = new ArrayList<>();
    for (Column column : study.columns()) {
      values.add(column.figure(report).map(f -> column.shown(f.pooled())).orElse(null));
    }
    return values;
  }

  private static Cell cell(Column column, Double paper, List<Report> reports) {
    List<Report.Figure> figures =
        reports.stream().flatMap(report -> column.figure(report).stream()).toList();
    if (figures.isEmpty()) {
      return new Cell(paper, null, null, null);
    }
    double[] values =
        figures.stream().mapToDouble(f -> column.shown(f.pooled())).sorted().toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    if (values.length > 1) {
      return new Cell(paper, mean, values[0], values[values.length - 1]);
    }
    List<Double> interval = figures.get(0).interval();
    return interval == null
        ? new Cell(paper, mean, null, null)
        : new Cell(paper, mean, column.shown(interval.get(0)), column.shown(interval.get(1)));
  }

  /** Of the steps that count; what an interruption lost does not. */
  private static double seconds(List<ProgressLine> log) {
    double seconds = 0;
    long before = 0;
    for (ProgressLine line : log) {
      seconds += line.secondsPerStep() * (line.step() - before);
      before = line.step();
    }
    return seconds;
  }

  private static List<Loss> curve(List<ProgressLine> log) {
    int each = Math.max(1, (log.size() + POINTS - 1) / POINTS);
    List<Loss> curve = new ArrayList<>();
    for (int from = 0; from < log.size(); from += each) {
      List<ProgressLine> lines = log.subList(from, Math.min(log.size(), from + each));
      Map<String, Double> means = new LinkedHashMap<>();
      for (ProgressLine line : lines) {
        line.losses().forEach((task, loss) -> means.merge(task, loss / lines.size(), Double::sum));
      }
      curve.add(new Loss(lines.get(lines.size() - 1).step(), means));
    }
    return curve;
  }

  private List<String> differs() {
    Set<String> differs = new LinkedHashSet<>();
    if (study.settings().sample()) {
      differs.add("the data are rooms that this program draws");
    }
    for (int i = 0; i < study.entries().size(); i++) {
      Identity.differences(
              Identity.of(shipped.entries().get(i).row()),
              Identity.of(study.entries().get(i).row()))
          .stream()
          .filter(line -> !Identity.isOfStart(line) && !PLACE.matcher(line).matches())
          .forEach(differs::add);
    }
    return List.copyOf(differs);
  }
}
