package org.networkfission.jobs.normals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes a local file so that it has its name only when it is whole. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a file, in place of one that is there.
   *
   * @throws IOException naming the file, if it cannot be written; there is no trace of it then
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path growing =
        file.resolveSibling(".%s.%s.tmp".formatted(file.getFileName(), UUID.randomUUID()));
    try {
      Files.write(growing, bytes);
      Files.move(growing, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(growing);
      throw new IOException("Cannot write %s: %s".formatted(file, e), e);
    }
  }
}
