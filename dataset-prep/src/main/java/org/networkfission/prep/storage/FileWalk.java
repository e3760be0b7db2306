package org.networkfission.prep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files of a folder and of those below it, asked for folder by folder as they are needed, and
 * with patience. {@link FileSystem#listFiles} would ask for the owner of every file too, for which
 * Hadoop starts a process per file on a local disk.
 */
final class FileWalk implements RemoteIterator<FileStatus> {
  private final FileSystem files;
  private final Attempts attempts;
  private final boolean deep;
  private final Deque<Entries> open = new ArrayDeque<>();
  private FileStatus next;

  /**
   * Begins a walk.
   *
   * @param deep whether folders below are walked too
   * @throws FileNotFoundException if there is no such folder
   */
  FileWalk(FileSystem files, Path folder, boolean deep, Attempts attempts) throws IOException {
    this.files = files;
    this.attempts = attempts;
    this.deep = deep;
    open.push(new Entries(files, folder, attempts));
  }

  @Override
  public boolean hasNext() throws IOException {
    while (next == null && !open.isEmpty()) {
      if (!open.peek().hasNext()) {
        open.pop();
        continue;
      }
      FileStatus entry = open.peek().next();
      if (entry.isFile()) {
        next = entry;
      } else if (deep && entry.isDirectory()) {
        enter(entry.getPath());
      }
    }
    return next != null;
  }

  private void enter(Path folder) throws IOException {
    try {
      open.push(new Entries(files, folder, attempts));
    } catch (FileNotFoundException e) {
      // Somebody deleted it meanwhile: it has no files.
    }
  }

  @Override
  public FileStatus next() throws IOException {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    FileStatus now = next;
    next = null;
    return now;
  }

  /** What one folder holds; an iterator of Hadoop's may be asked again where it failed. */
  static final class Entries implements RemoteIterator<FileStatus> {
    private final Path folder;
    private final Attempts attempts;
    private final RemoteIterator<FileStatus> entries;

    Entries(FileSystem files, Path folder, Attempts attempts) throws IOException {
      this.folder = folder;
      this.attempts = attempts;
      this.entries = attempts.run(folder, () -> files.listStatusIterator(folder));
    }

    @Override
    public boolean hasNext() throws IOException {
      return attempts.run(folder, entries::hasNext);
    }

    @Override
    public FileStatus next() throws IOException {
      return attempts.run(folder, entries::next);
    }
  }
}
