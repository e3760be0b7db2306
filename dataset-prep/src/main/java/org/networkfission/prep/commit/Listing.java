package org.networkfission.prep.commit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.storage.Storage;

/**
 * The files that lie in a folder and below.
 *
 * @param folder where
 * @param bytes the length of each, by its path relative to the folder
 */
public record Listing(Path folder, SortedMap<String, Long> bytes) {

  /** Lists a folder; nothing where there is none. What belongs to a lease does not count. */
  public static Listing of(Path folder, Configuration hadoop) throws IOException {
    Storage storage = Storage.of(folder, hadoop);
    SortedMap<String, Long> bytes = new TreeMap<>();
    String root = storage.makeQualified(folder).toUri().getPath().replaceFirst("/*$", "/");
    try {
      for (FileStatus file : storage.listFiles(folder)) {
        String path = file.getPath().toUri().getPath().substring(root.length());
        if (!path.startsWith(Lease.FOLDER + "/")) {
          bytes.put(path, file.getLen());
        }
      }
    } catch (FileNotFoundException e) {
      return new Listing(folder, new TreeMap<>());
    }
    return new Listing(folder, bytes);
  }

  /**
   * Checks that files are there with their sizes.
   *
   * @throws IOException naming the first that is not
   */
  public void require(Collection<StoredFile> files) throws IOException {
    for (StoredFile file : files) {
      Long length = bytes.get(file.path());
      if (length == null || length != file.bytes()) {
        throw new IOException(
            "%s of %s %s, must be %,d bytes"
                .formatted(
                    file.path(),
                    folder,
                    length == null ? "is missing" : "has %,d bytes".formatted(length),
                    file.bytes()));
      }
    }
  }
}
