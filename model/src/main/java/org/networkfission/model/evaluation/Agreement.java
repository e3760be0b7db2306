package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.ExactSum;
import org.networkfission.model.task.Closeness;
import org.networkfission.model.task.TaskDefinition;

/**
 * How far one predictor's predictions are from another's, over all frames seen: what an exported
 * model loses. Parts that saw different frames merge exactly.
 */
public final class Agreement implements Serializable {
  private static final long serialVersionUID = 1;

  private final Map<Task, Sums> byTask = new EnumMap<>(Task.class);

  private static final class Sums implements Serializable {
    private static final long serialVersionUID = 1;

    private final ExactSum part = new ExactSum();
    private final ExactSum whole = new ExactSum();

    OptionalDouble share() {
      double all = whole.value();
      return all > 0 ? OptionalDouble.of(part.value() / all) : OptionalDouble.empty();
    }
  }

  /** Adds a frame. */
  public void add(Prediction expected, Prediction other) {
    expected
        .maps()
        .forEach(
            (task, map) -> {
              if (other.maps().containsKey(task)) {
                add(task, closeness(task.definition(), map, other.maps().get(task)));
              }
            });
  }

  private static <P> Closeness closeness(TaskDefinition<P> definition, Object one, Object two) {
    return definition.closeness(definition.type().cast(one), definition.type().cast(two));
  }

  private void add(Task task, Closeness closeness) {
    Sums sums = byTask.computeIfAbsent(task, t -> new Sums());
    sums.part.add(closeness.part());
    sums.whole.add(closeness.whole());
  }

  /** Adds what another part saw. */
  public void add(Agreement other) {
    other.byTask.forEach(
        (task, sums) -> {
          Sums own = byTask.computeIfAbsent(task, t -> new Sums());
          own.part.add(sums.part, 1);
          own.whole.add(sums.whole, 1);
        });
  }

  /** The share of pixels that get the same label; empty without labels. */
  public OptionalDouble labels() {
    return byTask.entrySet().stream()
        .filter(entry -> entry.getKey().definition().ofClasses())
        .map(entry -> entry.getValue().share())
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** The relative L2 distance of the other tasks that there are, by name. */
  public Map<String, Double> distances() {
    Map<String, Double> distances = new LinkedHashMap<>();
    byTask.forEach(
        (task, sums) -> {
          if (!task.definition().ofClasses()) {
            sums.share().ifPresent(share -> distances.put(task.id(), Math.sqrt(share)));
          }
        });
    return distances;
  }
}
