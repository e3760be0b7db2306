package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.train.input.StepShare.Piece;

/** Pieces of a step, shared among any number of replicas. */
class StepShareTest {
  @ParameterizedTest
  @CsvSource({"4,1,4", "4,1,3", "4,1,2", "4,1,1", "8,1,7", "8,4,7", "3,5,2", "1,1,1"})
  void everyPieceIsComputedOnceAndWhoeverHasMoreHasOneMore(int virtual, int each, int replicas) {
    List<Piece> all = new ArrayList<>();
    int next = 0;
    for (int rank = 0; rank < replicas; rank++) {
      StepShare share = StepShare.of(virtual, each, replicas, rank, false);
      assertThat(share.first()).isEqualTo(next);
      assertThat(share.total()).isEqualTo(virtual * each);
      assertThat(share.minibatches().size())
          .isBetween(virtual * each / replicas, (virtual * each + replicas - 1) / replicas);
      share.minibatches().forEach(minibatch -> assertThat(minibatch).hasSize(1));
      share.minibatches().forEach(all::addAll);
      next += share.minibatches().size();
    }
    assertThat(all).hasSize(virtual * each).doesNotHaveDuplicates();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i)).isEqualTo(new Piece(i / each, i % each));
    }
  }

  @Test
  void asManyReplicasAsVirtualOnesEachHaveOne() {
    StepShare share = StepShare.of(4, 2, 4, 3, false);
    assertThat(share.minibatches())
        .containsExactly(List.of(new Piece(3, 0)), List.of(new Piece(3, 1)));
    assertThat(share).isEqualTo(StepShare.of(4, 2, 4, 3, true));
    assertThat(share.mean()).isEqualTo(2);
    assertThat(StepShare.of(4, 1, 3, 0, false).mean()).isEqualTo(4 / 3.0);
  }

  /** All replicas compute a round at the same time, of the same pieces whatever their number. */
  @Test
  void joinedMinibatchesHoldARoundOfAllPieces() {
    for (int replicas : List.of(1, 2, 4)) {
      for (int round = 0; round < 3; round++) {
        List<Piece> pieces = new ArrayList<>();
        for (int rank = 0; rank < replicas; rank++) {
          StepShare share = StepShare.of(4, 3, replicas, rank, true);
          assertThat(share.piecesOfMinibatch()).isEqualTo(4 / replicas);
          assertThat(share.mean()).isEqualTo(3);
          pieces.addAll(share.minibatches().get(round));
        }
        int number = round;
        assertThat(pieces)
            .containsExactly(
                new Piece(0, number),
                new Piece(1, number),
                new Piece(2, number),
                new Piece(3, number));
      }
    }
    assertThatThrownBy(() -> StepShare.of(4, 1, 3, 0, true))
        .hasMessage("Cannot share 4 virtual replicas among 3");
    assertThatThrownBy(() -> StepShare.of(2, 4, 3, 0, false))
        .hasMessage("Cannot share 2 virtual replicas among 3");
  }
}
