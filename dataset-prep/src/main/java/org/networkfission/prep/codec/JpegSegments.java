package org.networkfission.prep.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The segments of a JPEG file, found by its markers (ITU-T T.81, annex B). Bytes between segments,
 * fill bytes before a marker, and whatever a camera appended behind the end of the image belong to
 * none.
 */
final class JpegSegments {
  static final int APP0 = 0xe0;
  static final int APP1 = 0xe1;
  static final int APP2 = 0xe2;
  static final int APP14 = 0xee;
  static final int SCAN = 0xda;

  private static final int START = 0xd8;
  private static final int END = 0xd9;
  private static final int TEMPORARY = 0x01;
  private static final int FIRST_RESTART = 0xd0;
  private static final int FIRST_FRAME = 0xc0;
  private static final int LAST_APPLICATION = 0xef;
  private static final int COMMENT = 0xfe;

  /**
   * A segment.
   *
   * @param marker its second byte
   * @param start of its content, behind the length
   * @param end behind its content; of a scan, behind its compressed data
   */
  record Segment(int marker, int start, int end) {
    /** Whether its content begins with ASCII characters. */
    boolean begins(byte[] file, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return end - start >= bytes.length
          && Arrays.equals(file, start, start + bytes.length, bytes, 0, bytes.length);
    }

    /** Whether it tells about the program or the camera, and not about pixels. */
    boolean isDescription() {
      return (marker >= APP0 && marker <= LAST_APPLICATION) || marker == COMMENT;
    }
  }

  private final List<Segment> segments = new ArrayList<>();
  private boolean complete;
  private boolean foreignBytes;
  private String damage;

  private JpegSegments() {}

  /**
   * Finds the segments of a file as far as it can be followed.
   *
   * @param file begins as a JPEG does
   */
  static JpegSegments of(byte[] file) {
    JpegSegments found = new JpegSegments();
    found.follow(file);
    return found;
  }

  private void follow(byte[] file) {
    int at = 2;
    while (true) {
      int marker = marker(file, at);
      if (marker < 0) {
        return;
      }
      foreignBytes |= (file[at] & 0xff) != 0xff;
      int kind = file[marker] & 0xff;
      at = marker + 1;
      if (kind == END) {
        complete = true;
        foreignBytes |= at < file.length;
        return;
      }
      if (hasNoContent(kind)) {
        foreignBytes = true;
        continue;
      }
      if (kind < FIRST_FRAME || (kind > LAST_APPLICATION && kind < COMMENT)) {
        damage = "unknown marker 0x%02x at offset %,d".formatted(kind, marker - 1);
        return;
      }
      if (at + 2 > file.length) {
        return;
      }
      int length = (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
      if (length < 2) {
        damage = "a segment at offset %,d claims a length of %d".formatted(marker - 1, length);
        return;
      }
      int end = at + length;
      if (end > file.length) {
        return;
      }
      if (kind == SCAN) {
        end = endOfScan(file, end);
      }
      segments.add(new Segment(kind, at + 2, end));
      at = end;
    }
  }

  private static boolean hasNoContent(int kind) {
    return kind == TEMPORARY || (kind >= FIRST_RESTART && kind <= START);
  }

  /** Where the second byte of the next marker stands; -1 where there is none. */
  private static int marker(byte[] file, int from) {
    int at = from;
    while (at + 1 < file.length) {
      if (file[at] == -1 && file[at + 1] != 0 && file[at + 1] != -1) {
        return at + 1;
      }
      at++;
    }
    return -1;
  }

  /** Behind the compressed data: the first marker that is neither a stuffed byte nor a restart. */
  private static int endOfScan(byte[] file, int from) {
    int at = from;
    while (at + 1 < file.length) {
      if (file[at] == -1) {
        int next = file[at + 1] & 0xff;
        boolean within = next == 0 || next == 0xff || (next >= FIRST_RESTART && next < START);
        if (!within) {
          return at;
        }
        at += next == 0xff ? 1 : 2;
      } else {
        at++;
      }
    }
    return file.length;
  }

  /** In the order of the file. */
  List<Segment> all() {
    return segments;
  }

  /** Whether the end-of-image marker was met. */
  boolean isComplete() {
    return complete;
  }

  /** Whether the file holds bytes that belong to no segment, fill bytes excepted. */
  boolean hasForeignBytes() {
    return foreignBytes;
  }

  /** Why the file could not be followed to its end; null where nothing was wrong with it. */
  String damage() {
    return damage;
  }
}
