package org.networkfission.prep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A Hadoop file system that is read with patience: a call that fails is made again a few times. All
 * methods throw {@link StorageException} where that did not help.
 */
public final class Storage {
  private final FileSystem files;
  private final Attempts attempts;

  private Storage(FileSystem files, Attempts attempts) {
    this.files = files;
    this.attempts = attempts;
  }

  /** The storage that a path lies in. */
  public static Storage of(Path path, Configuration hadoop) throws IOException {
    Attempts attempts = new Attempts(hadoop);
    return new Storage(attempts.run(path, () -> path.getFileSystem(hadoop)), attempts);
  }

  /**
   * The same without the checksum files that Hadoop looks for beside local files: their names would
   * be no paths where a file's name has a colon.
   */
  public Storage withoutChecksumFiles() {
    return new Storage(
        files instanceof LocalFileSystem local ? local.getRawFileSystem() : files, attempts);
  }

  /** Whether there is a file or a folder. */
  public boolean exists(Path path) throws IOException {
    return attempts.run(path, () -> files.exists(path));
  }

  /**
   * The length of a file in bytes.
   *
   * @throws FileNotFoundException if there is none
   */
  public long length(Path file) throws IOException {
    return attempts.run(file, () -> files.getFileStatus(file).getLen());
  }

  /**
   * What a folder holds.
   *
   * @throws FileNotFoundException if there is none
   */
  public List<FileStatus> list(Path folder) throws IOException {
    return attempts.run(folder, () -> List.of(files.listStatus(folder)));
  }

  /**
   * What a folder holds, asked for as it is needed: not all of it is in memory.
   *
   * @throws FileNotFoundException if there is none
   */
  public RemoteIterator<FileStatus> entries(Path folder) throws IOException {
    return new FileWalk.Entries(files, folder, attempts);
  }

  /**
   * The files of a folder, asked for as they are needed.
   *
   * @param deep whether those of the folders below it too
   * @throws FileNotFoundException if there is no such folder
   */
  public RemoteIterator<FileStatus> walk(Path folder, boolean deep) throws IOException {
    return new FileWalk(files, folder, deep, attempts);
  }

  /**
   * The files that a folder and those below it hold.
   *
   * @throws FileNotFoundException if there is none
   */
  public List<FileStatus> listFiles(Path folder) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    RemoteIterator<FileStatus> all = walk(folder, true);
    while (all.hasNext()) {
      found.add(all.next());
    }
    return found;
  }

  /**
   * What is known of a file or a folder.
   *
   * @throws FileNotFoundException if there is none
   */
  public FileStatus status(Path path) throws IOException {
    return attempts.run(path, () -> files.getFileStatus(path));
  }

  /** A path with its file system's name. */
  public Path makeQualified(Path path) {
    return files.makeQualified(path);
  }

  /**
   * Reads a file whole.
   *
   * @throws FileNotFoundException if there is none
   */
  public byte[] read(Path file) throws IOException {
    try (SteadyInput in = open(file)) {
      byte[] bytes = new byte[Math.toIntExact(in.length())];
      in.readFully(bytes);
      return bytes;
    }
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException if there is none
   */
  public SteadyInput open(Path file) throws IOException {
    return open(status(file));
  }

  /**
   * Opens a file of which is known, from a listing perhaps, what its file system knows: an object
   * store is not asked for that again.
   *
   * @throws FileNotFoundException if it is a folder, or there no longer
   */
  public SteadyInput open(FileStatus file) throws IOException {
    return open(file, false);
  }

  /**
   * Opens a file of which pieces are read here and there: an object store is asked for each piece.
   *
   * @throws FileNotFoundException if there is none
   */
  public SteadyInput openRanges(Path file) throws IOException {
    return open(status(file), true);
  }

  private SteadyInput open(FileStatus file, boolean ranges) throws IOException {
    if (file.isDirectory()) {
      throw new FileNotFoundException(file.getPath() + " is a folder");
    }
    return new SteadyInput(files, file, ranges, attempts);
  }
}
