package org.networkfission.jobs.inference;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;

/** A model in a folder of its own, apart from the run that it came from. */
public final class SavedModel {
  private static final String FILE = "model.bin";
  private static final String RECORD = "model.json";

  private SavedModel() {}

  /**
   * What the file of a model does not tell itself.
   *
   * @param format that it was exported to; null for a network
   * @param path where it came from
   * @param classNames none in those of earlier versions, which have no palette either
   */
  private record Stored(
      ExportedFormat format,
      String sha256,
      String path,
      String classMap,
      List<String> classNames,
      List<Integer> palette,
      long seed,
      long step,
      long parameters) {
    private Stored {
      classNames = classNames == null ? List.of() : classNames;
      palette = palette == null ? List.of() : palette;
    }
  }

  /** Writes a model into a folder; last its record, without which there is none. */
  public static void write(TrainedModel model, Path folder, Configuration hadoop)
      throws IOException {
    WholeFile.create(new Path(folder, FILE), model.file()::writeTo, hadoop);
    Stored record =
        new Stored(
            model.file().exported().orElse(null),
            model.file().sha256(),
            model.path().toString(),
            model.classMap(),
            model.classNames(),
            model.palette(),
            model.file().seed(),
            model.step(),
            model.parameters());
    WholeFile.create(new Path(folder, RECORD), Json.INDENTED.writeValueAsBytes(record), hadoop);
  }

  /**
   * Reads a model.
   *
   * @throws InputException if it is not there, or damaged
   */
  public static TrainedModel read(Path folder, Configuration hadoop) throws IOException {
    byte[] json = part(folder, RECORD, hadoop);
    byte[] bytes = part(folder, FILE, hadoop);
    Stored record;
    try {
      record = Json.MAPPER.readValue(json, Stored.class);
    } catch (JacksonException e) {
      throw new InputException(
          "Cannot open the model in %s: %s".formatted(folder, e.getOriginalMessage()), e);
    }
    ModelFile file =
        record.format() == null
            ? ModelFile.network(bytes, record.seed())
            : ModelFile.exported(record.format(), bytes);
    if (!file.sha256().equals(record.sha256())) {
      throw new InputException(
          "Cannot open the model in %s: its file %s is damaged".formatted(folder, FILE));
    }
    return new TrainedModel(
        new Path(record.path()),
        file,
        file.check(),
        record.classMap(),
        record.classNames(),
        record.palette(),
        record.step(),
        record.parameters(),
        List.of());
  }

  private static byte[] part(Path folder, String name, Configuration hadoop) throws IOException {
    return WholeFile.read(new Path(folder, name), hadoop)
        .orElseThrow(
            () ->
                new InputException(
                    "Cannot open the model in %s: it has no %s".formatted(folder, name)));
  }
}
