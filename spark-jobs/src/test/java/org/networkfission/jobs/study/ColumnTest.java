package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.Task;

/** Whatever a report may hold can be a column. */
class ColumnTest {
  @Test
  void everyMetricOfEveryScoringIsAColumn() {
    List<String> expected =
        List.of(Task.values()).stream()
            .flatMap(task -> task.scorings().stream())
            .flatMap(s -> s.metrics().stream().map(metric -> s.id() + "/" + metric.id()))
            .sorted()
            .toList();

    assertThat(Column.names())
        .isEqualTo(expected)
        .contains("disparity/below-1.25", "aligned-depth/rmse", "labels/mean-iou");
  }

  @Test
  void titlesTellColumnsApart() {
    List<Column> columns =
        Column.names().stream().map(name -> Column.of(name).orElseThrow()).toList();

    assertThat(columns).extracting(Column::title).doesNotHaveDuplicates();
    assertThat(Column.of("depth/below-1.25").orElseThrow().title()).isEqualTo("depth < 1.25");
  }

  @Test
  void aMobileNetworkShowsItsDepth() {
    Column column = Column.of("disparity/below-1.25").orElseThrow();
    Report.Figure figure =
        new Report.Figure(
            "depth < 1.25", "share", true, 0.625, 0.6, 0.6, List.of(0.5, 0.7), Map.of());
    Report.TaskReport task =
        new Report.TaskReport(
            1,
            10,
            Map.of("below-1.25", figure),
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of());
    Report report =
        new Report(
            1, "0", null, null, null, null, Map.of("disparity", task), List.of(), null, List.of());

    assertThat(column.figure(report)).contains(figure);
    assertThat(column.unit()).isEqualTo(Unit.SHARE);
    assertThat(column.textWithUnit(column.shown(0.625))).isEqualTo("62.5 %");
  }
}
