package org.networkfission.model.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void everyPieceIsDoneOnceWithinPiecesToo() {
    AtomicIntegerArray done = new AtomicIntegerArray(12 * 7);
    Workers.forEach(12, i -> Workers.forEach(7, k -> done.incrementAndGet(7 * i + k)));
    for (int i = 0; i < done.length(); i++) {
      assertThat(done.get(i)).isEqualTo(1);
    }
    Workers.forEach(0, i -> done.incrementAndGet(i));
  }

  @Test
  void aPieceThatFailsFailsAll() {
    assertThatThrownBy(
            () ->
                Workers.forEach(
                    4,
                    i -> {
                      if (i == 3) {
                        throw new IllegalStateException("three");
                      }
                    }))
        .hasMessageContaining("three");
  }
}
