package org.networkfission.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.Task;

/** The tables of a comparison as rows of text. */
public final class CompareTable {
  private static final String NONE = "–";

  private CompareTable() {}

  /** The first metric of each task; for a console. */
  public static TextTable headline(Comparison comparison) {
    List<String> columns = new ArrayList<>(List.of(""));
    comparison.networks().forEach(n -> columns.add(n.name()));
    List<List<String>> rows = new ArrayList<>();
    comparison
        .tasks()
        .forEach(
            (scoring, metrics) -> {
              if (Task.isHeadline(scoring)) {
                rows.add(row(comparison, metrics.values().iterator().next()));
              }
            });
    if (!comparison.gains().isEmpty()) {
      List<String> row = new ArrayList<>(List.of("multi-task gain"));
      comparison.networks().forEach(n -> row.add(gain(comparison, n.name())));
      rows.add(row);
    }
    return new TextTable(columns, rows);
  }

  /** Every metric of a task: value, and difference to the first network with its interval. */
  static TextTable of(Comparison comparison, String task) {
    List<String> columns = new ArrayList<>(List.of("metric"));
    comparison.networks().forEach(n -> columns.add(n.name()));
    return new TextTable(
        columns,
        comparison.tasks().get(task).values().stream().map(v -> row(comparison, v)).toList());
  }

  private static List<String> row(Comparison comparison, Comparison.Values values) {
    List<String> row = new ArrayList<>(List.of(values.title()));
    for (Comparison.Network network : comparison.networks()) {
      String cell = value(values, values.pooled().get(network.name()));
      for (Comparison.Difference d : values.differences()) {
        if (d.of().equals(network.name())) {
          cell += " (" + difference(values, d) + ")";
        }
      }
      row.add(cell);
    }
    return row;
  }

  static String value(Comparison.Values values, Double value) {
    return value == null ? NONE : unit(values).format(value);
  }

  /** A difference with its sign and, where there is one, its interval. */
  static String difference(Comparison.Values values, Comparison.Difference difference) {
    String text = signed(values, difference.value());
    return difference.interval() == null ? text : text + ", " + interval(values, difference);
  }

  /** The interval of a difference, e.g. {@code -0.3 to +1.2}. */
  static String interval(Comparison.Values values, Comparison.Difference difference) {
    return "%s to %s"
        .formatted(
            number(signed(values, difference.interval().get(0))),
            number(signed(values, difference.interval().get(1))));
  }

  static String signed(Comparison.Values values, double value) {
    String text =
        unit(values) == Unit.SHARE
            ? String.format(Locale.ROOT, "%.1f points", 100 * value)
            : unit(values).format(value);
    boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    if (zero) {
      return text.replace("-", "");
    }
    return value > 0 ? "+" + text : text;
  }

  private static String number(String text) {
    return text.replaceAll("[^0-9.+-]+$", "");
  }

  private static String gain(Comparison comparison, String network) {
    return comparison.gains().stream()
        .filter(g -> g.of().equals(network))
        .map(CompareTable::gain)
        .findFirst()
        .orElse(NONE);
  }

  /** A gain in percent with its interval. */
  static String gain(Comparison.Gain gain) {
    String text = percent(gain.value());
    return gain.interval() == null
        ? text
        : "%s (%s to %s)"
            .formatted(
                text,
                number(percent(gain.interval().get(0))),
                number(percent(gain.interval().get(1))));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%+.1f %%", 100 * share);
  }

  private static Unit unit(Comparison.Values values) {
    return Unit.valueOf(values.unit().toUpperCase(Locale.ROOT));
  }

  /** The networks as rows. */
  static TextTable networks(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    comparison.networks().forEach(n -> rows.add(network(n)));
    comparison.baselines().forEach(n -> rows.add(network(n)));
    return new TextTable(
        List.of("network", "scheme", "tasks", "input", "width", "parameters", "step", "from"),
        rows);
  }

  private static List<String> network(Comparison.Network network) {
    Report.Model model = network.model();
    return List.of(
        network.name(),
        model.scheme(),
        String.join(", ", model.tasks()),
        "%d × %d".formatted(model.width(), model.height()),
        "× " + model.widthMultiplier(),
        String.format(Locale.ROOT, "%,d", model.parameters()),
        String.format(Locale.ROOT, "%,d", model.step()),
        network.path());
  }

  /** What each network gains over each baseline, and on the whole. */
  static TextTable gains(Comparison comparison) {
    List<String> columns = new ArrayList<>(List.of("network"));
    comparison
        .baselines()
        .forEach(b -> columns.add("%s over %s".formatted(b.model().tasks().get(0), b.name())));
    columns.add("mean, 95 % interval");
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Gain gain : comparison.gains()) {
      List<String> row = new ArrayList<>(List.of(gain.of()));
      for (Comparison.Network baseline : comparison.baselines()) {
        row.add(
            gain.changes().stream()
                .filter(c -> c.from().equals(baseline.name()))
                .map(c -> change(comparison, c))
                .findFirst()
                .orElse(NONE));
      }
      row.add(gain(gain));
      rows.add(row);
    }
    return new TextTable(columns, rows);
  }

  private static String change(Comparison comparison, Comparison.Change change) {
    Map<String, Comparison.Values> metrics = comparison.tasks().get(change.task());
    Comparison.Values values = metrics.get(change.metric());
    return "%s (%s, was %s)"
        .formatted(
            percent(change.relative()),
            value(values, change.value()),
            value(values, change.baseline()));
  }
}
