package org.networkfission.prep.storage;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;

/**
 * Small text files as people write them: UTF-8, or what a byte order mark says (Windows' editors
 * and shells write one, and UTF-16 behind it); lines end in any of the three ways.
 */
public final class TextFile {
  private static final long MAX_BYTES = 256L << 20;
  private static final char MARK = '\ufeff';

  private TextFile() {}

  /**
   * The lines of a file.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  public static List<String> lines(Path file, Configuration hadoop) throws IOException {
    try (SteadyInput in = Storage.of(file, hadoop).open(file)) {
      if (in.length() > MAX_BYTES) {
        throw new InputException(
            "Cannot read %s: it has %,d bytes, a list or table has no more than %,d"
                .formatted(file, in.length(), MAX_BYTES));
      }
      return decode(in.readAllBytes()).lines().toList();
    }
  }

  /** The text of bytes, without a byte order mark. */
  public static String decode(byte[] bytes) {
    String text = new String(bytes, charset(bytes));
    return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
  }

  private static Charset charset(byte[] bytes) {
    if (bytes.length >= 2 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe) {
      return StandardCharsets.UTF_16LE;
    } else if (bytes.length >= 2 && bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff) {
      return StandardCharsets.UTF_16BE;
    }
    return StandardCharsets.UTF_8;
  }
}
