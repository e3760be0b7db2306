package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.ReplicaException;
import org.networkfission.model.backend.Replicas;

/**
 * Gathers the statistics of synchronised batch norms over the replicas of a run. Remembers who was
 * the first to give a value that is not finite: after that everybody's are not.
 */
final class StatisticsExchange implements Replicas {
  private final Collective collective;
  private List<Integer> notFinite = List.of();
  private long nanos;

  StatisticsExchange(Collective collective) {
    this.collective = collective;
  }

  @Override
  public List<double[]> gather(double[] own) {
    long start = System.nanoTime();
    ByteBuffer mine = ByteBuffer.allocate(own.length * Double.BYTES);
    mine.asDoubleBuffer().put(own);
    List<double[]> all = new ArrayList<>();
    List<Integer> culprits = new ArrayList<>();
    for (ByteBuffer one : gather(mine)) {
      double[] values = new double[own.length];
      one.asDoubleBuffer().get(values);
      if (!finite(values)) {
        culprits.add(all.size());
      }
      all.add(values);
    }
    if (notFinite.isEmpty()) {
      notFinite = culprits;
    }
    nanos += System.nanoTime() - start;
    return all;
  }

  private List<ByteBuffer> gather(ByteBuffer mine) {
    try {
      List<ByteBuffer> all = collective.allGather(mine);
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).remaining() != mine.remaining()) {
          throw new ReplicaException(
              "Cannot use %d bytes of statistics of replica %d: %d were expected"
                  .formatted(all.get(i).remaining(), i, mine.remaining()));
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("Training was cancelled"));
    }
  }

  private static boolean finite(double[] values) {
    double zero = 0; // 0 * x is 0 for finite values, else NaN
    for (double value : values) {
      zero += 0 * value;
    }
    return zero == 0;
  }

  /** The replicas whose statistics were not finite when all others' still were; none so far. */
  List<Integer> notFinite() {
    return notFinite;
  }

  /** Time spent since the last call. */
  long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }
}
