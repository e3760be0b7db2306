package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.input.DataOrder.RowPlace;

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

  private static List<RowPlace> rows(DataOrder order, int epoch) {
    return order.epoch(epoch).stream().flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, ROWS})
  void everyRowIsReadOnceAnEpochAndSharesDifferByOneRowAtMost(int replicas) {
    for (int epoch = 0; epoch < 3; epoch++) {
      List<RowPlace> all = new ArrayList<>();
      for (int rank = 0; rank < replicas; rank++) {
        DataOrder order = order(5, replicas, rank);
        List<RowPlace> rows = rows(order, epoch);
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
    List<RowPlace> rows = rows(order(5, 2, 0), 1);

    assertThat(rows(order(5, 2, 0), 1)).isEqualTo(rows);
    assertThat(rows(order(6, 2, 0), 1)).isNotEqualTo(rows);
    assertThat(rows(order(5, 2, 0), 2)).isNotEqualTo(rows);
    assertThat(rows(order(5, 2, 1), 1)).doesNotContainAnyElementsOf(rows);
    assertThat(rows(order(5, 3, 0), 1)).isNotEqualTo(rows);
  }

  @Test
  void rowsAreShuffledWithinWindowsOfWholeGroups() {
    List<List<RowPlace>> windows = order(5, 1, 0).epoch(0);

    assertThat(windows).hasSizeGreaterThan(1);
    assertThat(windows.subList(0, windows.size() - 1))
        .allSatisfy(window -> assertThat(window).hasSizeGreaterThanOrEqualTo(20));
    assertThat(windows.get(0).stream().map(RowPlace::row).toList())
        .as("not in the order of the file")
        .isNotEqualTo(windows.get(0).stream().map(RowPlace::row).sorted().toList());
  }

  @Test
  void refusesMoreReplicasThanRows() {
    assertThatThrownBy(() -> order(5, ROWS + 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot deal 137 rows to 138 replicas");
  }

  // ------------------------------------------------------------------ repeats

  /** Every third row shows class 1, and one of them class 2. */
  private static Repeats repeats() {
    List<byte[]> classes = new ArrayList<>();
    int number = 0;
    for (RowGroup group : GROUPS) {
      byte[] rows = new byte[group.rows()];
      for (int row = 0; row < rows.length; row++, number++) {
        rows[row] = (byte) (number == 60 ? 2 : number % 3 == 0 ? 1 : 0);
      }
      classes.add(rows);
    }
    return new Repeats(List.of(Repeats.ONE, 5 * Repeats.ONE / 2, 9 * Repeats.ONE), classes);
  }

  private static DataOrder repeating(int replicas, int rank) {
    return new DataOrder(GROUPS, repeats(), 5, replicas, rank, 20);
  }

  private static Map<RowPlace, Long> times(List<RowPlace> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                row -> new RowPlace(row.group(), row.row(), 0), Collectors.counting()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void rowsAreReadInProportionToTheirFactors(int replicas) {
    // 91 rows of factor 1, 45 of 2.5, one of 9.
    int length = (int) Math.ceil(91 + 45 * 2.5 + 9);
    Map<Integer, Long> byFactor = new TreeMap<>();
    int epochs = 40;
    for (int epoch = 0; epoch < epochs; epoch++) {
      List<RowPlace> all = new ArrayList<>();
      for (int rank = 0; rank < replicas; rank++) {
        DataOrder order = repeating(replicas, rank);
        List<RowPlace> rows = rows(order, epoch);
        assertThat(rows).hasSize((int) order.rowsPerEpoch());
        all.addAll(rows);
      }
      assertThat(all).hasSize(length);
      assertThat(new HashSet<>(all)).as("each time has its number").hasSize(length);
      Map<RowPlace, Long> times = times(all);
      assertThat(times).hasSize(ROWS);
      if (replicas > 1) {
        assertThat(times).isEqualTo(times(rows(repeating(1, 0), epoch)));
      }
      times.forEach(
          (row, count) -> {
            int factor = repeats().classes().get(GROUPS.indexOf(row.group()))[row.row()];
            assertThat(count)
                .isBetween(
                    factor == 0 ? 1L : factor == 1 ? 2L : 8L,
                    factor == 0 ? 2L : factor == 1 ? 3L : 10L);
            byFactor.merge(factor, count, Long::sum);
          });
    }
    assertThat(byFactor.get(0) / 91.0 / epochs).isCloseTo(1, within(0.02));
    assertThat(byFactor.get(1) / 45.0 / epochs).isCloseTo(2.5, within(0.02));
    assertThat(byFactor.get(2) / 1.0 / epochs).isCloseTo(9, within(0.1));
  }

  @Test
  void repeatsFollowFromSeedAndEpoch() {
    assertThat(repeating(2, 0).epoch(3)).isEqualTo(repeating(2, 0).epoch(3));
    assertThat(times(rows(repeating(1, 0), 1))).isNotEqualTo(times(rows(repeating(1, 0), 2)));
  }

  @Test
  void factorsOfOneChangeNothing() {
    List<byte[]> classes = GROUPS.stream().map(group -> new byte[group.rows()]).toList();
    Repeats alike = new Repeats(List.of(Repeats.ONE), classes);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(new DataOrder(GROUPS, alike, 5, 3, 1, 20).epoch(epoch))
          .isEqualTo(order(5, 3, 1).epoch(epoch));
    }
  }
}
