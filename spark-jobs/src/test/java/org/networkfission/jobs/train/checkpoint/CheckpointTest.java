package org.networkfission.jobs.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a program whose user writes other digits. */
class CheckpointTest {
  private final Locale usual = Locale.getDefault();

  @BeforeEach
  void writeInPersian() {
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
  }

  @AfterEach
  void writeAsUsual() {
    Locale.setDefault(usual);
  }

  @Test
  void namesHaveTheSameDigitsEverywhere() {
    assertThat("%d".formatted(12)).isNotEqualTo("12");
    assertThat(Checkpoint.name(12)).isEqualTo("00000012");
    assertThat(Checkpoint.optimizerName(1, 2)).isEqualTo("optimizer-01-of-02");
  }
}
