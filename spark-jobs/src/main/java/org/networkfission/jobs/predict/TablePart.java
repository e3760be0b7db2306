package org.networkfission.jobs.predict;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.networkfission.jobs.inference.PhotoPrediction;
import org.networkfission.model.network.Task;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.shard.GroupFile;

/** Predictions as a Parquet file, a row per photo and a column per task. */
final class TablePart implements PartWriter {
  static final String FOLDER = "predictions";

  private static final String KEY = "key";
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final String PHOTO_WIDTH = "photo_width";
  private static final String PHOTO_HEIGHT = "photo_height";

  private final PredictionForm form;
  private final Path output;
  private final String path;
  private final Configuration hadoop;
  private final SimpleGroupFactory groups;
  private final ParquetWriter<Group> writer;

  /**
   * @param path of a file that no other attempt writes, below the output
   */
  TablePart(PredictionForm form, List<Task> tasks, Path output, String path, Configuration hadoop)
      throws IOException {
    this.form = form;
    this.output = output;
    this.path = path;
    this.hadoop = hadoop;
    MessageType schema = schema(tasks);
    groups = new SimpleGroupFactory(schema);
    writer = GroupFile.create(new Path(output, path), schema, hadoop);
  }

  private static MessageType schema(List<Task> tasks) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    schema.required(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(KEY);
    for (String size : List.of(WIDTH, HEIGHT, PHOTO_WIDTH, PHOTO_HEIGHT)) {
      schema.required(PrimitiveTypeName.INT32).named(size);
    }
    for (Task task : tasks) {
      schema.required(PrimitiveTypeName.BINARY).named(task.id());
      if (task.definition().ofClasses()) {
        schema.required(PrimitiveTypeName.BINARY).named(PredictionColumns.CONFIDENCE);
      }
    }
    return schema.named("prediction");
  }

  @Override
  public void write(LoadedPhoto photo, PhotoPrediction prediction, PhotoPrediction small)
      throws IOException {
    Group row =
        groups
            .newGroup()
            .append(KEY, photo.key())
            .append(WIDTH, prediction.width())
            .append(HEIGHT, prediction.height())
            .append(PHOTO_WIDTH, photo.photo().width())
            .append(PHOTO_HEIGHT, photo.photo().height());
    prediction
        .prediction()
        .maps()
        .forEach(
            (task, map) ->
                row.append(
                    task.id(),
                    Binary.fromConstantByteArray(
                        PredictionColumns.bytes(task, map, form.columns()))));
    prediction
        .confidence()
        .ifPresent(
            sure -> row.append(PredictionColumns.CONFIDENCE, Binary.fromConstantByteArray(sure)));
    writer.write(row);
  }

  @Override
  public List<StoredFile> files() throws IOException {
    return List.of(StoredFile.describe(output, path, hadoop));
  }

  @Override
  public List<PartRecord.Image> images() {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
