package org.networkfission.jobs.study;

import java.util.List;
import java.util.Optional;

/**
 * What a row's training begins from: another row, a file of weights, or neither.
 *
 * @param row whose network it is
 * @param weights the file
 */
record Start(Optional<StudyRow> row, Optional<String> weights) {
  static final String SCRATCH = "scratch";
  static final String IMAGENET = "imagenet";

  /** Names that no row can have. */
  static final List<String> NAMES = List.of(SCRATCH, IMAGENET);

  /** New parameters. */
  static Start scratch() {
    return new Start(Optional.empty(), Optional.empty());
  }

  /** The network of another row. */
  static Start from(StudyRow row) {
    return new Start(Optional.of(row), Optional.empty());
  }

  /** A file of weights. */
  static Start from(String weights) {
    return new Start(Optional.empty(), Optional.of(weights));
  }

  /** In words. */
  String text() {
    return row.map(StudyRow::key).or(() -> weights).orElse(SCRATCH);
  }
}
