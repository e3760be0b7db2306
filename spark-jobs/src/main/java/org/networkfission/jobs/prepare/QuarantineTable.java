package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.networkfission.jobs.prepare.UnitSummary.Rejected;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.shard.GroupFile;
import org.networkfission.prep.shard.Manifest;

/** Writes the frames in quarantine as one Parquet file: key, source, reason, message, frames. */
final class QuarantineTable {
  private static final MessageType SCHEMA =
      Types.buildMessage()
          .addField(text("key"))
          .addField(text("source"))
          .addField(text("reason"))
          .addField(text("message"))
          .addField(Types.required(PrimitiveTypeName.INT64).named("frames"))
          .named("quarantine");

  private QuarantineTable() {}

  private static org.apache.parquet.schema.Type text(String name) {
    return Types.optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  /**
   * Writes the table where it stays.
   *
   * @param run tells the files of this run from those of runs before it
   */
  static StoredFile write(Path dataset, String run, List<Rejected> rejected, Configuration hadoop)
      throws IOException {
    String path = "%s/part-00000%s.parquet".formatted(Manifest.QUARANTINE, run);
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> writer =
        GroupFile.builder(new Path(dataset, path), SCHEMA, hadoop)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withWriteMode(org.apache.parquet.hadoop.ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Rejected frame : rejected) {
        Group row = groups.newGroup();
        add(row, "key", frame.key());
        add(row, "source", frame.source());
        add(row, "reason", frame.reason());
        add(row, "message", frame.message());
        writer.write(row.append("frames", frame.frames()));
      }
    }
    return StoredFile.describe(dataset, path, hadoop);
  }

  private static void add(Group row, String column, String value) {
    if (value != null) {
      row.append(column, value);
    }
  }
}
