package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every collective must do alike, to the bit: over Spark's library and within a process. */
class CollectiveTest {
  private static final int FLOATS = 10_007; // Slices differ in length and end within a block.

  private static ByteBuffer vector(int seed) {
    Random random = new Random(seed);
    ByteBuffer vector =
        ByteBuffer.allocateDirect(FLOATS * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < FLOATS; i++) {
      vector.putFloat(i * Float.BYTES, (float) (random.nextGaussian() * Math.pow(10, i % 7 - 3)));
    }
    return vector;
  }

  private static float[] floats(ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** What is left of three rounds, on one replica. */
  private static float[] rounds(Collective collective, Wire wire)
      throws IOException, InterruptedException {
    return rounds(collective, wire, new int[0]);
  }

  /**
   * The same.
   *
   * @param sooner elements from which on the vector is sent ahead, ever lower
   */
  private static float[] rounds(Collective collective, Wire wire, int... sooner)
      throws IOException, InterruptedException {
    int rank = collective.rank();
    ByteBuffer vector = vector(rank);
    Slices slices = new Slices(FLOATS, collective.size());
    for (int step = 0; step < 3; step++) {
      for (int from : sooner) {
        collective.sendFinal(step, vector, wire, from);
      }
      collective.reduceScatter(step, vector, wire);
      ByteBuffer own = slices.of(vector, rank);
      collective.allGather(ByteBuffer.allocate(1));
      for (int i = 0; i < own.limit(); i += Float.BYTES) {
        own.putFloat(i, own.getFloat(i) * 0.3f);
      }
      collective.allGather(step, vector, wire);
    }
    return floats(vector);
  }

  private static <T> List<T> locally(int size, InProcess.Together<T> work) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<T>> running = new ArrayList<>();
      for (LocalCollective one : LocalCollective.of(size)) {
        running.add(threads.submit(() -> work.run(one)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT32", "2, FLOAT32", "5, FLOAT32", "1, FLOAT16", "2, FLOAT16", "5, FLOAT16"})
  void allCollectivesGiveTheSameBitsOnAllReplicas(int size, Wire wire) throws Exception {
    List<float[]> local = locally(size, collective -> rounds(collective, wire));
    List<float[]> spark;
    try (InProcess replicas = new InProcess(size)) {
      spark = replicas.each(collective -> rounds(collective, wire));
    }

    for (int rank = 0; rank < size; rank++) {
      assertThat(local.get(rank)).isEqualTo(local.get(0));
      assertThat(spark.get(rank)).isEqualTo(local.get(0));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT32", "2, FLOAT32", "5, FLOAT32", "5, FLOAT16"})
  void whatIsSentAheadHasTheSameBits(int size, Wire wire) throws Exception {
    List<float[]> whole = locally(size, collective -> rounds(collective, wire));
    try (InProcess replicas = new InProcess(size)) {
      List<float[]> ahead =
          replicas.each(
              collective ->
                  // One replica sends nothing ahead, one all, others something.
                  switch (collective.rank()) {
                    case 0 -> rounds(collective, wire, FLOATS);
                    case 1 -> rounds(collective, wire, FLOATS / 2, FLOATS / 2, 1, 0);
                    default -> rounds(collective, wire, FLOATS * 2 / 3, FLOATS / 5);
                  });
      assertThat(ahead).allSatisfy(one -> assertThat(one).isEqualTo(whole.get(0)));
    }
  }

  /** Slices of several pieces, which are waited for bit by bit. */
  @Test
  void slicesOfSeveralPiecesHaveTheSameBits() throws Exception {
    int floats = 5_000_000;
    float factor = 1 / 3f;
    try (InProcess replicas = new InProcess(2)) {
      List<ByteBuffer> all =
          replicas.each(
              collective -> {
                ByteBuffer vector = ramp(floats, collective.rank());
                for (int step = 0; step < 2; step++) {
                  for (int from = floats; from >= 0; from -= 333_333) {
                    collective.sendFinal(step, vector, Wire.FLOAT32, from);
                  }
                  collective.reduceScatter(
                      Collective.Summed.GRADIENT, step, vector, Wire.FLOAT32, factor);
                  collective.allGather(ByteBuffer.allocate(1));
                  collective.beginAllGather(step, vector, Wire.FLOAT32);
                  int complete = 0;
                  for (int to = 0; to < floats; to += 200_000) {
                    complete = collective.awaitGathered(step, to);
                    assertThat(complete).isGreaterThanOrEqualTo(to);
                  }
                  assertThat(collective.awaitGathered(step, floats)).isEqualTo(floats);
                }
                return vector;
              });

      ByteBuffer zero = ramp(floats, 0);
      ByteBuffer one = ramp(floats, 1);
      for (int i = 0; i < floats; i++) {
        float mean = (zero.getFloat(4 * i) + one.getFloat(4 * i)) * factor;
        zero.putFloat(4 * i, (mean + mean) * factor);
      }
      assertThat(all).allSatisfy(vector -> assertThat(vector).isEqualTo(zero));
    }
  }

  private static ByteBuffer ramp(int floats, int rank) {
    ByteBuffer vector = ByteBuffer.allocateDirect(floats * 4).order(ByteOrder.nativeOrder());
    for (int i = 0; i < floats; i++) {
      vector.putFloat(4 * i, (i % 1013 - 500) * (rank + 0.37f));
    }
    return vector;
  }

  @Test
  void theSumGoesInOrderOfRanks() throws Exception {
    int size = 4;
    float[] sum = floats(vector(0));
    for (int rank = 1; rank < size; rank++) {
      float[] addend = floats(vector(rank));
      for (int i = 0; i < FLOATS; i++) {
        sum[i] += addend[i];
      }
    }
    float[] backwards = floats(vector(3));
    for (int rank = 2; rank >= 0; rank--) {
      float[] addend = floats(vector(rank));
      for (int i = 0; i < FLOATS; i++) {
        backwards[i] += addend[i];
      }
    }
    // Another order would be seen.
    assertThat(backwards).isNotEqualTo(sum);

    try (InProcess replicas = new InProcess(size)) {
      List<float[]> all =
          replicas.each(
              collective -> {
                ByteBuffer vector = vector(collective.rank());
                collective.reduceScatter(0, vector, Wire.FLOAT32);
                collective.allGather(0, vector, Wire.FLOAT32);
                return floats(vector);
              });

      assertThat(all).allSatisfy(one -> assertThat(one).isEqualTo(sum));
    }
  }

  private enum Kind {
    SPARK,
    LOCAL
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anAbortEndsTheOthersWithItsReasonAndItsKind(Kind kind) throws Exception {
    for (IOException reason :
        List.of(new RunStopped("no such shard"), new ReplicaException("out of memory"))) {
      InProcess.Together<Void> work =
          collective -> {
            collective.requireAll();
            collective.allGather(ByteBuffer.allocate(1));
            if (collective.rank() == 1) {
              collective.abort(reason);
            } else {
              assertThatThrownBy(() -> collective.reduceScatter(0, vector(0), Wire.FLOAT32))
                  .isInstanceOf(reason.getClass())
                  .hasMessage(reason.getMessage());
              assertThatThrownBy(collective::requireAll)
                  .isInstanceOf(reason.getClass())
                  .hasMessage(reason.getMessage());
            }
            return null;
          };
      if (kind == Kind.LOCAL) {
        locally(2, work);
      } else {
        try (InProcess replicas = new InProcess(2)) {
          replicas.each(work);
        }
      }
    }
  }
}
