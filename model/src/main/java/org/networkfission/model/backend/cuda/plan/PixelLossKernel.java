package org.networkfission.model.backend.cuda.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.loss.Cosine;
import org.networkfission.model.loss.CrossEntropy;
import org.networkfission.model.loss.DepthDifference;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.ScaleShiftInvariant;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;

/**
 * The kernels of one kind of loss.
 *
 * @param name of the kernel that goes over the pixels
 * @param fit whether whole images are looked at first
 * @param berhu whether differences are judged by reverse Huber
 * @param aligned whether scale and shift are free
 * @param hardest the share of an image's pixels that counts, of cross-entropy
 */
record PixelLossKernel(String name, boolean fit, boolean berhu, boolean aligned, double hardest) {
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
  record Truth(Place values, Place valid, Place scales, Place classWeights) {}

  /**
   * The kernels of a loss.
   *
   * @throws CudaException if there are none
   */
  static PixelLossKernel of(Task task, PixelLoss loss) {
    if (loss instanceof CrossEntropy entropy) {
      return new PixelLossKernel("crossEntropy", false, false, false, entropy.hardest());
    } else if (loss instanceof Cosine) {
      return new PixelLossKernel("cosine", false, false, false, 1);
    } else if (loss instanceof DepthDifference difference) {
      boolean berhu = difference.kind() == DepthLoss.BERHU;
      return new PixelLossKernel("difference", berhu, berhu, false, 1);
    } else if (loss instanceof ScaleShiftInvariant invariant) {
      boolean berhu = invariant.plainKind() == DepthLoss.BERHU;
      return new PixelLossKernel("difference", true, berhu, true, 1);
    }
    throw new CudaException(
        "Cannot compute the loss of %s on a GPU: there is no kernel for %s (network.compute = onednn or nd4j computes it)"
            .formatted(task.id(), loss.getClass().getSimpleName()));
  }

  /** Writes the steps of one output: its loss and the gradient of it. */
  void add(
      PlanBuilder plan,
      FeatureMap output,
      Truth truth,
      Place weight,
      Place gradient,
      Place result) {
    int pixels = output.height() * output.width();
    int blocks = Math.min(MOST_BLOCKS, (pixels + THREADS - 1) / THREADS);
    int images = plan.batch();
    Place parts = plan.allocateBytes(2L * images * blocks * Double.BYTES);
    Place fits = plan.allocateBytes((long) images * FIT * Double.BYTES);
    Place prediction = plan.value(output);
    if (fit) {
      plan.blocks(
          LABEL,
          "fitImages",
          images,
          1,
          prediction,
          truth.values(),
          truth.valid(),
          pixels,
          aligned ? 1 : 0,
          fits);
    }
    List<Object> arguments =
        new ArrayList<>(Arrays.asList(prediction, truth.values(), truth.valid(), pixels));
    if (name.equals("crossEntropy")) {
      arguments.add(output.channels());
      arguments.add(truth.classWeights());
      arguments.add(hardest == 1 ? null : limits(plan, output, truth));
    } else if (name.equals("difference")) {
      arguments.addAll(List.of(berhu ? 1 : 0, aligned ? 1 : 0, fits));
    }
    arguments.addAll(List.of(truth.scales(), weight, gradient, parts));
    plan.blocks(LABEL, name, blocks, images, arguments.toArray());
    plan.blocks(LABEL, "finishLoss", 1, 1, parts, blocks, images, truth.scales(), result);
  }

  /** Which pixels are the hardest of each image. */
  private Place limits(PlanBuilder plan, FeatureMap output, Truth truth) {
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
        hardest,
        plan.allocateBytes((long) images * pixels * Double.BYTES),
        limits);
    return limits;
  }
}
