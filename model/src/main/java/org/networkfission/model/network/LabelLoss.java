package org.networkfission.model.network;

import java.io.Serializable;
import java.util.List;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.prep.settings.Check;

/**
 * The loss of labels. Where a file of an older version says nothing, all classes and pixels count
 * alike.
 *
 * @param weight of the task (lambda)
 * @param aux1 of its auxiliary head on decoder stage 2, relative to the main head
 * @param aux2 of its auxiliary head on decoder stage 1, relative to the main head
 * @param balance by what the data set says how much each class counts
 * @param beta of {@link ClassBalance#EFFECTIVE}: 0 for all alike, towards 1 by inverse frequency
 * @param classWeights what a pixel of each class counts for, void first: the user's, or what {@code
 *     balance} found; none where all count alike
 * @param hardest of an image's pixels that have a class, the share that counts: those of the
 *     largest losses
 */
public record LabelLoss(
    double weight,
    double aux1,
    double aux2,
    ClassBalance balance,
    Double beta,
    List<Double> classWeights,
    Double hardest)
    implements Serializable {
  private static final double USUAL_BETA = 0.999;

  public LabelLoss {
    balance = balance == null ? ClassBalance.NONE : balance;
    beta = beta == null ? USUAL_BETA : beta;
    classWeights = classWeights == null ? List.of() : List.copyOf(classWeights);
    hardest = hardest == null ? 1 : hardest;
    new Check()
        .that("weight", weight, weight >= 0 && Double.isFinite(weight), "0 or more")
        .that("aux1", aux1, aux1 >= 0 && Double.isFinite(aux1), "0 or more")
        .that("aux2", aux2, aux2 >= 0 && Double.isFinite(aux2), "0 or more")
        .that("beta", beta, beta >= 0 && beta < 1, "0 or more, below 1")
        .that(
            "classWeights",
            classWeights,
            classWeights.stream().allMatch(w -> w >= 0 && Double.isFinite(w)),
            "numbers of 0 or more")
        .that("hardest", hardest, hardest > 0 && hardest <= 1, "above 0, at most 1")
        .done();
  }

  /** All classes and pixels count alike. */
  public static LabelLoss of(TaskWeights weights) {
    return new LabelLoss(weights.weight(), weights.aux1(), weights.aux2(), null, null, null, null);
  }

  /** The same, with what a pixel of each class counts for. */
  public LabelLoss weighing(List<Double> classes) {
    return new LabelLoss(weight, aux1, aux2, balance, beta, classes, hardest);
  }

  /** What it counts beside other tasks. */
  public TaskWeights weights() {
    return new TaskWeights(weight, aux1, aux2);
  }
}
