package org.networkfission.model.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The losses of one step, each before its weight.
 *
 * @param total the weighted sum that the gradient belongs to
 * @param tasks the losses of each task, in the order of the network's tasks
 */
public record StepLosses(double total, Map<Task, TaskLosses> tasks) {
  /**
   * The losses of one task.
   *
   * @param main of the task's output
   * @param aux1 of the auxiliary head on decoder stage 2 (1/4 of the input size); 0 where there is
   *     none
   * @param aux2 of the auxiliary head on decoder stage 1 (1/8 of the input size); 0 where there is
   *     none
   * @param peak the largest absolute value of the task's output
   * @param images {@code main} of each image by itself: the mean over its valid pixels, NaN where
   *     it has none
   */
  public record TaskLosses(double main, double aux1, double aux2, double peak, double[] images) {
    /** By value, the images' losses too. */
    @Override
    public boolean equals(Object other) {
      return other instanceof TaskLosses that
          && List.of(main, aux1, aux2, peak)
              .equals(List.of(that.main, that.aux1, that.aux2, that.peak))
          && Arrays.equals(images, that.images);
    }

    @Override
    public int hashCode() {
      return Objects.hash(main, aux1, aux2, peak, Arrays.hashCode(images));
    }
  }
}
