package org.networkfission.model.loss;

import java.util.List;

/**
 * Which formula a loss is, for a back end that has code of its own for each.
 *
 * @param name of the formula, e.g. of CUDA's kernel for it
 * @param before what is found of each image before its pixels
 * @param hardest the share of an image's pixels that counts; 1 for all
 * @param classWeights what a pixel of each class counts for; none where all count alike
 */
public record Formula(String name, Look before, double hardest, List<Double> classWeights) {
  /** What a pixel's loss needs to know of the whole image. */
  public enum Look {
    /** Nothing. */
    NONE,
    /** The largest difference between prediction and truth. */
    LARGEST_DIFFERENCE,
    /** That, and the scale and shift by which the prediction fits best. */
    ALIGNMENT,
    /** The least loss of the hardest pixels of classes. */
    HARDEST_PIXELS
  }

  public Formula {
    classWeights = List.copyOf(classWeights);
  }

  /** A formula by which all pixels count alike. */
  static Formula of(String name, Look before) {
    return new Formula(name, before, 1, List.of());
  }
}
