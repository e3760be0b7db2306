package org.networkfission.model.network;

import java.io.Serializable;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.prep.settings.Check;

/**
 * The loss of a network: the sum over its tasks of weight * (main + aux1 * first auxiliary + aux2 *
 * second auxiliary). Weights of tasks that the network does not have are ignored.
 *
 * @param labels softmax cross-entropy; void weighs nothing
 * @param normals 1 - cosine of prediction and truth
 * @param depth the depth loss in metres
 * @param disparity the loss of inverse depth up to scale and shift, and a quarter of the depth loss
 *     of inverse depth; where a file of an older version says nothing, as depth's
 * @param depthLoss which depth loss, of depth and within disparity's
 * @param normalisation what a loss is divided by
 */
public record LossSpec(
    TaskWeights labels,
    TaskWeights normals,
    TaskWeights depth,
    TaskWeights disparity,
    DepthLoss depthLoss,
    Normalisation normalisation)
    implements Serializable {
  public LossSpec {
    disparity = disparity == null ? depth : disparity;
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
      case LABELS -> labels;
      case NORMALS -> normals;
      case DEPTH -> depth;
      case DISPARITY -> disparity;
    };
  }
}
