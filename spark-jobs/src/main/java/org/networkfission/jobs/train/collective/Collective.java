package org.networkfission.jobs.train.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the replicas of a run do together, whatever carries the bytes: the seam between the
 * parameter server and the network.
 *
 * <p>All replicas call the same operations in the same order, with vectors of the same length, the
 * same wire and the same step; an operation returns when its result is complete. One thread of each
 * replica uses its collective. Vectors are live floats in native order, cut into one slice per
 * replica by {@link Slices}; giving the same buffer again each time saves preparing for it.
 *
 * <p>Every operation ends in a {@link ReplicaException} that names the replica where one is lost,
 * silent or gives up, and in {@link RunStopped} where one ended the run.
 */
public interface Collective {
  /** This replica's number, from 0. */
  int rank();

  /** How many replicas there are. */
  int size();

  /** Bytes that this replica sent to others so far. */
  long bytesSent();

  /** The vectors that a step sums, each numbered by itself. */
  enum Summed {
    /** The gradient that a step is taken with. */
    GRADIENT,
    /** The gradients of tasks by themselves, where their weights follow from them. */
    TASK_GRADIENTS
  }

  /**
   * What came of a reduce-scatter.
   *
   * @param finite whether all of the own slice's sums are finite
   * @param computingNanos spent on summing and converting; the rest of the time was waiting
   */
  record Reduced(boolean finite, long computingNanos) {}

  /** Reduce-scatter of the gradient: sums. */
  default Reduced reduceScatter(long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    return reduceScatter(Summed.GRADIENT, step, vector, wire, 1);
  }

  /**
   * Sends what of a step's gradient is final before all of it is, ahead of {@link #reduceScatter},
   * which sends the rest: pieces that lie behind an element. It does not wait for anybody but at
   * the first call; a collective whose replicas share memory has nothing to send.
   *
   * @param step of the call of {@code reduceScatter} that follows
   * @param from elements from here on are final, and stay as they are until that call has returned
   */
  default void sendFinal(long step, ByteBuffer vector, Wire wire, int from)
      throws IOException, InterruptedException {}

  /**
   * Reduce-scatter: sums a vector over the replicas and leaves to each its own slice of the sum.
   *
   * <p>The order of the sum is that of the ranks: every element becomes {@code (((v0 + v1) + v2) +
   * ...) * factor} in float arithmetic, on every replica and whatever carries the bytes, so that
   * the bits do not depend on who was first. With {@link Wire#FLOAT16} the other replicas' addends
   * are rounded as {@link HalfFloats} says; the own addend never travels and stays as it is.
   *
   * @param step names the call in errors; of each vector a larger one every time
   * @param vector the own slice becomes the sum, but where that is not finite: there, and maybe
   *     around it, it keeps the own addends, so that it can be told whose is not; the others keep
   *     what they hold and must not be changed before the next operation on a vector has returned,
   *     since they may still travel
   * @param factor what sums are multiplied by
   */
  Reduced reduceScatter(Summed summed, long step, ByteBuffer vector, Wire wire, float factor)
      throws IOException, InterruptedException;

  /**
   * All-gather: every slice of a vector becomes what its replica holds there.
   *
   * <p>Another replica may write its slice as soon as it calls, even before this one does: an
   * operation before must have told it that this replica reads its own copy no more. With {@link
   * Wire#FLOAT16} every slice becomes what is left after rounding, the own one too, so that all
   * replicas have the same.
   *
   * @param step names the call in errors
   * @return nanoseconds spent on converting, the rest of the time was waiting
   */
  long allGather(long step, ByteBuffer vector, Wire wire) throws IOException, InterruptedException;

  /**
   * Begins {@link #allGather(long, ByteBuffer, Wire)} of 32-bit floats, which {@link
   * #awaitGathered} ends: sends the own slice, and does not wait for anybody but at the first call.
   *
   * @return nanoseconds spent on converting
   */
  default long beginAllGather(long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    return allGather(step, vector, wire);
  }

  /**
   * Waits until the elements of a vector before one are what their replicas hold there, after
   * {@link #beginAllGather}. Before the next operation on a vector, a call has waited for all.
   *
   * @return before which element all are there now; at least {@code to}
   */
  default int awaitGathered(long step, int to) throws IOException, InterruptedException {
    return Integer.MAX_VALUE;
  }

  /**
   * All-gather of small messages, which may differ in length: gives every replica everybody's, by
   * rank. Nobody's returns before all have called.
   *
   * @param mine at most 4 MiB
   */
  List<ByteBuffer> allGather(ByteBuffer mine) throws IOException, InterruptedException;

  /**
   * Asks, without waiting, whether this replica may go on waiting for others elsewhere.
   *
   * @throws ReplicaException if a replica is lost or gave up
   * @throws RunStopped if one ended the run
   */
  void requireAll() throws IOException;

  /**
   * Ends the operations of all other replicas with this reason.
   *
   * @param reason a {@link RunStopped} where a retry would end alike: it waits until the others
   *     have heard; any other where a retry may go well: it does not wait
   */
  void abort(IOException reason) throws InterruptedException;
}
