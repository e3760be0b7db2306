package org.networkfission.jobs.study;

import java.util.List;
import org.networkfission.prep.settings.Check;

/**
 * What the paper found, to be judged by our figures.
 *
 * @param better that a row beats another one
 * @param within that rows are alike
 * @param costs that a row costs hardly more than another one
 */
record FindingSettings(List<Better> better, List<Within> within, List<Costs> costs) {
  /**
   * That a row beats another one.
   *
   * @param says the finding in words
   * @param metric a column
   * @param better the row that is said to be better
   * @param than the other row
   */
  record Better(String says, String metric, String better, String than) {}

  /**
   * That rows are alike.
   *
   * @param metric a column
   * @param within how far a row may be from the middle of the highest and the lowest, in percent or
   *     degrees
   */
  record Within(String says, String metric, List<String> rows, double within) {
    Within {
      new Check()
          .that("rows", rows, rows.size() >= 2, "at least two rows")
          .that("within", within, within >= 0, "0 or more")
          .done();
    }
  }

  /**
   * That a row costs hardly more multiply-adds than another one.
   *
   * @param row the row
   * @param over the row that it is compared with
   * @param atMost by how much more, in percent
   */
  record Costs(String says, String row, String over, double atMost) {}
}
