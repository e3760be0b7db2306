package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.loss.Formula;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;

/**
 * The kernels of one kind of loss.
 *
 * @param formula whose name the kernel has that goes over the pixels
 */
record PixelLossKernel(Formula formula) {
  private static final String LABEL = "losses";
  private static final int THREADS = 256;
  private static final int MOST_BLOCKS = 64;

  /** Numbers of an image's fit. */
  private static final int FIT = 8;

  /** Numbers of an image of whose pixels the hardest count. */
  private static final int HARD = 2;

  /**
   * The truth of a minibatch on the device.
   *
   * @param values planes
   * @param valid a byte per pixel
   * @param scales per image
   * @param classWeights per class; null where all count alike
   */
  record DeviceTruth(Place values, Place valid, Place scales, Place classWeights) {}

  /**
   * The kernels of a loss.
   *
   * @throws CudaException if there are none
   */
  static PixelLossKernel of(Task task, PixelLoss loss) {
    Formula formula = loss.formula();
    if (Device.hasKernel(formula.name())) {
      return new PixelLossKernel(formula);
    }
    throw new CudaException(
        "Cannot compute the loss of %s on a GPU: there is no kernel for %s (network.compute = onednn or nd4j computes it)"
            .formatted(task.id(), loss.getClass().getSimpleName()));
  }

  /** Writes the steps of one output: its loss and the gradient of it. */
  void add(
      PlanBuilder plan,
      FeatureMap output,
      DeviceTruth truth,
      Place weight,
      Place gradient,
      Place result) {
    int pixels = output.height() * output.width();
    int blocks = Math.min(MOST_BLOCKS, (pixels + THREADS - 1) / THREADS);
    int images = plan.batch();
    Place parts = plan.allocateBytes(2L * images * blocks * Double.BYTES);
    plan.blocks(
        LABEL,
        formula.name(),
        blocks,
        images,
        plan.value(output),
        truth.values(),
        truth.valid(),
        pixels,
        output.channels(),
        truth.classWeights(),
        found(plan, output, truth),
        truth.scales(),
        weight,
        gradient,
        parts);
    plan.blocks(LABEL, "finishLoss", 1, 1, parts, blocks, images, truth.scales(), result);
  }

  /** What is found of whole images; null where nothing is asked. */
  private Place found(PlanBuilder plan, FeatureMap output, DeviceTruth truth) {
    return switch (formula.before()) {
      case NONE -> null;
      case LARGEST_DIFFERENCE -> fits(plan, output, truth, false);
      case ALIGNMENT -> fits(plan, output, truth, true);
      case HARDEST_PIXELS -> limits(plan, output, truth);
    };
  }

  /** How far predictions are from the truth at most, and how they are brought to it. */
  private Place fits(PlanBuilder plan, FeatureMap output, DeviceTruth truth, boolean aligned) {
    int images = plan.batch();
    Place fits = plan.allocateBytes((long) images * FIT * Double.BYTES);
    plan.blocks(
        LABEL,
        "fitImages",
        images,
        1,
        plan.value(output),
        truth.values(),
        truth.valid(),
        output.height() * output.width(),
        aligned ? 1 : 0,
        fits);
    return fits;
  }

  /** Which pixels are the hardest of each image. */
  private Place limits(PlanBuilder plan, FeatureMap output, DeviceTruth truth) {
    int pixels = output.height() * output.width();
    int images = plan.batch();
    Place limits = plan.allocateBytes((long) images * HARD * Double.BYTES);
    plan.blocks(
        LABEL,
        "hardestPixels",
        images,
        1,
        plan.value(output),
        truth.values(),
        truth.valid(),
        pixels,
        output.channels(),
        truth.classWeights(),
        formula.hardest(),
        plan.allocateBytes((long) images * pixels * Double.BYTES),
        limits);
    return limits;
  }
}
