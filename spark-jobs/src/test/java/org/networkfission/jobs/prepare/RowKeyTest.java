package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowKeyTest {
  @Test
  void theHashIsAFunctionOfSeedAndKey() {
    assertThat(RowKey.hash("scenenet/0/1/25", 1)).isEqualTo(RowKey.hash("scenenet/0/1/25", 1));
    assertThat(RowKey.hash("scenenet/0/1/25", 1)).isNotEqualTo(RowKey.hash("scenenet/0/1/25", 2));
    assertThat(RowKey.hash("scenenet/0/1/25", 1)).isNotEqualTo(RowKey.hash("scenenet/0/1/50", 1));
  }

  @Test
  void rowsSpreadEvenlyOverShards() {
    int[] rows = new int[4];
    for (int i = 0; i < 4000; i++) {
      rows[RowKey.shard(RowKey.hash("scenenet/0/1/" + i, 7), 4)]++;
    }

    for (int count : rows) {
      assertThat(count).isBetween(900, 1100);
    }
  }

  @Test
  void rowsOfOneHashAreOrderedByKey() {
    List<RowKey> keys =
        new ArrayList<>(
            List.of(new RowKey(0, 5, "b"), new RowKey(0, 5, "a"), new RowKey(0, -1, "c")));

    keys.sort(RowKey.ORDER);

    assertThat(keys).extracting(RowKey::key).containsExactly("c", "a", "b");
  }
}
