package org.networkfission.jobs.train.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.model.backend.FlatParameters;
import org.networkfission.model.backend.FlatVector;

/**
 * What of the exchange goes on while a gradient is computed: what of it is final travels, and
 * parameters of the step before still arrive while the forward pass has begun. One replica's, of
 * its {@link ParameterServer}.
 */
public final class Overlap {
  private static final long NONE = -1;

  private final Collective collective;
  private final Wire wire;
  private final FlatVector parameters;
  private final FlatVector gradient;
  private final Slices slices;
  private final boolean possible;
  private boolean late;
  private long computed = NONE;

  /** The step whose parameters arrive, and the element before which they are there. */
  private long gathering;

  private int gathered = Integer.MAX_VALUE;
  private long nanos;

  Overlap(Collective collective, Wire wire, FlatParameters served, boolean possible) {
    this.collective = collective;
    this.wire = wire;
    this.parameters = served.parameters();
    this.gradient = served.gradient();
    this.slices = new Slices(parameters.length(), collective.size());
    this.possible = possible && collective.size() > 1;
  }

  /**
   * Parameters of other slices may arrive after a step has returned from now on: whoever reads any
   * says so to {@link #neededTo} or {@link #settle} before. Only for 32-bit floats through this
   * machine's memory; else they are always there.
   */
  public void gatherLate() {
    late = possible && wire == Wire.FLOAT32;
  }

  /**
   * A step's gradient is computed from now on until {@link ParameterServer#step}: what {@link
   * #finalFrom} tells may travel meanwhile.
   */
  public void compute(long step) {
    computed = step;
  }

  /**
   * The elements of the gradient from here on are final: what lies behind it is sent.
   *
   * @throws UncheckedIOException if a replica is lost
   */
  public void finalFrom(int element) {
    if (computed != NONE && possible) {
      meanwhile(() -> collective.sendFinal(computed, gradient.memory(), wire, element));
    }
  }

  /**
   * Waits for the parameters before an element, while something is computed.
   *
   * @throws UncheckedIOException if a replica is lost
   */
  public void neededTo(int element) {
    if (element > gathered) {
      meanwhile(() -> await(element));
    }
  }

  /** Waits for all parameters. */
  public void settle() throws IOException, InterruptedException {
    if (slices.elements() > gathered) {
      await(slices.elements());
    }
  }

  private void await(int element) throws IOException, InterruptedException {
    gathered = collective.awaitGathered(gathering, element);
    parameters.store(0, slices.elements());
  }

  /** The gradient of the step is computed. */
  void end() throws IOException, InterruptedException {
    settle();
    computed = NONE;
  }

  /** Sends the own slice of new parameters if others may arrive later; else does nothing. */
  boolean begin(long step) throws IOException, InterruptedException {
    if (late) {
      int rank = collective.rank();
      parameters.fetch(slices.from(rank), slices.length(rank));
      collective.beginAllGather(step, parameters.memory(), wire);
      gathering = step;
      gathered = 0;
    }
    return late;
  }

  /** Time spent on sending and waiting while gradients were computed, since the last call. */
  public long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }

  /** What is done among others. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void meanwhile(Work work) {
    long start = System.nanoTime();
    try {
      work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException(e.getMessage()));
    }
    nanos += System.nanoTime() - start;
  }
}
