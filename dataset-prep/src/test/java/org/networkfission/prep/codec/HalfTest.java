package org.networkfission.prep.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HalfTest {
  @Test
  void everyHalfComesBack() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float value = Half.value((short) bits);
      if (Float.isFinite(value) && bits != 0x8000) {
        assertThat(Half.of(value)).as("%04x", bits).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    assertThat(Half.value(Half.of(1 + 0x1p-11f))).isEqualTo(1);
    assertThat(Half.value(Half.of(1 + 3 * 0x1p-11f))).isEqualTo(1 + 0x1p-9f);
    assertThat(Half.value(Half.of(1 + 0x1.8p-11f))).isEqualTo(1 + 0x1p-10f);
    assertThat(Half.value(Half.of(2 - 0x1p-12f))).isEqualTo(2);
    assertThat(Half.value(Half.of(0x1p-25f))).isZero();
    assertThat(Half.value(Half.of(0x1.8p-25f))).isEqualTo(0x1p-24f);
    assertThat(Half.value(Half.of(-0.1f))).isEqualTo(-0.099975586f);
  }

  @Test
  void refusesWhatItCannotHold() {
    assertThat(Half.value(Half.of(65_504))).isEqualTo(65_504);
    assertThatThrownBy(() -> Half.of(65_505))
        .hasMessage("Cannot round 65505.0 to float16: its largest is 65504");
    assertThatThrownBy(() -> Half.of(Float.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
