package org.networkfission.jobs.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.prep.settings.Check;

/**
 * A study: how it is run, and what its file says.
 *
 * @param output the folder of all studies; each row has a folder of its own in it
 * @param parallelRows how many rows run side by side, each on as many executors as {@code
 *     cluster.executors} says
 * @param datasets the prepared data sets that the shipped studies train on, by name
 * @param sample whether rooms are drawn and prepared where {@code train.dataset} is missing
 * @param imagenet the file of weights that rows from {@code imagenet} begin from, or {@code none}
 *     for new parameters
 * @param title of the page
 * @param source of the published figures
 * @param columns metrics, such as {@code labels/mean-iou}
 * @param rows in the order of the table
 * @param findings of the paper
 * @param notes printed below the table
 */
record StudySettings(
    Optional<String> output,
    int parallelRows,
    Map<String, Optional<String>> datasets,
    boolean sample,
    Optional<String> imagenet,
    String title,
    String source,
    List<String> columns,
    List<RowSettings> rows,
    FindingSettings findings,
    List<String> notes) {
  StudySettings {
    new Check()
        .that("parallelRows", parallelRows, parallelRows >= 1, "at least 1")
        .that(
            "rows",
            rows.stream().map(RowSettings::id).toList(),
            rows.stream().map(RowSettings::id).distinct().count() == rows.size(),
            "rows, each id once")
        .done();
  }

  /** The section of a configuration. */
  record Section(StudySettings study) {}
}
