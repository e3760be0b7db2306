package org.networkfission.prep.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.Sha256;
import org.networkfission.prep.storage.Storage;

/**
 * A shard as the manifest lists it.
 *
 * @param path relative to the data set, e.g. {@code train/part-00000.parquet}
 * @param split {@code train}, {@code val} or {@code test}
 * @param rows how many examples it holds
 * @param bytes its length
 * @param rowGroups the number of rows of each row group
 * @param sha256 of its bytes, hexadecimal
 */
public record ShardFile(
    String path, String split, long rows, long bytes, List<Long> rowGroups, String sha256)
    implements Serializable {
  public ShardFile {
    rowGroups = List.copyOf(rowGroups);
  }

  /** Whether the path leads nowhere but below the data set. */
  boolean liesInside() {
    return !path.isEmpty()
        && !path.startsWith("/")
        && path.indexOf(':') < 0
        && Stream.of(path.split("/")).noneMatch(".."::equals);
  }

  /**
   * Describes a file by reading it.
   *
   * @param path relative to the data set
   */
  public static ShardFile describe(Path dataset, String path, String split, Configuration hadoop)
      throws IOException {
    Path file = new Path(dataset, path);
    Storage storage = Storage.of(file, hadoop);
    List<Long> rowGroups;
    try (ShardReader reader = new ShardReader(file, hadoop)) {
      rowGroups = reader.rowGroups();
    }
    long rows = rowGroups.stream().mapToLong(Long::longValue).sum();
    return new ShardFile(path, split, rows, storage.length(file), rowGroups, sha256(storage, file));
  }

  /**
   * Reads the whole file and compares its bytes with what the manifest lists.
   *
   * @throws InputException if they are others, or the file is missing
   */
  public void requireIntact(Path dataset, Configuration hadoop) throws IOException {
    Path file = new Path(dataset, path);
    String found;
    try {
      found = sha256(Storage.of(file, hadoop), file);
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot read shard %s: no such file".formatted(file), e);
    } catch (ChecksumException e) {
      throw new InputException(
          "Cannot read shard %s: the file system finds it damaged: %s"
              .formatted(file, e.getMessage()),
          e);
    }
    if (!found.equals(sha256)) {
      throw new InputException(
          "Cannot use shard %s: its SHA-256 is %s, %s lists %s; it was changed or damaged after it was written"
              .formatted(file, found, Manifest.FILE_NAME, sha256));
    }
  }

  private static String sha256(Storage storage, Path file) throws IOException {
    try (InputStream in = storage.open(file)) {
      return Sha256.of(in);
    }
  }
}
