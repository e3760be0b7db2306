package org.networkfission.model.loss;

import java.util.List;

/**
 * What the losses of pixels ask besides prediction and truth.
 *
 * @param classes number of classes, void included
 * @param depthLoss which depth loss
 * @param classWeights what a pixel of each class counts for, void first; none where all count alike
 * @param hardest of the pixels of an image that have a class, the share that counts: those whose
 *     loss is largest
 */
public record LossOptions(
    int classes, DepthLoss depthLoss, List<Double> classWeights, double hardest) {
  public LossOptions {
    classWeights = List.copyOf(classWeights);
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          "Cannot weigh %d classes by %d weights".formatted(classes, classWeights.size()));
    }
  }

  /** All pixels that have a class count, and count alike. */
  public LossOptions(int classes, DepthLoss depthLoss) {
    this(classes, depthLoss, List.of(), 1);
  }
}
