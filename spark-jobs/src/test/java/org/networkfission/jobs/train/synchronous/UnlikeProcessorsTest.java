package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.op.DataType;

class UnlikeProcessorsTest {
  private static final Arithmetic WIDE =
      new Arithmetic("oneDNN 2.5.2", "avx512_core", 2, DataType.FLOAT32);
  private static final Arithmetic NARROW =
      new Arithmetic("oneDNN 2.5.2", "avx2", 2, DataType.FLOAT32);

  @Test
  void nothingIsSaidOfProcessorsThatAreAlike() {
    assertThat(UnlikeProcessors.among(List.of(WIDE, WIDE))).isEmpty();
    assertThat(UnlikeProcessors.between(List.of(WIDE, WIDE), List.of(WIDE, WIDE))).isEmpty();
    assertThat(UnlikeProcessors.between(List.of(), List.of(WIDE))).isEmpty();
  }

  @Test
  void everyReplicaIsNamedWhereTheyDiffer() {
    assertThat(UnlikeProcessors.among(List.of(WIDE, NARROW)))
        .hasValue(
            "replicas compute differently, so the same run on other hosts may end with other"
                + " parameters: replica 0 with oneDNN 2.5.2 by avx512_core on 2 threads in FLOAT32,"
                + " replica 1 with oneDNN 2.5.2 by avx2 on 2 threads in FLOAT32;"
                + " cluster.instruction-set = avx2 (or sse41) makes processors alike");
  }

  /** As with network.precision = auto, where one processor has instructions for it. */
  @Test
  void aPrecisionThatOneReplicaAloneHasIsTold() {
    Arithmetic half = new Arithmetic(WIDE.library(), "avx512_core_bf16", 2, DataType.BFLOAT16);
    assertThat(UnlikeProcessors.among(List.of(half, WIDE)))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .contains("by avx512_core_bf16 on 2 threads in BFLOAT16, replica 1 with ")
                    .contains("by avx512_core on 2 threads in FLOAT32;"));
  }

  @Test
  void aRunThatGoesOnOtherwiseSaysBoth() {
    assertThat(UnlikeProcessors.between(List.of(WIDE, WIDE), List.of(NARROW, NARROW)))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .contains("now oneDNN 2.5.2 by avx2 on 2 threads in FLOAT32;")
                    .contains("before oneDNN 2.5.2 by avx512_core on 2 threads"));
  }

  /** Who computes which part of the minibatch decides, too. */
  @Test
  void theOrderOfUnlikeReplicasCounts() {
    assertThat(UnlikeProcessors.between(List.of(WIDE, NARROW), List.of(NARROW, WIDE))).isPresent();
  }
}
