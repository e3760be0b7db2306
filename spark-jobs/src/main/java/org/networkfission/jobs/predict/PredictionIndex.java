package org.networkfission.jobs.predict;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.predict.PredictSettings.Format;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.GroupFile;

/**
 * What lies beside predictions: what was predicted with what, and the photos that were not. The
 * records of parts are read one after the other, and none is held.
 *
 * @param records names of the parts' records, in the order of parts
 */
record PredictionIndex(
    WorkFolder folder,
    PredictionForm form,
    TrainedModel model,
    ClassMap classes,
    Collection<String> records,
    Configuration hadoop) {
  /** What was predicted with what. */
  static final String FILE = "predictions.json";

  static final String QUARANTINE = "quarantine";

  private static final MessageType SCHEMA =
      Types.buildMessage()
          .addFields(text("key"), text("source"), text("reason"), text("message"))
          .named("quarantine");

  private static org.apache.parquet.schema.Type text(String name) {
    return Types.required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  /** A class that labels may hold. */
  private record LabelClass(int id, String name, String color) {}

  /** A photo that was not predicted, for people. */
  private record Failed(String input, String reason) {}

  /** Writes the index. */
  void write(OutputStream out) throws IOException {
    JsonGenerator json =
        Json.INDENTED
            .createGenerator(out)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .useDefaultPrettyPrinter();
    json.writeStartObject();
    json.writeStringField("checkpoint", model.path().toString());
    json.writeStringField("sha256", model.file().sha256());
    String precision = precision();
    if (!precision.isEmpty()) {
      json.writeStringField("precision", precision);
    }
    json.writeNumberField("width", model.spec().width());
    json.writeNumberField("height", model.spec().height());
    json.writeObjectField("classes", labelClasses());
    if (form.format() == Format.PNG) {
      json.writeArrayFieldStart("images");
      for (String record : records) {
        for (PartRecord.Image image : folder.read(record, hadoop).images()) {
          json.writeObject(image);
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("failed");
      for (String record : records) {
        for (PartRecord.Rejected photo : folder.read(record, hadoop).rejected()) {
          json.writeObject(new Failed(photo.input(), photo.message()));
        }
      }
      json.writeEndArray();
    } else {
      json.writeObjectField(
          "columns", PredictionColumns.meanings(model.spec().tasks(), form.columns()));
    }
    json.writeEndObject();
    json.close();
  }

  /** What features were computed in: two on a cluster of which some processors lack one. */
  private String precision() throws IOException {
    Set<String> all = new TreeSet<>();
    for (String record : records) {
      Optional.ofNullable(folder.read(record, hadoop).precision()).ifPresent(all::add);
    }
    return String.join(", ", all);
  }

  private List<LabelClass> labelClasses() {
    List<LabelClass> named = new ArrayList<>();
    if (model.spec().predictsClasses()) {
      for (int c = 0; c < classes.size(); c++) {
        String color = "#%06x".formatted(classes.palette().get(c));
        named.add(new LabelClass(c, classes.classNames().get(c), color));
      }
    }
    return named;
  }

  /**
   * Writes the photos that could not be predicted as a table.
   *
   * @param path of the table below the output
   */
  StoredFile quarantine(String path) throws IOException {
    Path output = new Path(folder.output());
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> table = GroupFile.create(new Path(output, path), SCHEMA, hadoop)) {
      for (String record : records) {
        for (PartRecord.Rejected photo : folder.read(record, hadoop).rejected()) {
          table.write(
              groups
                  .newGroup()
                  .append("key", photo.key())
                  .append("source", photo.input())
                  .append("reason", photo.reason())
                  .append("message", photo.message()));
        }
      }
    }
    return StoredFile.describe(output, path, hadoop);
  }
}
