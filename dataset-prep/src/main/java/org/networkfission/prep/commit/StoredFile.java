package org.networkfission.prep.commit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.storage.Sha256;
import org.networkfission.prep.storage.Storage;

/**
 * A file as a record lists it.
 *
 * @param path relative to the record's folder
 * @param bytes its length
 * @param sha256 of its bytes, hexadecimal
 */
public record StoredFile(String path, long bytes, String sha256) implements Serializable {

  /**
   * Writes a new file where it stays.
   *
   * @param path relative to the folder; a name that no other attempt uses
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if it exists
   */
  public static StoredFile write(Path folder, String path, Content content, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, path);
    FileSystem files = WholeFile.direct(file, hadoop);
    Counted[] counted = new Counted[1];
    try {
      WholeFile.write(
          files,
          file,
          out -> {
            counted[0] = new Counted(out);
            content.writeTo(counted[0]);
            counted[0].flush();
          },
          false);
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      throw e; // It is another's.
    } catch (IOException | RuntimeException e) {
      WholeFile.deleteQuietly(files, file, e);
      throw e;
    }
    return new StoredFile(path, counted[0].bytes, Sha256.of(counted[0].digest));
  }

  /** Describes a file of these bytes. */
  public static StoredFile of(String path, byte[] content) {
    return new StoredFile(path, content.length, Sha256.of(content));
  }

  /** Describes a file by reading it. */
  public static StoredFile describe(Path folder, String path, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, path);
    MessageDigest digest = Sha256.newDigest();
    long bytes = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
      }
    }
    return new StoredFile(path, bytes, Sha256.of(digest));
  }

  /** Whether these bytes are the file's. */
  public boolean holds(byte[] content) {
    return content.length == bytes && Sha256.of(content).equals(sha256);
  }

  /** Counts and digests what passes. It leaves closing to whoever opened the file. */
  private static final class Counted extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest = Sha256.newDigest();
    private long bytes;

    Counted(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int from, int length) throws IOException {
      out.write(b, from, length);
      digest.update(b, from, length);
      bytes += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
