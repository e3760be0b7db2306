package org.networkfission.prep.commit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.networkfission.prep.storage.OneFailure;
import org.networkfission.prep.storage.Storage;

/**
 * Writes one file so that it appears whole or not at all. Where a file appears when its stream is
 * closed, as on object stores, it is written under its own name, and a stream that failed is
 * aborted, for closing it would publish what was written. Elsewhere it is written beside its place
 * and renamed: the rename of one file is atomic on local disks and HDFS.
 */
public final class WholeFile {
  /** How the names of files begin that are being written. */
  static final String TEMPORARY = "_temporary-";

  private WholeFile() {}

  /** Writes a file, in place of one that is there. */
  public static void write(Path file, byte[] content, Configuration hadoop) throws IOException {
    put(file, out -> out.write(content), hadoop, true);
  }

  /**
   * Writes a new file.
   *
   * @throws FileAlreadyExistsException if it exists
   */
  public static void create(Path file, byte[] content, Configuration hadoop) throws IOException {
    create(file, out -> out.write(content), hadoop);
  }

  /**
   * Writes a new file.
   *
   * @throws FileAlreadyExistsException if it exists
   */
  public static void create(Path file, Content content, Configuration hadoop) throws IOException {
    put(file, content, hadoop, false);
  }

  /**
   * Writes a file of the local disk, in place of one that is there.
   *
   * @throws IOException naming the file, if it cannot be written; there is no trace of it then
   */
  public static void write(java.nio.file.Path file, byte[] bytes) throws IOException {
    java.nio.file.Path growing = file.resolveSibling(TEMPORARY + UUID.randomUUID());
    try {
      Files.write(growing, bytes);
      Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(growing);
      throw new IOException("Cannot write %s: %s".formatted(file, e), e);
    }
  }

  /** Reads a small file; nothing where there is none. */
  public static Optional<byte[]> read(Path file, Configuration hadoop) throws IOException {
    try {
      return Optional.of(Storage.of(file, hadoop).read(file));
    } catch (java.io.FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static void put(Path file, Content content, Configuration hadoop, boolean replace)
      throws IOException {
    FileSystem files = direct(file, hadoop);
    Path whole = files.makeQualified(file);
    if (!replace && Storage.of(whole, hadoop).exists(whole)) {
      throw new FileAlreadyExistsException("Cannot write %s: it exists".formatted(whole));
    }
    if (files.hasPathCapability(whole, CommonPathCapabilities.ABORTABLE_STREAM)) {
      write(files, whole, content, true);
      return;
    }
    Path growing = new Path(whole.getParent(), TEMPORARY + UUID.randomUUID());
    try {
      write(files, growing, content, false);
      rename(files, growing, whole, hadoop, replace);
    } catch (IOException | RuntimeException e) {
      deleteQuietly(files, growing, e);
      throw e;
    }
  }

  /**
   * Writes a file where it stays; one that cannot be written to its end is not published.
   *
   * @param overwrite whether to write over a file that is there
   */
  static void write(FileSystem files, Path file, Content content, boolean overwrite)
      throws IOException {
    FSDataOutputStream out = files.create(file, overwrite);
    try {
      content.writeTo(new OneFailure(out));
    } catch (IOException | RuntimeException e) {
      discard(out, e);
      throw e;
    }
    out.close();
  }

  private static void discard(FSDataOutputStream out, Exception cause) {
    try {
      if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      out.close();
    } catch (IOException | RuntimeException e) {
      suppress(e, cause);
    }
  }

  /** HDFS throws the same exception when a stream is written to and when it is closed. */
  private static void suppress(Exception e, Exception cause) {
    if (e != cause) {
      cause.addSuppressed(e);
    }
  }

  static void deleteQuietly(FileSystem files, Path file, Exception cause) {
    try {
      files.delete(file, false);
    } catch (IOException | RuntimeException e) {
      suppress(e, cause);
    }
  }

  private static void rename(
      FileSystem files, Path from, Path to, Configuration hadoop, boolean replace)
      throws IOException {
    if ("file".equals(files.getUri().getScheme())) {
      java.nio.file.Path local = java.nio.file.Path.of(to.toUri().getPath());
      // The checksum of an earlier file, where one was kept, is not this one's.
      Files.deleteIfExists(local.resolveSibling("." + local.getFileName() + ".crc"));
      Files.move(
          java.nio.file.Path.of(from.toUri().getPath()), local, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      FileContext.getFileContext(to.toUri(), hadoop)
          .rename(from, to, replace ? Options.Rename.OVERWRITE : Options.Rename.NONE);
    } catch (UnsupportedFileSystemException e) {
      // Its kind of file system is known to Hadoop's older interface only.
      if (replace) {
        files.delete(to, false);
      }
      if (!files.rename(from, to)) {
        throw new IOException("Cannot rename %s to %s".formatted(from, to), e);
      }
    }
  }

  /** The file system of a path, without the checksum files that Hadoop adds on local disks. */
  public static FileSystem direct(Path path, Configuration hadoop) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }
}
