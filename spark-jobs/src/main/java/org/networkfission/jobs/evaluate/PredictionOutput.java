package org.networkfission.jobs.evaluate;

import static java.util.stream.Collectors.joining;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.networkfission.jobs.predict.PredictionFiles;
import org.networkfission.model.network.Prediction;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.shard.GroupFile;

/**
 * Where executors write predictions. Each file appears whole; the report's record lists those of
 * the attempts that were taken.
 *
 * @param format as what
 * @param folder of the report, a Hadoop path
 * @param proof that the folder is still the job's
 * @param tasks names of the network's tasks
 * @param palette a colour per class, 0xRRGGBB
 */
record PredictionOutput(
    PredictionFormat format,
    String folder,
    Lease.Proof proof,
    List<String> tasks,
    List<Integer> palette)
    implements Serializable {
  /** The folder within a report. */
  static final String FOLDER = "predictions";

  /** What some file system gives a meaning of its own. */
  private static final String UNSAFE = "%:\\*?\"<>|";

  /** Writes the predictions of one piece of work. */
  interface Writer extends Closeable {
    void write(String key, Prediction prediction) throws IOException;

    /** What was written; to be asked after closing. */
    List<StoredFile> files() throws IOException;
  }

  /**
   * Begins a piece of work.
   *
   * @param piece unique among all pieces and attempts
   */
  Writer open(String piece, Configuration hadoop) throws IOException {
    if (format != PredictionFormat.NONE) {
      proof.check(hadoop);
    }
    return switch (format) {
      case NONE -> new Nowhere();
      case PNG -> new Files(hadoop);
      case PARQUET -> new Rows(piece, hadoop);
    };
  }

  /**
   * The path of a frame below a folder: its key, with whatever a path would not take as a name
   * written as {@code %} and its code, so that no key of a foreign data set leads elsewhere.
   */
  static String fileName(String key) {
    return Stream.of(key.split("/", -1)).map(PredictionOutput::segment).collect(joining("/"));
  }

  private static String segment(String text) {
    if (text.isEmpty()) {
      return "%";
    }
    StringBuilder name = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              boolean special = c < ' ' || c == 0x7f || UNSAFE.indexOf(c) >= 0;
              // Only dots: this folder, or the one above.
              if (special || (c == '.' && text.chars().allMatch(d -> d == '.'))) {
                name.append("%%%02X".formatted(c));
              } else {
                name.append((char) c);
              }
            });
    return name.toString();
  }

  private static final class Nowhere implements Writer {
    @Override
    public void write(String key, Prediction prediction) {}

    @Override
    public List<StoredFile> files() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /**
   * A frame's prediction has a known name: an attempt writes over the files of one before it, and
   * no two may write at a time.
   */
  private final class Files implements Writer {
    private final Configuration hadoop;
    private final List<StoredFile> files = new ArrayList<>();

    Files(Configuration hadoop) {
      this.hadoop = hadoop;
    }

    @Override
    public void write(String key, Prediction prediction) throws IOException {
      for (Map.Entry<String, byte[]> png : PredictionFiles.of(prediction, palette).entrySet()) {
        String path = "%s/%s/%s.png".formatted(FOLDER, png.getKey(), fileName(key));
        WholeFile.write(new Path(folder, path), png.getValue(), hadoop);
        files.add(StoredFile.of(path, png.getValue()));
      }
    }

    @Override
    public List<StoredFile> files() {
      return files;
    }

    @Override
    public void close() {}
  }

  private final class Rows implements Writer {
    private static final String KEY = "frame_key";
    private static final long ROW_GROUP_BYTES = 32L << 20;

    private final String path;
    private final Configuration hadoop;
    private final SimpleGroupFactory groups;
    private final ParquetWriter<Group> writer;

    Rows(String piece, Configuration hadoop) throws IOException {
      this.path = "%s/part-%s.parquet".formatted(FOLDER, piece);
      this.hadoop = hadoop;
      Types.MessageTypeBuilder schema = Types.buildMessage();
      schema.required(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(KEY);
      tasks.forEach(task -> schema.required(PrimitiveTypeName.BINARY).named(task));
      MessageType type = schema.named("prediction");
      groups = new SimpleGroupFactory(type);
      writer =
          GroupFile.builder(new Path(folder, path), type, hadoop)
              .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
              .withRowGroupSize(ROW_GROUP_BYTES)
              .withDictionaryEncoding(false)
              .withWriteMode(ParquetFileWriter.Mode.CREATE)
              .build();
    }

    @Override
    public void write(String key, Prediction prediction) throws IOException {
      Group row = groups.newGroup().append(KEY, key);
      PredictionFiles.of(prediction, palette)
          .forEach((task, png) -> row.append(task, Binary.fromConstantByteArray(png)));
      writer.write(row);
    }

    @Override
    public List<StoredFile> files() throws IOException {
      return List.of(StoredFile.describe(new Path(folder), path, hadoop));
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
