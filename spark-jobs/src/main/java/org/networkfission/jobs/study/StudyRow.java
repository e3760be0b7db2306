package org.networkfission.jobs.study;

import java.util.stream.Stream;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.settings.Settings;

/**
 * One training and its evaluation.
 *
 * @param study whose row it is; its folder lies in that of the study
 * @param id within the study
 * @param start what it begins from
 * @param layers its configuration, but for what its seed and its folder decide
 * @param settings the same, bound
 */
record StudyRow(String study, String id, Start start, Layers layers, Settings settings) {
  /** The row's name among all studies. */
  String key() {
    return study + "/" + id;
  }

  /** This row and those that it builds on. */
  Stream<StudyRow> withStarts() {
    return Stream.concat(Stream.of(this), start.row().stream().flatMap(StudyRow::withStarts));
  }
}
