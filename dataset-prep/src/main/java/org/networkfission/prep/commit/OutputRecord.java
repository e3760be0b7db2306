package org.networkfission.prep.commit;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.settings.Product;

/**
 * The record of a finished output folder, in its file {@code _SUCCESS}: what the folder holds. A
 * folder without one is not finished.
 *
 * @param productVersion the version that wrote it
 * @param job the command that wrote it, such as {@code evaluate}
 * @param files all of the folder's files but this one, by path
 */
public record OutputRecord(String productVersion, String job, List<StoredFile> files) {
  /** The file of the record. */
  public static final String FILE_NAME = "_SUCCESS";

  public OutputRecord {
    files = List.copyOf(files);
  }

  /**
   * Writes the record of a folder, which finishes it.
   *
   * @param files that were seen to be there, with their sizes
   */
  public static void write(Path folder, String job, List<StoredFile> files, Configuration hadoop)
      throws IOException {
    List<StoredFile> byPath =
        files.stream().sorted(Comparator.comparing(StoredFile::path)).toList();
    OutputRecord record = new OutputRecord(Product.VERSION, job, byPath);
    WholeFile.create(new Path(folder, FILE_NAME), record.toJson(), hadoop);
  }

  /** Whether a folder is finished: it has a record, and the record can be read. */
  public static boolean isIn(Path folder, Configuration hadoop) throws IOException {
    return find(folder, hadoop).isPresent();
  }

  /**
   * Reads the record of a finished folder.
   *
   * @throws InputException if there is none
   */
  public static OutputRecord open(Path folder, Configuration hadoop) throws IOException {
    return find(folder, hadoop)
        .orElseThrow(
            () ->
                new InputException(
                    "Cannot open %s: it has no %s that lists its files, so it was not finished"
                        .formatted(folder, FILE_NAME)));
  }

  private static Optional<OutputRecord> find(Path folder, Configuration hadoop) throws IOException {
    Optional<byte[]> content = WholeFile.read(new Path(folder, FILE_NAME), hadoop);
    try {
      return content.isPresent()
          ? Optional.of(Json.MAPPER.readValue(content.get(), OutputRecord.class))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a file that a folder's record lists.
   *
   * @return nothing where the record does not list it
   * @throws InputException if the folder has no record, or the file is not what the record says
   */
  public static Optional<byte[]> read(Path folder, String name, Configuration hadoop)
      throws IOException {
    Optional<StoredFile> listed =
        open(folder, hadoop).files().stream().filter(f -> f.path().equals(name)).findFirst();
    if (listed.isEmpty()) {
      return Optional.empty();
    }
    Optional<byte[]> content = WholeFile.read(new Path(folder, name), hadoop);
    if (content.isEmpty() || !listed.get().holds(content.get())) {
      throw new InputException(
          "Cannot read %s: it is %s, though %s lists it with %,d bytes"
              .formatted(
                  new Path(folder, name),
                  content.isEmpty() ? "missing" : "damaged",
                  FILE_NAME,
                  listed.get().bytes()));
    }
    return content;
  }

  private byte[] toJson() {
    try {
      return Json.INDENTED.writeValueAsBytes(this);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write " + FILE_NAME, e);
    }
  }
}
