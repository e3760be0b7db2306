package org.networkfission.jobs.predict;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.ColumnForms;
import org.networkfission.model.task.TaskDefinition;

/** A prediction as the bytes of columns of a table, one per task. */
public final class PredictionColumns {
  /** How sure a network is of its labels; a column beside theirs. */
  public static final String CONFIDENCE = "labels_confidence";

  private PredictionColumns() {}

  /**
   * A task of a prediction, as {@link TaskDefinition#column} writes it.
   *
   * @param map of the task's type
   */
  public static byte[] bytes(Task task, Object map, ColumnForms forms) {
    return bytes(task.definition(), map, forms);
  }

  private static <P> byte[] bytes(TaskDefinition<P> definition, Object map, ColumnForms forms) {
    return definition.column(definition.type().cast(map), forms);
  }

  /** How the columns of some tasks are read. */
  static Map<String, String> meanings(List<Task> tasks, ColumnForms forms) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Task task : tasks) {
      columns.put(task.id(), task.definition().columnMeaning(forms));
      if (task.definition().ofClasses()) {
        columns.put(CONFIDENCE, "uint8 [height, width]: 255 is sure");
      }
    }
    return columns;
  }
}
