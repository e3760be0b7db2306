package org.networkfission.jobs.train.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.networkfission.jobs.train.collective.CheckedWait;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.Collective.Reduced;
import org.networkfission.jobs.train.collective.Collective.Summed;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.model.backend.DeviceExchange;
import org.networkfission.model.backend.FlatParameters;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.backend.FlatVector;
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
 * <p>Memory: besides the moments (two slices) what the collective holds, and where numbers travel
 * as 16-bit floats two more slices.
 */
public final class ParameterServer {
  static final int BLOCK = 4096;

  private static final int SUMMARY_BYTES = Double.BYTES + Byte.BYTES;
  private static final int FINITE = 1;
  private static final int LEAVING = 2;

  private final Collective collective;
  private final Wire wire;
  private final AdamSettings settings;
  private final FlatParameters served;
  private final RangeOptimizer adam;
  private final Slices slices;
  private final int rank;
  private final FlatVector parameters;
  private final FlatVector gradient;
  private final Overlap overlap;

  /** Carries slices past this machine's memory, if anything does. */
  private final Optional<DeviceExchange> direct;

  /** The own slice before an update whose changes travel as 16-bit floats. */
  private final float[] before;

  private final float[] block = new float[BLOCK];
  private final float[] other = new float[BLOCK];

  /**
   * What a step did.
   *
   * @param gradientNorm global norm of the mean gradient, before clipping
   * @param leaving the replicas whose processes are asked to end, the same on all
   * @param exchangeNanos time to push, to wait and to receive
   * @param updateNanos time to sum, to update and to convert
   */
  public record Applied(
      double gradientNorm, List<Integer> leaving, long exchangeNanos, long updateNanos) {}

  private ParameterServer(
      Collective collective,
      Wire wire,
      AdamSettings settings,
      FlatParameters served,
      Moments moments,
      Optional<DeviceExchange> direct) {
    this.collective = collective;
    this.wire = wire;
    this.settings = settings;
    this.served = served;
    this.rank = collective.rank();
    this.parameters = served.parameters();
    this.gradient = served.gradient();
    this.slices = new Slices(parameters.length(), collective.size());
    if (moments.from() != slices.from(rank) || moments.to() != slices.to(rank)) {
      throw new IllegalArgumentException(
          "Cannot serve elements %d to %d: the moments are of %d to %d"
              .formatted(slices.from(rank), slices.to(rank), moments.from(), moments.to()));
    }
    this.adam = served.adam(settings, moments);
    this.direct = direct;
    this.overlap = new Overlap(collective, wire, served, direct.isEmpty());
    this.before = new float[wire == Wire.FLOAT16 ? slices.length(rank) : 0];
  }

  /**
   * Joins the parameter server; every replica does.
   *
   * @param collective among all replicas of the run
   * @param wire how numbers travel; the same on every replica
   * @param served the replica's parameters and gradient; a step overwrites the gradient
   * @param moments of this replica's slice
   * @param direct carries slices in the collective's place, as 32-bit floats, if it is there
   * @throws ReplicaException if a replica does not join in time
   */
  public static ParameterServer join(
      Collective collective,
      Wire wire,
      AdamSettings settings,
      FlatParameters served,
      Moments moments,
      Optional<DeviceExchange> direct)
      throws IOException, InterruptedException {
    ParameterServer server =
        new ParameterServer(collective, wire, settings, served, moments, direct);
    collective.allGather(ByteBuffer.allocate(Byte.BYTES));
    return server;
  }

  /** Joins the parameter server; slices go through this machine's memory. */
  public static ParameterServer join(
      Collective collective,
      Wire wire,
      AdamSettings settings,
      FlatParameters served,
      Moments moments)
      throws IOException, InterruptedException {
    return join(collective, wire, settings, served, moments, Optional.empty());
  }

  /** What the optimizer remembers about this replica's slice. */
  public Moments moments() {
    return adam.moments();
  }

  /** What of the exchange goes on while a gradient is computed. */
  public Overlap overlap() {
    return overlap;
  }

  /** Bytes that this replica sent to others so far, by whatever way. */
  public long bytesSent() {
    return collective.bytesSent() + direct.map(DeviceExchange::bytesSent).orElse(0L);
  }

  /**
   * Takes one step together with the other replicas, from the gradient in the flat vector.
   *
   * @param step the step's number; all replicas give the same
   * @param rate learning rate
   * @param finite whether this replica's loss is finite
   * @param leaving whether this replica's process is asked to end
   * @throws NonFiniteException on every replica, with the parameters unchanged on all, if any
   *     replica's loss or gradient, or their sum, is not finite
   * @throws ReplicaException if a replica is lost or silent
   */
  public Applied step(long step, double rate, boolean finite, boolean leaving)
      throws IOException, InterruptedException {
    overlap.end();
    Stopwatch watch = new Stopwatch();
    // Between devices the mean takes the place of the own slice, finite or not.
    Optional<List<String>> tensors = direct.map(between -> served.notFinite());
    boolean sums = tensors.map(List::isEmpty).orElse(true);
    watch.lapUpdate();
    if (slices.replicas() > 1) {
      sums &= average(step, watch);
    }
    double squaredNorm = adam.squaredNorm();
    watch.lapUpdate();
    Agreed agreed = agree(squaredNorm, finite && sums, leaving);
    if (!Double.isFinite(agreed.squaredNorm())) {
      throw notFinite(step, finite, tensors.orElseGet(served::notFinite));
    }
    double norm = Math.sqrt(agreed.squaredNorm());
    watch.lapExchange(0);
    double clip = settings.clipFactor(norm);
    if (wire == Wire.FLOAT16) {
      updateByChanges(step, rate, clip, watch);
    } else {
      adam.update(clip, rate, step);
      watch.lapUpdate();
      if (slices.replicas() > 1) {
        gatherParameters(step, watch);
      }
    }
    return new Applied(norm, agreed.leaving(), watch.exchangeNanos(), watch.updateNanos());
  }

  /** Makes the own slice of the gradient the mean over the replicas, if that is finite. */
  private boolean average(long step, Stopwatch watch) throws IOException, InterruptedException {
    if (direct.isPresent()) {
      exchange(DeviceExchange::averageGradient);
      watch.lapExchange(0);
      return true;
    }
    gradient.fetch(0, slices.elements());
    float share = 1f / slices.replicas();
    Reduced reduced =
        collective.reduceScatter(Summed.GRADIENT, step, gradient.memory(), wire, share);
    watch.lapExchange(reduced.computingNanos());
    gradient.store(slices.from(rank), slices.length(rank));
    return reduced.finite();
  }

  private void gatherParameters(long step, Stopwatch watch)
      throws IOException, InterruptedException {
    if (direct.isPresent()) {
      exchange(DeviceExchange::gatherParameters);
      watch.lapExchange(0);
    } else if (overlap.begin(step)) {
      watch.lapExchange(0);
    } else {
      gather(step, parameters, watch);
    }
  }

  private void exchange(Consumer<DeviceExchange> what) throws IOException, InterruptedException {
    CheckedWait.of(
        () -> {
          what.accept(direct.orElseThrow());
          return true;
        });
  }

  /** Every slice of a vector becomes what its replica holds there. */
  private void gather(long step, FlatVector vector, Stopwatch watch)
      throws IOException, InterruptedException {
    vector.fetch(slices.from(rank), slices.length(rank));
    watch.lapExchange(collective.allGather(step, vector.memory(), wire));
    vector.store(0, slices.elements());
    watch.lapUpdate();
  }

  /**
   * Updates the own slice, of which only the changes travel: they take the place of its gradient,
   * and every replica adds everybody's, rounded.
   */
  private void updateByChanges(long step, double rate, double clip, Stopwatch watch)
      throws IOException, InterruptedException {
    int from = slices.from(rank);
    parameters.read(from, FloatBuffer.wrap(before));
    adam.update(clip, rate, step);
    float[] changes = parameters.read(from, before.length);
    for (int i = 0; i < changes.length; i++) {
      changes[i] -= before[i];
    }
    gradient.write(from, changes);
    parameters.write(from, before);
    watch.lapUpdate();
    gather(step, gradient, watch);
    addChanges();
    watch.lapUpdate();
  }

  /** Adds everybody's changes, which stand in the place of the gradient, to the parameters. */
  private void addChanges() {
    parameters.fetch(0, slices.elements());
    FloatBuffer changes = gradient.memory().asFloatBuffer();
    FloatBuffer values = parameters.memory().asFloatBuffer();
    for (int from = 0; from < slices.elements(); from += BLOCK) {
      int length = Math.min(BLOCK, slices.elements() - from);
      values.get(from, block, 0, length);
      changes.get(from, other, 0, length);
      for (int i = 0; i < length; i++) {
        block[i] += other[i];
      }
      values.put(from, block, 0, length);
    }
    parameters.store(0, slices.elements());
  }

  /**
   * What all replicas found together.
   *
   * @param squaredNorm of the mean gradient; NaN if a loss or a sum of gradients is not finite
   */
  private record Agreed(double squaredNorm, List<Integer> leaving) {}

  /** Adds up the slices' parts of the squared norm, in the order of ranks. */
  private Agreed agree(double squaredNorm, boolean finite, boolean leaves)
      throws IOException, InterruptedException {
    ByteBuffer mine = ByteBuffer.allocate(SUMMARY_BYTES);
    int flags = (finite ? FINITE : 0) | (leaves ? LEAVING : 0);
    mine.putDouble(squaredNorm).put((byte) flags).flip();
    double total = 0;
    List<Integer> leaving = new ArrayList<>();
    List<ByteBuffer> all = collective.allGather(mine);
    for (int i = 0; i < all.size(); i++) {
      double part = all.get(i).getDouble();
      byte said = all.get(i).get();
      total += (said & FINITE) == 0 ? Double.NaN : part;
      if ((said & LEAVING) != 0) {
        leaving.add(i);
      }
    }
    return new Agreed(total, leaving);
  }

  /** Finds out together whose loss or gradient is not finite. */
  private NonFiniteException notFinite(long step, boolean finite, List<String> tensors)
      throws IOException, InterruptedException {
    int own = finite && tensors.isEmpty() ? FINITE : 0;
    List<ByteBuffer> all = collective.allGather(ByteBuffer.allocate(Byte.BYTES).put(0, (byte) own));
    List<Integer> culprits = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).get() != FINITE) {
        culprits.add(i);
      }
    }
    return new NonFiniteException(step, culprits, tensors);
  }
}
