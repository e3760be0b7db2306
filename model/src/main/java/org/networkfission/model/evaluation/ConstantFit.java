package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.Constant;
import org.networkfission.prep.frame.LabeledImage;

/**
 * Finds the best prediction that does not look at the image: what any network must beat. Fitted on
 * training frames, for each task's first metric: the class of most pixels, the direction with most
 * normals within 30 degrees, the depth with most pixels within a factor of 1.25.
 */
public final class ConstantFit implements Serializable {
  private static final long serialVersionUID = 1;

  private final Map<Task, Constant<?>> byTask = new EnumMap<>(Task.class);
  private long frames;

  /**
   * Starts with no frames.
   *
   * @param classes the number of classes, void included
   */
  public ConstantFit(int classes) {
    for (Task task : Task.values()) {
      task.definition().constant(classes).ifPresent(constant -> byTask.put(task, constant));
    }
  }

  /** Adds a training frame. */
  public void add(LabeledImage image) {
    frames++;
    byTask.values().forEach(constant -> constant.add(image));
  }

  /** Adds what another part saw, and returns this. */
  public ConstantFit add(ConstantFit other) {
    frames += other.frames;
    byTask.forEach((task, constant) -> constant.add(other.byTask.get(task)));
    return this;
  }

  /** How many training frames were seen. */
  public long frames() {
    return frames;
  }

  /** The constant prediction, for an image of some size; tasks that no frame shows are absent. */
  public Prediction prediction(int width, int height) {
    Map<Task, Object> maps = new EnumMap<>(Task.class);
    byTask.forEach(
        (task, constant) ->
            constant.prediction(width, height).ifPresent(map -> maps.put(task, map)));
    return new Prediction(maps);
  }
}
