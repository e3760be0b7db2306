package org.networkfission.model.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.model.balance.ClassWeights.Frequencies;
import org.networkfission.model.network.ClassBalance;
import org.networkfission.model.network.LabelLoss;

class ClassWeightsTest {
  /** Void has a tenth of the pixels; class 3 is nowhere; class 4 is rare, but large where it is. */
  private static final Frequencies FREQUENCIES =
      new Frequencies(List.of(0.1, 0.6, 0.2, 0.0, 0.1), List.of(0.0, 1.0, 0.8, 0.0, 0.1), 1_000);

  private static List<Double> weights(ClassBalance balance, double beta) {
    return ClassWeights.of(new LabelLoss(1, 0, 0, balance, beta, List.of(), null), FREQUENCIES);
  }

  /** Of the pixels with a class two thirds are of class 1, two ninths of 2 and one ninth of 4. */
  private static double mean(List<Double> weights) {
    return (0.6 * weights.get(1) + 0.2 * weights.get(2) + 0.1 * weights.get(4)) / 0.9;
  }

  @ParameterizedTest
  @EnumSource(value = ClassBalance.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theMeanOverThePixelsIsOne(ClassBalance balance) {
    List<Double> weights = weights(balance, 0.999);
    assertThat(mean(weights)).isCloseTo(1, within(1e-12));
    assertThat(weights.get(0)).isZero();
    assertThat(weights.get(3)).isZero();
  }

  @Test
  void inverseGivesAllClassesEquallyMuch() {
    List<Double> weights = weights(ClassBalance.INVERSE, 0);
    // Three classes, of which each has a third of the whole.
    assertThat(weights.get(1)).isCloseTo(0.9 / 3 / 0.6, within(1e-12));
    assertThat(weights.get(2)).isCloseTo(0.9 / 3 / 0.2, within(1e-12));
    assertThat(weights.get(4)).isCloseTo(0.9 / 3 / 0.1, within(1e-12));
  }

  @Test
  void medianLooksAtTheFramesThatShowAClass() {
    List<Double> weights = weights(ClassBalance.MEDIAN, 0);
    // Frequencies 0.6, 0.25 and 1.0: the median is 0.6.
    assertThat(weights.get(2) / weights.get(1)).isCloseTo(0.6 / 0.25, within(1e-12));
    assertThat(weights.get(4) / weights.get(1)).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void effectiveLiesBetweenAllAlikeAndInverse() {
    List<Double> alike = weights(ClassBalance.EFFECTIVE, 0);
    assertThat(List.of(alike.get(1), alike.get(2), alike.get(4)))
        .allSatisfy(w -> assertThat(w).isCloseTo(1, within(1e-12)));
    List<Double> some = weights(ClassBalance.EFFECTIVE, 0.99);
    double of600 = 0.01 / (1 - Math.pow(0.99, 600));
    double of100 = 0.01 / (1 - Math.pow(0.99, 100));
    assertThat(some.get(4) / some.get(1)).isCloseTo(of100 / of600, within(1e-9));
    List<Double> much = weights(ClassBalance.EFFECTIVE, 0.99999999);
    assertThat(much.get(4) / much.get(1)).isCloseTo(6, within(1e-4));
  }

  @Test
  void noneLeavesWhatTheLossSays() {
    List<Double> own = List.of(0.0, 1.0, 2.0, 3.0, 4.0);
    assertThat(ClassWeights.of(new LabelLoss(1, 0, 0, null, null, own, null), FREQUENCIES))
        .isEqualTo(own);
  }

  @Test
  void withoutAPixelThereIsNothingToBalance() {
    LabelLoss loss = new LabelLoss(1, 0, 0, ClassBalance.INVERSE, null, null, null);
    Frequencies nothing = new Frequencies(List.of(1.0, 0.0), List.of(0.0, 0.0), 3);
    assertThatThrownBy(() -> ClassWeights.of(loss, nothing))
        .hasMessage("Cannot balance classes: no pixel has one");
  }
}
