package org.networkfission.jobs.report;

import java.util.Locale;
import java.util.stream.Collectors;
import org.networkfission.model.network.Task;

/** {@code compare.md}. */
public final class CompareMarkdown {
  /** The file's name. */
  public static final String FILE_NAME = "compare.md";

  private CompareMarkdown() {}

  /** Writes the comparison as Markdown. */
  public static String of(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    text.append(
        "# Comparison: %s, %s\n\n"
            .formatted(comparison.data().dataset(), comparison.data().split()));
    text.append(
        String.format(
            Locale.ROOT,
            "%,d frames. In parentheses: the difference to %s and the interval that holds 95 %% of the paired bootstrap replicates' differences.\n\n",
            comparison.data().frames(),
            comparison.networks().get(0).name()));
    comparison.otherData().forEach(line -> text.append(line).append(".\n\n"));
    text.append(CompareTable.networks(comparison).markdown());
    if (!comparison.gains().isEmpty()) {
      text.append("\n## Multi-task gain\n\n");
      text.append(CompareTable.gains(comparison).markdown());
    }
    for (String task : comparison.tasks().keySet()) {
      text.append("\n## %s\n\n".formatted(task));
      text.append(CompareTable.of(comparison, task).markdown());
      if (Task.isOfClasses(task)) {
        text.append("\n").append(classes(comparison));
      }
    }
    return text.toString();
  }

  private static String classes(Comparison comparison) {
    String header =
        comparison.networks().stream()
            .map(n -> " " + n.name() + " |")
            .collect(Collectors.joining("", "| class, IoU |", "\n|---|"));
    StringBuilder text = new StringBuilder(header);
    text.append("---:|".repeat(comparison.networks().size())).append("\n");
    for (Comparison.ClassIou c : comparison.classes()) {
      text.append("| ").append(c.name()).append(" |");
      for (Comparison.Network n : comparison.networks()) {
        Double iou = c.iou().get(n.name());
        text.append(iou == null ? " – |" : String.format(Locale.ROOT, " %.1f %% |", 100 * iou));
      }
      text.append("\n");
    }
    return text.toString();
  }
}
