package org.networkfission.api;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.networkfission.jobs.predict.PredictionColumns;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.ColumnForms;
import org.networkfission.model.task.ColumnForms.DepthColumn;
import org.networkfission.model.task.ColumnForms.NormalsColumn;
import org.networkfission.prep.frame.ImageSize;

/**
 * The columns that a transformer takes and adds.
 *
 * @param tasks in the order of the network
 * @param photoSize whether predictions have the photo's size, not the network's
 * @param window the largest part of a photo that the network sees at once; null: all of it
 * @param forms how the columns hold predictions
 */
record PhotoColumns(
    List<Task> tasks,
    String input,
    String prefix,
    boolean photoSize,
    ImageSize window,
    ColumnForms forms)
    implements Serializable {
  private static final String WIDTH = "prediction_width";
  private static final String HEIGHT = "prediction_height";
  private static final String ERROR = "prediction_error";

  static PhotoColumns of(
      List<Task> tasks, String input, String prefix, String size, String window, String depth) {
    return new PhotoColumns(
        List.copyOf(tasks),
        input,
        prefix,
        choice("outputSize", size, "network", "photo") == 1,
        window.isEmpty() ? null : ImageSize.parse(window),
        new ColumnForms(
            NormalsColumn.OCTAHEDRAL,
            choice("depthType", depth, "uint16", "float32") == 1
                ? DepthColumn.FLOAT32
                : DepthColumn.UINT16));
  }

  private static int choice(String param, String value, String... choices) {
    int index = Arrays.asList(choices).indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(
          "%s = %s: must be one of %s".formatted(param, value, String.join(", ", choices)));
    }
    return index;
  }

  /** Where the photos are among the columns. */
  int input(StructType schema) {
    if (!Arrays.asList(schema.fieldNames()).contains(input)) {
      throw new IllegalArgumentException(
          "inputCol = %s: there is no such column, there are %s"
              .formatted(input, String.join(", ", schema.fieldNames())));
    }
    return schema.fieldIndex(input);
  }

  private StructType ofPredictions() {
    StructType added =
        new StructType()
            .add(prefix + WIDTH, DataTypes.IntegerType)
            .add(prefix + HEIGHT, DataTypes.IntegerType);
    for (Task task : tasks) {
      added = added.add(prefix + task.id(), DataTypes.BinaryType);
      if (task.definition().ofClasses()) {
        added = added.add(prefix + PredictionColumns.CONFIDENCE, DataTypes.BinaryType);
      }
    }
    return added.add(prefix + ERROR, DataTypes.StringType);
  }

  /** How many columns are added. */
  int count() {
    return ofPredictions().size();
  }

  /** A schema with the columns that are added. */
  StructType added(StructType schema) {
    DataType type = schema.fields()[input(schema)].dataType();
    if (!type.equals(DataTypes.BinaryType) && !type.sameType(ImageSchema.columnSchema())) {
      throw new IllegalArgumentException(
          "inputCol = %s: must be binary (the bytes of a photo's file) or an image, is %s"
              .formatted(input, type.simpleString()));
    }
    StructType all = schema;
    List<String> taken = new ArrayList<>(Arrays.asList(schema.fieldNames()));
    for (var field : ofPredictions().fields()) {
      if (taken.contains(field.name())) {
        throw new IllegalArgumentException(
            "Cannot add the column %s: it is there already; set a prefix".formatted(field.name()));
      }
      all = all.add(field);
    }
    return all;
  }
}
