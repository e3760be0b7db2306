package org.networkfission.model.loss;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.parallel.Workers;

/** The loss of one task against the truth of one minibatch, for its main and auxiliary outputs. */
public final class TaskLoss {
  private final PixelLoss loss;
  private final Target target;
  private final double[] scale;

  /**
   * Prepares the comparison.
   *
   * @param byAllPixels whether the authors divide this loss by all pixels of the minibatch, valid
   *     or not
   * @param share what the loss counts for among all replicas; 1 where all know as much
   */
  public TaskLoss(
      PixelLoss loss,
      Target target,
      Normalisation normalisation,
      boolean byAllPixels,
      double share) {
    this.loss = loss;
    this.target = target;
    this.scale = target.scale(normalisation, byAllPixels, share);
  }

  /** What a pixel's loss is. */
  public PixelLoss pixelLoss() {
    return loss;
  }

  /** The truth. */
  public Target target() {
    return target;
  }

  /** Per image, what each of its pixels' losses is multiplied with. */
  public double[] scale() {
    return scale.clone();
  }

  /**
   * A loss and its gradient.
   *
   * @param loss without the weight
   * @param gradient of weight * loss, shaped as the prediction
   * @param peak the largest absolute value predicted
   * @param images of each image, the mean over its valid pixels; NaN where it has none
   */
  public record Result(double loss, INDArray gradient, double peak, double[] images) {}

  /**
   * Compares an output with the target.
   *
   * @param prediction [batch, channels, height, width]
   * @param weight what the gradient is multiplied with
   */
  public Result compute(INDArray prediction, double weight) {
    return compute(
        prediction, Nd4j.createUninitialized(prediction.dataType(), prediction.shape()), weight);
  }

  /**
   * Compares an output with the target.
   *
   * @param prediction [batch, channels, height, width]
   * @param place where the gradient goes, row-major and no view; may be the prediction's own array,
   *     which is lost then
   * @param weight what the gradient is multiplied with
   */
  public Result compute(INDArray prediction, INDArray place, double weight) {
    Pixels values = Pixels.of(prediction);
    Pixels gradient = Pixels.in(place);
    int channels = Math.toIntExact(prediction.size(1));
    int blocks = Block.count(target);
    double[] sums = new double[blocks];
    Queue<Block> rooms = new ConcurrentLinkedQueue<>();
    double total = 0;
    double[] images = new double[target.images()];
    for (int image = 0; image < target.images(); image++) {
      loss.begin(values, target, image);
      double factor = scale[image];
      double sum = 0;
      int one = image;
      Workers.forEach(
          (blocks + Block.SHARE - 1) / Block.SHARE,
          piece -> {
            Block free = rooms.poll();
            Block block = free == null ? new Block(values, channels, target.channels()) : free;
            for (int i = piece * Block.SHARE;
                i < Math.min(blocks, (piece + 1) * Block.SHARE);
                i++) {
              block.read(values, target, one, i);
              sums[i] = loss.add(block);
              block.write(gradient, target, one, i, weight * factor);
            }
            rooms.add(block);
          });
      for (double of : sums) { // In order, so that threads do not change a bit.
        sum += of;
      }
      total += factor * sum;
      images[image] = sum / target.validPixels(image);
    }
    double peak = rooms.stream().mapToDouble(Block::peak).reduce(0, Math::max);
    return new Result(total, place, peak, images);
  }
}
