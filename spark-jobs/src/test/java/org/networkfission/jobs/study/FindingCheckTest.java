package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.networkfission.jobs.study.StudyResult.Cell;
import org.networkfission.jobs.study.StudyResult.Verdict;

/** One row beats another only where their ranges do not overlap. */
class FindingCheckTest {
  private static final Column SHARE = Column.of("normals/below-30").orElseThrow();
  private static final Column ANGLE = Column.of("normals/mean-angle").orElseThrow();

  private static Cell cell(double low, double ours, double high) {
    return new Cell(null, ours, low, high);
  }

  @Test
  void rangesApart() {
    Cell low = cell(10, 11, 12);
    Cell high = cell(13, 14, 15);

    assertThat(FindingCheck.verdict(SHARE, high, low)).isEqualTo(Verdict.HOLDS);
    assertThat(FindingCheck.verdict(SHARE, low, high)).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(FindingCheck.verdict(ANGLE, low, high)).isEqualTo(Verdict.HOLDS);
    assertThat(FindingCheck.verdict(ANGLE, high, low)).isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void rangesThatOverlapAndRowsThatAreMissing() {
    assertThat(FindingCheck.verdict(SHARE, cell(10, 11, 13), cell(12, 14, 15)))
        .isEqualTo(Verdict.NOT_DECIDED);
    assertThat(FindingCheck.verdict(SHARE, cell(10, 11, 12), new Cell(83.0, null, null, null)))
        .isEqualTo(Verdict.NOT_DECIDED);
  }
}
