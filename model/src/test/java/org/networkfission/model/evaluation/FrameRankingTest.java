package org.networkfission.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameRankingTest {
  private static FrameRanking ranking(int from, int to, boolean higherIsBetter) {
    FrameRanking ranking = new FrameRanking(higherIsBetter);
    for (int i = from; i < to; i++) {
      ranking.add(new ScoredFrame(new FrameRef("k" + i, i, 0), i));
    }
    return ranking;
  }

  @Test
  void ranks() {
    FrameRanking ranking = ranking(0, 101, true);

    assertThat(ranking.best(2)).extracting(ScoredFrame::score).containsExactly(100.0, 99.0);
    assertThat(ranking.worst(2)).extracting(ScoredFrame::score).containsExactly(0.0, 1.0);
    assertThat(ranking.median(1)).extracting(ScoredFrame::score).containsExactly(50.0);
    assertThat(ranking.median(3)).extracting(ScoredFrame::score).containsExactly(49.0, 50.0, 51.0);
  }

  @Test
  void ranksErrors() {
    FrameRanking ranking = ranking(0, 101, false);

    assertThat(ranking.best(1)).extracting(ScoredFrame::score).containsExactly(0.0);
    assertThat(ranking.worst(1)).extracting(ScoredFrame::score).containsExactly(100.0);
  }

  @Test
  void takesAsManyAsThereAre() {
    assertThat(ranking(0, 2, true).best(3)).hasSize(2);
    assertThat(ranking(0, 2, true).median(3)).hasSize(2);
    assertThat(ranking(0, 0, true).median(3)).isEmpty();
  }

  @Test
  void staysSmallAndTheSameWhateverThePieces() {
    FrameRanking whole = ranking(0, 20_000, true);
    FrameRanking merged = ranking(12_000, 20_000, true);
    merged.add(ranking(0, 5_000, true));
    merged.add(ranking(5_000, 12_000, true));

    assertThat(merged.scores()).hasSize(4096).isEqualTo(whole.scores());
    assertThat(merged.median(3)).isEqualTo(whole.median(3));
    assertThat(whole.median(1).get(0).score()).isBetween(9_000.0, 11_000.0);
    assertThat(merged.best(8)).isEqualTo(whole.best(8));
  }
}
