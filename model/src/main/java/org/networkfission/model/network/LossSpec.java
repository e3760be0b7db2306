package org.networkfission.model.network;

import java.io.Serializable;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.LossOptions;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.prep.settings.Check;

/**
 * The loss of a network: the sum over its tasks of weight * (main + aux1 * first auxiliary + aux2 *
 * second auxiliary). Weights of tasks that the network does not have are ignored.
 *
 * @param labels softmax cross-entropy; void weighs nothing. Its classes may weigh differently
 * @param normals 1 - cosine of prediction and truth
 * @param depth the depth loss in metres
 * @param disparity the loss of inverse depth up to scale and shift, and a quarter of the depth loss
 *     of inverse depth; where a file of an older version says nothing, as depth's
 * @param depthLoss which depth loss, of depth and within disparity's
 * @param normalisation what a loss is divided by
 * @param balance how the tasks' weights change while the network trains; where a file of an older
 *     version says nothing, not at all
 * @param dwa what dynamic weight averaging asks
 * @param gradnorm what GradNorm asks
 */
public record LossSpec(
    LabelLoss labels,
    TaskWeights normals,
    TaskWeights depth,
    TaskWeights disparity,
    DepthLoss depthLoss,
    Normalisation normalisation,
    Balance balance,
    Dwa dwa,
    GradNorm gradnorm)
    implements Serializable {
  public LossSpec {
    disparity = disparity == null ? depth : disparity;
    balance = balance == null ? Balance.FIXED : balance;
    dwa = dwa == null ? Dwa.PUBLISHED : dwa;
    gradnorm = gradnorm == null ? GradNorm.PUBLISHED : gradnorm;
  }

  /** Losses whose weights stay as they are. */
  public LossSpec(
      TaskWeights labels,
      TaskWeights normals,
      TaskWeights depth,
      TaskWeights disparity,
      DepthLoss depthLoss,
      Normalisation normalisation) {
    this(
        LabelLoss.of(labels),
        normals,
        depth,
        disparity,
        depthLoss,
        normalisation,
        null,
        null,
        null);
  }

  /** The same with another loss of labels. */
  public LossSpec with(LabelLoss other) {
    return new LossSpec(
        other, normals, depth, disparity, depthLoss, normalisation, balance, dwa, gradnorm);
  }

  /**
   * What the losses of pixels ask.
   *
   * @param classes number of classes, void included
   */
  public LossOptions options(int classes) {
    return new LossOptions(classes, depthLoss, labels.classWeights(), labels.hardest());
  }

  /**
   * Dynamic weight averaging.
   *
   * @param temperature the higher, the more equal the weights
   * @param every how many steps a mean of the losses is over
   */
  public record Dwa(double temperature, int every) implements Serializable {
    /** The published temperature; a mean over as many steps as make a small epoch. */
    static final Dwa PUBLISHED = new Dwa(2, 100);

    public Dwa {
      new Check()
          .that(
              "temperature",
              temperature,
              temperature > 0 && Double.isFinite(temperature),
              "positive")
          .that("every", every, every >= 1, "at least 1")
          .done();
    }
  }

  /**
   * GradNorm.
   *
   * @param alpha how much harder a task pulls that has learned less than the others; 0 for equally
   *     hard
   * @param learningRate of the weights
   */
  public record GradNorm(double alpha, double learningRate) implements Serializable {
    /** The published alpha for NYUv2. */
    static final GradNorm PUBLISHED = new GradNorm(1.5, 0.025);

    public GradNorm {
      new Check()
          .that("alpha", alpha, alpha >= 0 && Double.isFinite(alpha), "0 or more")
          .that(
              "learningRate",
              learningRate,
              learningRate > 0 && learningRate <= 1,
              "above 0, at most 1")
          .done();
    }
  }

  /** The weighted losses of one task: what the total counts for it where its factor is 1. */
  public double of(Task task, StepLosses.TaskLosses losses) {
    TaskWeights weights = weights(task);
    return weights.weight()
        * (losses.main() + weights.aux1() * losses.aux1() + weights.aux2() * losses.aux2());
  }

  /**
   * The weights of one task.
   *
   * @param weight of the task (lambda)
   * @param aux1 of its auxiliary head on decoder stage 2, relative to the main head
   * @param aux2 of its auxiliary head on decoder stage 1, relative to the main head
   */
  public record TaskWeights(double weight, double aux1, double aux2) implements Serializable {
    public TaskWeights {
      new Check()
          .that("weight", weight, weight >= 0 && Double.isFinite(weight), "0 or more")
          .that("aux1", aux1, aux1 >= 0 && Double.isFinite(aux1), "0 or more")
          .that("aux2", aux2, aux2 >= 0 && Double.isFinite(aux2), "0 or more")
          .done();
    }
  }

  /** The weights of a task. */
  public TaskWeights weights(Task task) {
    return switch (task) {
      case LABELS -> labels.weights();
      case NORMALS -> normals;
      case DEPTH -> depth;
      case DISPARITY -> disparity;
    };
  }
}
