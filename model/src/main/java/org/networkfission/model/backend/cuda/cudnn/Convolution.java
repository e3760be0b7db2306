package org.networkfission.model.backend.cuda.cudnn;

import org.networkfission.model.backend.cuda.driver.DeviceLostError;

/** A planned convolution at its addresses. */
public final class Convolution implements AutoCloseable {
  // What a plan calls its tensors.
  static final long INPUT = 1;
  static final long KERNEL = 2;
  static final long OUTPUT = 3;

  private final long handle;
  private final long plan;
  private final Descriptor pack;

  /**
   * Puts a convolution in its place; one of the addresses is written to, which the direction says.
   *
   * @param workspace room of as many bytes as {@link Planner#workspace} says
   */
  public Convolution(
      Planner planner, Problem problem, long input, long kernel, long output, long workspace) {
    this(planner.handle(), planner.plan(problem), input, kernel, output, workspace);
  }

  Convolution(
      long handle, Planner.Plan plan, long input, long kernel, long output, long workspace) {
    this.handle = handle;
    this.plan = plan.handle();
    this.pack =
        new Descriptor(Constants.BACKEND_VARIANT_PACK_DESCRIPTOR)
            .longs(Constants.ATTR_VARIANT_PACK_UNIQUE_IDS, INPUT, KERNEL, OUTPUT)
            .values(
                Constants.ATTR_VARIANT_PACK_DATA_POINTERS,
                Constants.TYPE_VOID_PTR,
                input,
                kernel,
                output)
            .values(Constants.ATTR_VARIANT_PACK_WORKSPACE, Constants.TYPE_VOID_PTR, workspace)
            .finish();
  }

  /** Puts it behind the work before. */
  public void run() {
    int status = Cudnn.cudnnBackendExecute(handle, plan, pack.handle);
    if (status != 0) {
      throw new DeviceLostError(
          "Cannot run a convolution: %s (%d)".formatted(Cudnn.lastError(), status));
    }
  }

  @Override
  public void close() {
    pack.close();
  }
}
