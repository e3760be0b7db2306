package org.networkfission.prep.commit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;

/**
 * A folder that one job writes, and which is finished when it has its record, {@link OutputRecord}.
 * Where the job fails, nothing is left of it; where it is killed, what is left has no record, and
 * the next job of the same kind that is given the folder deletes it and begins anew.
 */
public final class OutputFolder implements AutoCloseable {
  private final Path folder;
  private final FileSystem files;
  private final Configuration hadoop;
  private final String job;
  private final Lease lease;
  private final List<StoredFile> written = new ArrayList<>();
  private boolean committed;

  private OutputFolder(Path folder, Configuration hadoop, String job, Lease lease)
      throws IOException {
    this.files = folder.getFileSystem(hadoop);
    this.folder = folder;
    this.hadoop = hadoop;
    this.job = job;
    this.lease = lease;
  }

  /**
   * Takes a folder that is absent, or what a killed job of the same kind left.
   *
   * @param key the configuration key that names it
   * @param job the command that writes it, such as {@code evaluate}
   * @throws ConfigException if it is anything else, or a job that still runs has it
   */
  public static OutputFolder begin(String key, Path folder, String job, Configuration hadoop)
      throws IOException {
    Path whole = folder.getFileSystem(hadoop).makeQualified(folder);
    requireFree(key, folder, job, hadoop);
    Lease lease = Lease.take(key, folder, job, hadoop);
    OutputFolder output = new OutputFolder(whole, hadoop, job, lease);
    try {
      if (OutputRecord.isIn(whole, hadoop)) { // Who had it until now has finished it.
        requireFree(key, folder, job, hadoop);
      }
      output.clear();
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
    return output;
  }

  private static void requireFree(String key, Path folder, String job, Configuration hadoop)
      throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    boolean begun = Lease.jobsOf(folder, hadoop).contains(job) || isOnlyTaken(files, folder);
    boolean garbage = begun && !files.exists(new Path(folder, OutputRecord.FILE_NAME));
    if (files.exists(folder) && !garbage) {
      throw new ConfigException(
          List.of("%s = %s: it exists; delete it or choose another".formatted(key, folder)));
    }
  }

  /** Whether a job was killed, whichever, when it had just begun to take a folder. */
  private static boolean isOnlyTaken(FileSystem files, Path folder) throws IOException {
    FileStatus[] all = list(files, folder);
    return all.length == 1 && all[0].getPath().getName().equals(Lease.FOLDER);
  }

  private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /**
   * Refuses an input that a job began to write and did not finish; folders that no job of this
   * product wrote are none of its business.
   *
   * @throws InputException if it is not finished
   */
  public static void requireFinished(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    if (files.exists(folder)
        && files.getFileStatus(folder).isDirectory()
        && Lease.isIn(folder, hadoop)
        && !OutputRecord.isIn(folder, hadoop)) {
      throw new InputException(
          "Cannot read %s: it is still written, or the job that wrote it was killed; run that command again"
              .formatted(folder));
    }
  }

  /** Writes a file. */
  public void write(String name, byte[] content) throws IOException {
    write(name, out -> out.write(content));
  }

  /** Writes a file. */
  public void write(String name, Content content) throws IOException {
    add(StoredFile.write(folder, name, content, hadoop));
  }

  /** Takes up a file that an executor wrote. */
  public synchronized void add(StoredFile file) {
    written.add(file);
  }

  /** Takes up a finished folder that lies within this one. */
  public void addFinished(String name) throws IOException {
    Path inner = new Path(folder, name);
    for (StoredFile file : OutputRecord.open(inner, hadoop).files()) {
      add(new StoredFile(name + "/" + file.path(), file.bytes(), file.sha256()));
    }
    add(StoredFile.describe(folder, name + "/" + OutputRecord.FILE_NAME, hadoop));
  }

  /** Where the files are. */
  public Path path() {
    return folder;
  }

  /** What executors check before they write into the folder. */
  public Lease.Proof proof() {
    return lease.proof();
  }

  /**
   * Finishes the folder: sees that every file is there with its size, deletes what is not listed,
   * and writes the record.
   *
   * @throws IOException if a file is missing or another job has taken the folder
   */
  public synchronized void commit() throws IOException {
    lease.requireHeld();
    Listing listing = Listing.of(folder, hadoop);
    listing.require(written);
    Set<String> listed = new HashSet<>();
    written.forEach(file -> listed.add(file.path()));
    for (String path : listing.bytes().keySet()) {
      if (!listed.contains(path)) {
        files.delete(new Path(folder, path), false); // An attempt that was lost wrote it.
      }
    }
    OutputRecord.write(folder, job, written, hadoop);
    committed = true;
  }

  private void clear() throws IOException {
    for (FileStatus file : list(files, folder)) {
      if (!file.getPath().getName().equals(Lease.FOLDER)) {
        files.delete(file.getPath(), true);
      }
    }
  }

  /** Removes what was not committed, and lets the folder go. */
  @Override
  public void close() throws IOException {
    if (!committed) {
      try {
        clear();
      } catch (IOException | RuntimeException e) {
        lease.abandon(); // By its claim the next job knows that what is left is garbage.
        throw e;
      }
    }
    lease.close();
    if (!committed) {
      files.delete(folder, true);
    }
  }
}
