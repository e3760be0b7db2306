package org.networkfission.jobs.report;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code report.md}. */
public final class MarkdownReport {
  /** The file's name. */
  public static final String FILE_NAME = "report.md";

  private MarkdownReport() {}

  /** Writes the report as Markdown. */
  public static String of(Report report, Provenance provenance) {
    StringBuilder text = new StringBuilder();
    text.append(
        "# Evaluation: %s, %s\n\n".formatted(report.data().dataset(), report.data().split()));
    text.append(
        String.format(
            Locale.ROOT,
            "%,d frames; %s fission of %s at %d x %d, step %,d.\n",
            report.data().frames(),
            report.model().scheme(),
            String.join(", ", report.model().tasks()),
            report.model().width(),
            report.model().height(),
            report.model().step()));
    if (report.protocol() != null) {
      text.append("\n%s\n".formatted(report.protocol().sentence()));
    }
    if (report.exported() != null) {
      text.append("\n%s\n".formatted(report.exported().summary(provenance)));
    }
    for (String task : report.absent()) {
      text.append("\nThe split has no truth for %s: not judged.\n".formatted(task));
    }
    if (report.corrupt().rows() > 0) {
      text.append(
          "\n%d rows could not be read: %s.\n"
              .formatted(report.corrupt().rows(), String.join(", ", report.corrupt().keys())));
    }
    for (String task : report.tasks().keySet()) {
      text.append("\n## %s\n\n".formatted(task));
      text.append(TextTable.of(report, task).markdown());
      Report.TaskReport details = report.tasks().get(task);
      if (details.classes() != null) {
        text.append("\n| class | pixels | IoU | accuracy |\n|---|---:|---:|---:|\n");
        for (Report.ClassFigure c : details.classes()) {
          if (c.iou() != null) {
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.1f %% | %.1f %% |\n",
                    c.name(),
                    c.pixels(),
                    100 * c.iou(),
                    100 * c.accuracy()));
          }
        }
        String absent = Classes.absent(details);
        if (!absent.isEmpty()) {
          text.append("\nNot in this split, and left out of the means: %s.\n".formatted(absent));
        }
      }
    }
    text.append("\n## Provenance\n\n");
    text.append(
        provenance.facts().entrySet().stream()
            .map((Map.Entry<String, String> e) -> "- %s: %s\n".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining()));
    return text.toString();
  }
}
