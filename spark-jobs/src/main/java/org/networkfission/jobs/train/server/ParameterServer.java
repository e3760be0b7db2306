package org.networkfission.jobs.train.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.Slices;
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
 * <p>In the field's words: the optimizer's state is sharded over the replicas (ZeRO, stage 1); a
 * step is a reduce-scatter of the gradients, an update of the own slice, and an all-gather of the
 * parameters. For 16-bit floats what is gathered is what the step changes them by: every replica,
 * the slice's own too, adds the same rounded changes to the same 32-bit parameters.
 *
 * <p>Memory: besides the moments (two slices) what the collective holds.
 */
public final class ParameterServer {
  static final int BLOCK = 4096;

  private static final int SUMMARY_BYTES = Double.BYTES + Byte.BYTES;

  private final Collective collective;
  private final Wire wire;
  private final AdamSettings settings;
  private final Adam adam;
  private final List<ParameterRange> ranges;
  private final Slices slices;
  private final int rank;
  private final ByteBuffer parameters;
  private final ByteBuffer gradient;
  private final FloatBuffer ownParameters;
  private final FloatBuffer ownGradient;

  /** Where the optimizer updates the own slice. */
  private final FloatBuffer updated;

  private final float[] block = new float[BLOCK];
  private final float[] other = new float[BLOCK];

  /**
   * What a step did.
   *
   * @param gradientNorm global norm of the mean gradient, before clipping
   * @param exchangeNanos time to push, to wait and to receive
   * @param updateNanos time to sum, to update and to convert
   */
  public record Applied(double gradientNorm, long exchangeNanos, long updateNanos) {}

  private ParameterServer(
      Collective collective,
      Wire wire,
      AdamSettings settings,
      List<ParameterRange> ranges,
      Moments moments,
      ByteBuffer parameters,
      ByteBuffer gradient) {
    this.collective = collective;
    this.wire = wire;
    this.settings = settings;
    this.adam = new Adam(settings, ranges, moments);
    this.ranges = List.copyOf(ranges);
    this.rank = collective.rank();
    this.slices = new Slices(parameters.remaining() / Float.BYTES, collective.size());
    this.parameters = parameters;
    this.gradient = gradient;
    this.ownParameters = slices.of(parameters, rank).asFloatBuffer();
    this.ownGradient = slices.of(gradient, rank).asFloatBuffer();
    if (moments.from() != slices.from(rank) || moments.to() != slices.to(rank)) {
      throw new IllegalArgumentException(
          "Cannot serve elements %d to %d: the moments are of %d to %d"
              .formatted(slices.from(rank), slices.to(rank), moments.from(), moments.to()));
    }
    this.updated =
        wire == Wire.FLOAT16
            ? ByteBuffer.allocateDirect(slices.length(rank) * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
            : ownParameters;
  }

  /**
   * Joins the parameter server; every replica does.
   *
   * @param collective among all replicas of the run
   * @param wire how numbers travel; the same on every replica
   * @param ranges those of the flat vector
   * @param moments of this replica's slice
   * @param parameters the live flat vector, floats in native order; direct memory is received into
   *     without a copy
   * @param gradient the live flat vector of gradients; a step overwrites it
   * @throws ReplicaException if a replica does not join in time
   */
  public static ParameterServer join(
      Collective collective,
      Wire wire,
      AdamSettings settings,
      List<ParameterRange> ranges,
      Moments moments,
      ByteBuffer parameters,
      ByteBuffer gradient)
      throws IOException, InterruptedException {
    ParameterServer server =
        new ParameterServer(collective, wire, settings, ranges, moments, parameters, gradient);
    collective.allGather(ByteBuffer.allocate(Byte.BYTES));
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
    watch.lapUpdate();
    watch.lapExchange(collective.reduceScatter(step, gradient, wire));
    divideByReplicas();
    double squaredNorm = adam.squaredNorm(ownGradient);
    watch.lapUpdate();
    double norm = Math.sqrt(agree(step, squaredNorm, finite, tensors));
    watch.lapExchange(0);
    update(step, rate, settings.clipFactor(norm));
    watch.lapUpdate();
    if (wire == Wire.FLOAT32) {
      watch.lapExchange(collective.allGather(step, parameters, wire));
    } else {
      watch.lapExchange(collective.allGather(step, gradient, wire));
      addChanges();
      watch.lapUpdate();
    }
    return new Applied(norm, watch.exchangeNanos, watch.updateNanos);
  }

  /** Divides the time of a step. */
  private static final class Stopwatch {
    private long mark = System.nanoTime();
    private long exchangeNanos;
    private long updateNanos;

    /** Counts the time since the last lap to the exchange, but for what was spent computing. */
    void lapExchange(long computing) {
      exchangeNanos += lap() - computing;
      updateNanos += computing;
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
      values.get(from, block, 0, length);
      for (int i = 0; i < length; i++) {
        zeros[i] += block[i] * 0f;
      }
    }
    float total = 0;
    for (float zero : zeros) {
      total += zero;
    }
    return total == 0;
  }

  /** Makes the sum in the own slice of the gradient the mean. */
  private void divideByReplicas() {
    float share = 1f / slices.replicas();
    for (int from = 0; from < slices.length(rank); from += BLOCK) {
      int length = Math.min(BLOCK, slices.length(rank) - from);
      ownGradient.get(from, block, 0, length);
      for (int i = 0; i < length; i++) {
        block[i] *= share;
      }
      ownGradient.put(from, block, 0, length);
    }
  }

  /** Updates the own slice; for 16-bit floats its changes take the place of its gradient. */
  private void update(long step, double rate, double clip) {
    if (wire == Wire.FLOAT32) {
      adam.update(updated, ownGradient, clip, rate, step);
      return;
    }
    updated.put(0, ownParameters, 0, ownParameters.limit());
    adam.update(updated, ownGradient, clip, rate, step);
    for (int from = 0; from < slices.length(rank); from += BLOCK) {
      int length = Math.min(BLOCK, slices.length(rank) - from);
      updated.get(from, block, 0, length);
      ownParameters.get(from, other, 0, length);
      for (int i = 0; i < length; i++) {
        block[i] -= other[i];
      }
      ownGradient.put(from, block, 0, length);
    }
  }

  /** Adds everybody's changes, which stand in the place of the gradient, to the parameters. */
  private void addChanges() {
    FloatBuffer changes = gradient.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
    FloatBuffer values = parameters.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int from = 0; from < slices.elements(); from += BLOCK) {
      int length = Math.min(BLOCK, slices.elements() - from);
      values.get(from, block, 0, length);
      changes.get(from, other, 0, length);
      for (int i = 0; i < length; i++) {
        block[i] += other[i];
      }
      values.put(from, block, 0, length);
    }
  }

  /** Adds up the slices' parts of the squared norm, in the order of ranks. */
  private double agree(long step, double squaredNorm, boolean finite, List<String> tensors)
      throws IOException, InterruptedException {
    ByteBuffer mine = ByteBuffer.allocate(SUMMARY_BYTES);
    mine.putDouble(squaredNorm).put((byte) (finite && tensors.isEmpty() ? 1 : 0)).flip();
    double total = 0;
    List<Integer> culprits = new ArrayList<>();
    List<ByteBuffer> all = collective.allGather(mine);
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
