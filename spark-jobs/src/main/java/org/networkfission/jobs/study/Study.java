package org.networkfission.jobs.study;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.settings.Settings;

/**
 * A study that has been read and checked.
 *
 * @param name also that of its folder
 * @param settings what its file says
 * @param columns of its table
 * @param entries the rows of its table, in order
 * @param layers of the base that rows differ from
 * @param base the same, bound
 */
record Study(
    String name,
    StudySettings settings,
    List<Column> columns,
    List<Entry> entries,
    Layers layers,
    Settings base) {
  /** Those that come with the product, each in {@code conf/studies}. */
  static final List<String> SHIPPED =
      List.of(
          "single-task",
          "auxiliary-loss",
          "loss-balance",
          "normals-depth-fission",
          "semantics-depth-fission",
          "initialisation-normals-depth",
          "initialisation-semantics-depth",
          "variability",
          "scannet",
          "nyudv2",
          "labels-normals-fission",
          "three-task-fission",
          "mobile",
          "nyudv2-40",
          "balance");

  /**
   * A row of the table.
   *
   * @param settings its name, place and published figures
   * @param row the training, which may be another study's
   */
  record Entry(RowSettings settings, StudyRow row) {}

  static <T> List<T> append(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }
}
