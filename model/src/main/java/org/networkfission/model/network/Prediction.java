package org.networkfission.model.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.task.TaskDefinition;

/**
 * What is predicted for one image.
 *
 * @param maps by task, of its {@link TaskDefinition#type}; absent where nothing is said of a task
 */
public record Prediction(Map<Task, Object> maps) {
  /**
   * Checks the types.
   *
   * @throws ClassCastException if a task's map is not of its type
   */
  public Prediction {
    Map<Task, Object> sorted = new EnumMap<>(Task.class);
    maps.forEach((task, map) -> sorted.put(task, task.definition().type().cast(map)));
    maps = Collections.unmodifiableMap(sorted);
  }

  /**
   * Splits a network's outputs into images.
   *
   * @param outputs by task, [batch, channels, height, width], as {@link Predictor#predict} says
   */
  public static List<Prediction> of(Map<Task, INDArray> outputs) {
    int images = (int) outputs.values().iterator().next().size(0);
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      Map<Task, Object> maps = new EnumMap<>(Task.class);
      for (Map.Entry<Task, INDArray> output : outputs.entrySet()) {
        INDArray array = output.getValue();
        float[] planes = Planes.of(array.slice(i));
        TaskDefinition<?> definition = output.getKey().definition();
        maps.put(
            output.getKey(),
            definition.prediction(planes, (int) array.size(3), (int) array.size(2)));
      }
      predictions.add(new Prediction(maps));
    }
    return predictions;
  }

  /**
   * What is predicted of a task; empty where nothing is.
   *
   * @param type the task's
   */
  public <P> Optional<P> map(Task task, Class<P> type) {
    return Optional.ofNullable(maps.get(task)).map(type::cast);
  }
}
