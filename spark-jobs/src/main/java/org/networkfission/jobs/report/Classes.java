package org.networkfission.jobs.report;

import java.util.stream.Collectors;

/** What is said of classes. */
final class Classes {
  private Classes() {}

  /** Names of the classes that the split does not show, void left out; may be empty. */
  static String absent(Report.TaskReport labels) {
    return labels.classes().stream()
        .filter(c -> c.id() != 0 && c.iou() == null)
        .map(Report.ClassFigure::name)
        .collect(Collectors.joining(", "));
  }
}
