package org.networkfission.jobs.train.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.train.collective.Exchange;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * One replica's part of the sharded, synchronous parameter server: it serves one slice of the flat
 * parameter vector and pushes to, and receives from, the servers of the other slices.
 *
 * <p>A step takes the mean of the replicas' gradients, summed in the order of ranks, and applies
 * one step of Adam: the same parameters, to the bit, on every replica and in every run. Before any
 * parameter changes, all replicas agree that every value is finite.
 *
 * <p>Memory: besides the moments (two slices) what {@link SliceTransfer} holds, which for 32-bit
 * floats is the gradients of the own slice from the other replicas (one flat vector less one
 * slice).
 */
public final class ParameterServer {
  static final int BLOCK = HalfFloats.BLOCK;

  private static final int SUMMARY_BYTES = Double.BYTES + Byte.BYTES;

  private final Exchange exchange;
  private final AdamSettings settings;
  private final Adam adam;
  private final List<ParameterRange> ranges;
  private final Slices slices;
  private final int rank;
  private final ByteBuffer gradient;
  private final FloatBuffer ownParameters;
  private final FloatBuffer ownGradient;
  private final SliceTransfer transfer;
  private final float[] sum = new float[BLOCK];
  private final float[] addend = new float[BLOCK];

  /**
   * What a step did.
   *
   * @param gradientNorm global norm of the mean gradient, before clipping
   * @param exchangeNanos time to push, to wait and to receive
   * @param updateNanos time to sum, to update and to convert
   */
  public record Applied(double gradientNorm, long exchangeNanos, long updateNanos) {}

  private ParameterServer(
      Exchange exchange,
      Wire wire,
      AdamSettings settings,
      List<ParameterRange> ranges,
      Moments moments,
      ByteBuffer parameters,
      ByteBuffer gradient) {
    this.exchange = exchange;
    this.settings = settings;
    this.adam = new Adam(settings, ranges, moments);
    this.ranges = List.copyOf(ranges);
    this.rank = exchange.rank();
    this.slices = new Slices(parameters.remaining() / Float.BYTES, exchange.replicas());
    this.gradient = gradient;
    this.ownParameters = slices.of(parameters, rank).asFloatBuffer();
    this.ownGradient = slices.of(gradient, rank).asFloatBuffer();
    if (moments.from() != slices.from(rank) || moments.to() != slices.to(rank)) {
      throw new IllegalArgumentException(
          "Cannot serve elements %d to %d: the moments are of %d to %d"
              .formatted(slices.from(rank), slices.to(rank), moments.from(), moments.to()));
    }
    this.transfer =
        wire == Wire.FLOAT16
            ? new HalfTransfer(exchange, slices, parameters, gradient)
            : new WholeTransfer(exchange, slices, parameters, gradient);
  }

  /**
   * Joins the parameter server; every replica does.
   *
   * @param exchange connected
   * @param wire how numbers travel; the same on every replica
   * @param ranges those of the flat vector
   * @param moments of this replica's slice
   * @param parameters the live flat vector, floats in native order; direct memory is received into
   *     without a copy
   * @param gradient the live flat vector of gradients; a step overwrites it
   * @throws ReplicaException if a replica does not join in time
   */
  public static ParameterServer join(
      Exchange exchange,
      Wire wire,
      AdamSettings settings,
      List<ParameterRange> ranges,
      Moments moments,
      ByteBuffer parameters,
      ByteBuffer gradient)
      throws IOException, InterruptedException {
    ParameterServer server =
        new ParameterServer(exchange, wire, settings, ranges, moments, parameters, gradient);
    // Nobody pushes before everybody has a place to receive.
    exchange.allGather(ByteBuffer.allocate(Byte.BYTES));
    return server;
  }

  /** What the optimizer remembers about this replica's slice. */
  public Moments moments() {
    return adam.moments();
  }

  /**
   * Takes one step together with the other replicas, from the gradient in the flat vector.
   *
   * @param step the step's number; all replicas give the same
   * @param rate learning rate
   * @param finite whether this replica's loss is finite
   * @throws NonFiniteException on every replica, with the parameters unchanged on all, if any
   *     replica's loss or gradient, or their sum, is not finite
   * @throws ReplicaException if a replica is lost or silent
   */
  public Applied step(long step, double rate, boolean finite)
      throws IOException, InterruptedException {
    Stopwatch watch = new Stopwatch();
    // Before the mean takes the place of the own slice.
    List<String> tensors = isFinite(0, slices.elements()) ? List.of() : notFinite();
    transfer.encodeGradient();
    watch.lapUpdate();
    transfer.pushGradient(step);
    watch.lapExchange();
    takeMean();
    double squaredNorm = adam.squaredNorm(ownGradient);
    watch.lapUpdate();
    double norm = Math.sqrt(agree(step, squaredNorm, finite, tensors));
    watch.lapExchange();
    FloatBuffer updated = transfer.ownParametersToUpdate();
    adam.update(updated, ownGradient, settings.clipFactor(norm), rate, step);
    transfer.encodeUpdate(ownParameters);
    watch.lapUpdate();
    transfer.pushUpdate(step);
    watch.lapExchange();
    transfer.applyUpdates();
    watch.lapUpdate();
    return new Applied(norm, watch.exchangeNanos, watch.updateNanos);
  }

  /** Divides the time of a step. */
  private static final class Stopwatch {
    private long mark = System.nanoTime();
    private long exchangeNanos;
    private long updateNanos;

    void lapExchange() {
      exchangeNanos += lap();
    }

    void lapUpdate() {
      updateNanos += lap();
    }

    private long lap() {
      long before = mark;
      mark = System.nanoTime();
      return mark - before;
    }
  }

  private List<String> notFinite() {
    return ranges.stream()
        .filter(range -> !isFinite(range.offset(), range.offset() + range.length()))
        .map(ParameterRange::name)
        .toList();
  }

  private boolean isFinite(int first, int end) {
    FloatBuffer values = gradient.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
    float[] zeros = new float[BLOCK]; // 0 * x is 0 for finite values, else NaN
    for (int from = first; from < end; from += BLOCK) {
      int length = Math.min(BLOCK, end - from);
      values.get(from, addend, 0, length);
      for (int i = 0; i < length; i++) {
        zeros[i] += addend[i] * 0f;
      }
    }
    float total = 0;
    for (float zero : zeros) {
      total += zero;
    }
    return total == 0;
  }

  /** Puts the mean where the own slice of the gradient is, which is not pushed to anyone. */
  private void takeMean() {
    float share = 1f / slices.replicas();
    int elements = slices.length(rank);
    for (int from = 0; from < elements; from += BLOCK) {
      int length = Math.min(BLOCK, elements - from);
      slice(0, from, sum, length);
      for (int replica = 1; replica < slices.replicas(); replica++) {
        slice(replica, from, addend, length);
        add(length);
      }
      for (int i = 0; i < length; i++) {
        sum[i] *= share;
      }
      ownGradient.put(from, sum, 0, length);
    }
    transfer.gradientsRead();
  }

  private void slice(int replica, int from, float[] values, int length) {
    if (replica == rank) {
      ownGradient.get(from, values, 0, length);
    } else {
      transfer.gradient(replica, from, values, length);
    }
  }

  private void add(int length) {
    float[] to = sum;
    float[] what = addend;
    for (int i = 0; i < length; i++) {
      to[i] += what[i];
    }
  }

  /** Adds up the slices' parts of the squared norm, in the order of ranks. */
  private double agree(long step, double squaredNorm, boolean finite, List<String> tensors)
      throws IOException, InterruptedException {
    ByteBuffer mine = ByteBuffer.allocate(SUMMARY_BYTES);
    mine.putDouble(squaredNorm).put((byte) (finite && tensors.isEmpty() ? 1 : 0)).flip();
    double total = 0;
    List<Integer> culprits = new ArrayList<>();
    List<ByteBuffer> all = exchange.allGather(mine);
    for (int i = 0; i < all.size(); i++) {
      total += all.get(i).getDouble();
      if (all.get(i).get() == 0) {
        culprits.add(i);
      }
    }
    if (!culprits.isEmpty() || !Double.isFinite(total)) {
      throw new NonFiniteException(step, culprits, tensors);
    }
    return total;
  }
}
