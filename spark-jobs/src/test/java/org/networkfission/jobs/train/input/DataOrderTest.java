package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.input.DataOrder.Row;

class DataOrderTest {
  private static final List<RowGroup> GROUPS =
      List.of(
          new RowGroup("train/part-00000.parquet", 0, 40),
          new RowGroup("train/part-00000.parquet", 1, 7),
          new RowGroup("train/part-00001.parquet", 0, 53),
          new RowGroup("train/part-00001.parquet", 1, 1),
          new RowGroup("train/part-00002.parquet", 0, 36));
  private static final int ROWS = 137;

  private static DataOrder order(long seed, int replicas, int rank) {
    return new DataOrder(GROUPS, seed, replicas, rank, 20);
  }

  private static List<Row> rows(DataOrder order, int epoch) {
    return order.epoch(epoch).stream().flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, ROWS})
  void everyRowIsReadOnceAnEpochAndSharesDifferByOneRowAtMost(int replicas) {
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Row> all = new ArrayList<>();
      for (int rank = 0; rank < replicas; rank++) {
        DataOrder order = order(5, replicas, rank);
        List<Row> rows = rows(order, epoch);
        assertThat(order.rowsPerEpoch()).isBetween(ROWS / (long) replicas, ROWS / replicas + 1L);
        assertThat(rows).hasSize((int) order.rowsPerEpoch());
        all.addAll(rows);
      }
      assertThat(all).hasSize(ROWS);
      assertThat(new HashSet<>(all)).hasSize(ROWS);
    }
  }

  @Test
  void theOrderFollowsFromSeedEpochReplicasAndRank() {
    List<Row> rows = rows(order(5, 2, 0), 1);

    assertThat(rows(order(5, 2, 0), 1)).isEqualTo(rows);
    assertThat(rows(order(6, 2, 0), 1)).isNotEqualTo(rows);
    assertThat(rows(order(5, 2, 0), 2)).isNotEqualTo(rows);
    assertThat(rows(order(5, 2, 1), 1)).doesNotContainAnyElementsOf(rows);
    assertThat(rows(order(5, 3, 0), 1)).isNotEqualTo(rows);
  }

  @Test
  void rowsAreShuffledWithinWindowsOfWholeGroups() {
    List<List<Row>> windows = order(5, 1, 0).epoch(0);

    assertThat(windows).hasSizeGreaterThan(1);
    assertThat(windows.subList(0, windows.size() - 1))
        .allSatisfy(window -> assertThat(window).hasSizeGreaterThanOrEqualTo(20));
    assertThat(windows.get(0).stream().map(Row::row).toList())
        .as("not in the order of the file")
        .isNotEqualTo(windows.get(0).stream().map(Row::row).sorted().toList());
  }

  @Test
  void refusesMoreReplicasThanRows() {
    assertThatThrownBy(() -> order(5, ROWS + 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot deal 137 rows to 138 replicas");
  }
}
