package org.networkfission.prep.commit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.networkfission.prep.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that one job writes, and which is finished when it has its record, {@link OutputRecord}.
 * What is left by a job that was killed has no record. A job that {@linkplain #begin begins} anew
 * deletes it, and where it fails itself, nothing is left; one that {@linkplain #resume goes on}
 * finds its work under {@link #WORK}, and leaves its own there until the folder is finished.
 */
public final class OutputFolder implements AutoCloseable {
  /** What a job that can go on keeps within the folder until it is finished. */
  public static final String WORK = "_temporary";

  private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);

  private final Path folder;
  private final FileSystem files;
  private final Configuration hadoop;
  private final String job;
  private final Lease lease;
  private final List<StoredFile> written = new ArrayList<>();
  private boolean keeps;
  private boolean committed;

  private OutputFolder(Path folder, Configuration hadoop, String job, Lease lease, boolean keeps)
      throws IOException {
    this.keeps = keeps;
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
    OutputFolder output = take(key, folder, job, false, hadoop);
    try {
      output.clear();
      return output;
    } catch (IOException | RuntimeException e) {
      output.lease.close();
      throw e;
    }
  }

  /**
   * Takes a folder that is absent, or what a job of the same kind left that was killed or failed,
   * as it is.
   *
   * @param key the configuration key that names it
   * @param job the command that writes it, such as {@code predict}
   * @throws ConfigException if it is anything else, or a job that still runs has it
   */
  public static OutputFolder resume(String key, Path folder, String job, Configuration hadoop)
      throws IOException {
    return take(key, folder, job, true, hadoop);
  }

  private static OutputFolder take(
      String key, Path folder, String job, boolean keeps, Configuration hadoop) throws IOException {
    Path whole = folder.getFileSystem(hadoop).makeQualified(folder);
    requireFree(key, folder, job, hadoop);
    Lease lease = Lease.take(key, folder, job, hadoop);
    try {
      if (OutputRecord.isIn(whole, hadoop)) { // Who had it until now has finished it.
        requireFree(key, folder, job, hadoop);
      }
      return new OutputFolder(whole, hadoop, job, lease, keeps);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static void requireFree(String key, Path folder, String job, Configuration hadoop)
      throws IOException {
    Storage files = Storage.of(folder, hadoop);
    if (!files.exists(folder)) {
      return;
    }
    boolean begun =
        Claims.jobsOn(folder, hadoop).contains(job)
            || isOnlyTaken(folder, hadoop)
            || isWorkOf(job, folder, hadoop);
    boolean garbage = begun && !files.exists(new Path(folder, OutputRecord.FILE_NAME));
    if (!garbage) {
      throw new ConfigException(
          List.of("%s = %s: it exists; delete it or choose another".formatted(key, folder)));
    }
  }

  /** Whether a job of this kind failed there, and can go on. */
  private static boolean isWorkOf(String job, Path folder, Configuration hadoop)
      throws IOException {
    return WholeFile.read(workOf(folder), hadoop)
        .map(name -> new String(name, StandardCharsets.UTF_8).equals(job))
        .orElse(false);
  }

  private static Path workOf(Path folder) {
    return new Path(new Path(folder, WORK), "job.txt");
  }

  /** Whether a job was killed, whichever, when it had just begun to take a folder, or made it. */
  private static boolean isOnlyTaken(Path folder, Configuration hadoop) throws IOException {
    return Storage.of(folder, hadoop).status(folder).isDirectory()
        && list(folder, hadoop).stream()
            .allMatch(file -> file.getPath().getName().equals(Lease.FOLDER));
  }

  private static List<FileStatus> list(Path folder, Configuration hadoop) throws IOException {
    try {
      return Storage.of(folder, hadoop).list(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * Refuses an input that a job began to write and did not finish; folders that no job of this
   * product wrote are none of its business.
   *
   * @throws InputException if it is not finished
   */
  public static void requireFinished(Path folder, Configuration hadoop) throws IOException {
    Storage files = Storage.of(folder, hadoop);
    if (files.exists(folder)
        && files.status(folder).isDirectory()
        && Claims.areOn(folder, hadoop)
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

  /** Writes a file that an earlier run of this job may have written already. */
  public void replace(String name, Content content) throws IOException {
    files.delete(new Path(folder, name), false);
    write(name, content);
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
      if (!listed.contains(path) && !path.startsWith(WORK + "/")) {
        files.delete(new Path(folder, path), false); // An attempt that was lost wrote it.
      }
    }
    OutputRecord.write(folder, job, written, hadoop);
    committed = true;
    try {
      files.delete(new Path(folder, WORK), true);
    } catch (IOException e) { // The folder is whole: what is left is not listed.
      LOG.warn("Cannot delete {}: {}", new Path(folder, WORK), e.toString());
    }
  }

  /** Notes that the folder's work is this job's, before it has any. */
  public void beginWork() throws IOException {
    WholeFile.write(workOf(folder), job.getBytes(StandardCharsets.UTF_8), hadoop);
  }

  /** Whether what was not committed is of use to whoever is given the folder next. */
  public void keepWork(boolean keep) {
    keeps = keep;
  }

  private void clear() throws IOException {
    for (FileStatus file : list(folder, hadoop)) {
      if (!file.getPath().getName().equals(Lease.FOLDER)) {
        files.delete(file.getPath(), true);
      }
    }
  }

  /** Removes what was not committed, but for work that can go on, and lets the folder go. */
  @Override
  public void close() throws IOException {
    if (!committed && !keeps) {
      try {
        clear();
      } catch (IOException | RuntimeException e) {
        lease.abandon(); // By its claim the next job knows that what is left is garbage.
        throw e;
      }
    }
    lease.close();
    if (!committed && !keeps) {
      files.delete(folder, true);
    }
  }
}
