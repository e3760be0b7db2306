package org.networkfission.model.loss;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.PixelLoss.Block;
import org.networkfission.model.network.Task;

/** The loss of one task against the truth of one minibatch, for its main and auxiliary outputs. */
public final class TaskLoss {
  private final PixelLoss loss;
  private final Truth truth;

  /**
   * Takes a task's truth out of a minibatch.
   *
   * @param classes number of classes, void included
   */
  public TaskLoss(Task task, Batch batch, LossSpec spec, int classes) {
    this.truth = Truth.of(task, batch, spec.normalisation());
    this.loss =
        switch (task) {
          case LABELS -> new CrossEntropy(classes);
          case NORMALS -> new Cosine();
          case DEPTH -> new DepthDifference(spec.depthLoss());
          case DISPARITY -> new ScaleShiftInvariant(spec.depthLoss());
        };
  }

  /**
   * A loss and its gradient.
   *
   * @param loss without the weight
   * @param gradient of weight * loss, shaped as the prediction
   * @param peak the largest absolute value predicted
   */
  public record Result(double loss, INDArray gradient, double peak) {}

  /**
   * Compares an output with the truth.
   *
   * @param prediction [batch, channels, height, width]
   * @param weight what the gradient is multiplied with
   */
  public Result compute(INDArray prediction, double weight) {
    Pixels values = Pixels.of(prediction);
    Pixels gradient = Pixels.zeros(prediction.dataType(), Math.toIntExact(prediction.length()));
    int channels = Math.toIntExact(prediction.size(1));
    Block block = new Block(channels, truth.channels());
    int pixels = truth.pixels();
    double total = 0;
    double peak = 0;
    for (int image = 0; image < truth.images(); image++) {
      loss.begin(values, truth, image);
      double scale = truth.scale()[image];
      double sum = 0;
      for (int from = 0; from < pixels; from += Block.SIZE) {
        block.count = Math.min(Block.SIZE, pixels - from);
        truth.read(block, image, from);
        for (int c = 0; c < channels; c++) {
          int plane = (image * channels + c) * pixels + from;
          values.read(plane, block.count, block.prediction, c * Block.SIZE);
          peak = Math.max(peak, block.peak(c));
        }
        sum += loss.add(block);
        for (int c = 0; c < channels; c++) {
          int plane = (image * channels + c) * pixels + from;
          gradient.write(plane, block.count, block.gradient, c * Block.SIZE, weight * scale);
        }
      }
      total += scale * sum;
    }
    return new Result(total, gradient.array(prediction.shape()), peak);
  }
}
