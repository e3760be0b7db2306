package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.report.Report.Published;

/** Rows of the supplement that stand beside a network's figures. */
class PaperFiguresTest {
  @Test
  void aNetworkOfAllTasksStandsBesideEveryRowOfItsScheme() {
    List<Published> rows =
        PaperFigures.of("scenenet", "mid", List.of("labels", "normals", "depth"));

    assertThat(rows)
        .extracting(Published::source, Published::network)
        .containsExactly(
            tuple("supplement, Table 1", "one network per task"),
            tuple("supplement, Table 3", "mid, labels + normals (1:10)"),
            tuple("supplement, Table 4", "mid, normals + depth (10:1)"),
            tuple("supplement, Table 5", "mid, labels + depth (2:1)"));
    assertThat(rows.get(0).values())
        .containsOnly(
            entry("labels/mean-iou", 50.3 / 100),
            entry("normals/below-11.25", 83.0 / 100),
            entry("normals/below-22.5", 91.5 / 100),
            entry("normals/below-30", 93.8 / 100),
            entry("normals/mean-angle", 8.3),
            entry("depth/below-1.25", 86.1 / 100),
            entry("depth/below-1.25^2", 95.3 / 100),
            entry("depth/below-1.25^3", 97.5 / 100));
    assertThat(rows.get(3).values())
        .containsOnly(
            entry("labels/mean-iou", 51.0 / 100),
            entry("depth/below-1.25", 82.8 / 100),
            entry("depth/below-1.25^2", 94.7 / 100),
            entry("depth/below-1.25^3", 97.3 / 100));
  }

  @Test
  void aRowOfOtherTasksIsLeftOut() {
    assertThat(PaperFigures.of("scenenet", "early-mid", List.of("labels", "depth")))
        .extracting(Published::source)
        .containsExactly("supplement, Table 1", "supplement, Table 5");
    List<Published> single = PaperFigures.of("scenenet", "single", List.of("normals"));
    assertThat(single).hasSize(1);
    assertThat(single.get(0).values())
        .containsOnlyKeys(
            "normals/below-11.25", "normals/below-22.5", "normals/below-30", "normals/mean-angle");
  }

  @Test
  void nothingIsKnownOfOtherDataOrOtherTasks() {
    assertThat(PaperFigures.of("nyudv2", "mid", List.of("labels", "normals"))).isEmpty();
    assertThat(PaperFigures.of("scenenet", "single", List.of("disparity"))).isEmpty();
  }
}
