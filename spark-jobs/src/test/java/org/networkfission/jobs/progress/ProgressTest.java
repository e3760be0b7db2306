package org.networkfission.jobs.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void clocksShowHoursOnlyWhereThereAreSome() {
    assertThat(Progress.clock(Duration.ofSeconds(5))).isEqualTo("0:05");
    assertThat(Progress.clock(Duration.ofSeconds(754))).isEqualTo("12:34");
    assertThat(Progress.clock(Duration.ofSeconds(3600 * 30 + 61))).isEqualTo("30:01:01");
  }
}
