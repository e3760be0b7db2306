package org.networkfission.prep.codec;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.networkfission.prep.codec.JpegSegments.Segment;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/**
 * A JPEG file taken apart: what its header says, and the bytes that a decoder needs. Which colours
 * its components are follows from JFIF's and Adobe's segments as in the Independent JPEG Group's
 * library.
 */
final class JpegFile {
  private static final String JFIF = "JFIF\0";
  private static final String ADOBE = "Adobe";
  private static final String ICC = "ICC_PROFILE\0";
  private static final int ADOBE_TRANSFORM = 11;
  private static final int ADOBE_BYTES = 12;
  private static final int FRAME_HEADER_BYTES = 6;
  private static final int BASELINE = 0xc0;
  private static final int PROGRESSIVE = 0xc2;
  private static final int LAST_FRAME = 0xcf;

  /** Markers among those of frames that mean something else: DHT, JPG, DAC. */
  private static final int TABLES = 0xc4;

  private static final int EXTENSION = 0xc8;
  private static final int CONDITIONING = 0xcc;

  /** A block of 8 x 8 samples takes a bit at least, and 16 blocks may share it in a subsampling. */
  private static final long MAX_PIXELS_PER_BYTE = 8 * 64 * 16;

  /** How the colours stand in the file. */
  enum Coding {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  private final byte[] file;
  private final JpegSegments segments;
  private final int width;
  private final int height;
  private final Coding coding;
  private final boolean adobe;
  private final boolean plain;

  private JpegFile(byte[] file, JpegSegments segments, Segment frame) {
    this.file = file;
    this.segments = segments;
    this.height = uint16(frame.start() + 1);
    this.width = uint16(frame.start() + 3);
    int components = file[frame.start() + 5];
    Segment marked = first(JpegSegments.APP14, ADOBE);
    this.adobe = marked != null && marked.end() - marked.start() >= ADOBE_BYTES;
    int transform = adobe ? file[marked.start() + ADOBE_TRANSFORM] & 0xff : -1;
    boolean jfif = first(JpegSegments.APP0, JFIF) != null;
    this.coding =
        switch (components) {
          case 1 -> Coding.GREY;
          case 3 -> {
            boolean named = !jfif && !adobe && isNamedRgb(frame);
            yield named || (!jfif && transform == 0) ? Coding.RGB : Coding.YCBCR;
          }
          default -> transform == 2 ? Coding.YCCK : Coding.CMYK;
        };
    this.plain =
        jfif && !adobe && !segments.hasForeignBytes() && first(JpegSegments.APP2, ICC) == null;
  }

  /**
   * Takes a file apart.
   *
   * @param what what it is, for messages
   * @throws FrameException (decode error, truncated) if it is no whole JPEG, or of a kind that no
   *     camera writes
   */
  static JpegFile of(byte[] file, String what) throws FrameException {
    if (!Jpeg.isJpeg(file)) {
      throw bad(
          file.length < 2 ? Reason.TRUNCATED : Reason.DECODE_ERROR,
          what,
          "the file of %,d bytes does not begin as a JPEG".formatted(file.length));
    }
    JpegSegments segments = JpegSegments.of(file);
    if (segments.damage() != null) {
      throw bad(Reason.DECODE_ERROR, what, segments.damage());
    }
    if (!segments.isComplete()) {
      throw bad(
          Reason.TRUNCATED,
          what,
          "the JPEG of %,d bytes has no end-of-image marker".formatted(file.length));
    }
    Segment frame =
        segments.all().stream().filter(s -> isFrame(s.marker())).findFirst().orElse(null);
    if (frame == null || frame.end() - frame.start() < FRAME_HEADER_BYTES) {
      throw bad(Reason.DECODE_ERROR, what, "the JPEG has no frame header");
    }
    int precision = file[frame.start()];
    int components = file[frame.start() + 5];
    if (frame.marker() > PROGRESSIVE || precision != 8) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "JPEG of kind 0x%02x with %d bits is not supported (baseline or progressive, 8 bits)"
              .formatted(frame.marker(), precision));
    }
    if (components != 1 && components != 3 && components != 4) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "the JPEG has %d components, must have 1, 3 or 4".formatted(components));
    }
    if (frame.end() - frame.start() < FRAME_HEADER_BYTES + 3 * components) {
      throw bad(Reason.DECODE_ERROR, what, "the frame header of the JPEG is too short");
    }
    JpegFile jpeg = new JpegFile(file, segments, frame);
    if (jpeg.width == 0 || jpeg.height == 0) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "the JPEG claims %d x %d pixels".formatted(jpeg.width, jpeg.height));
    }
    return jpeg;
  }

  private static boolean isFrame(int marker) {
    return marker >= BASELINE
        && marker <= LAST_FRAME
        && marker != TABLES
        && marker != EXTENSION
        && marker != CONDITIONING;
  }

  private boolean isNamedRgb(Segment frame) {
    int at = frame.start() + FRAME_HEADER_BYTES;
    return file[at] == 'R' && file[at + 3] == 'G' && file[at + 6] == 'B';
  }

  private int uint16(int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }

  private Segment first(int marker, String beginning) {
    for (Segment segment : segments.all()) {
      if (segment.marker() == marker && segment.begins(file, beginning)) {
        return segment;
      }
    }
    return null;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  Coding coding() {
    return coding;
  }

  /** Whether four components are stored as 255 - ink, as Adobe's programs do. */
  boolean isInverted() {
    return adobe;
  }

  /**
   * Checks that the size that the header claims can be in the file.
   *
   * @throws FrameException if it cannot
   */
  void requireBelievable(String what) throws FrameException {
    if ((long) width * height > file.length * MAX_PIXELS_PER_BYTE) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "%d x %d pixels cannot be in a file of %,d bytes".formatted(width, height, file.length));
    }
  }

  /** The colour profile, put together from its parts; nothing where one is missing. */
  Optional<byte[]> profile() {
    Map<Integer, Segment> parts = new TreeMap<>();
    int count = 0;
    for (Segment segment : segments.all()) {
      int at = segment.start() + ICC.length();
      if (segment.marker() == JpegSegments.APP2
          && segment.begins(file, ICC)
          && segment.end() - at > 2) {
        parts.putIfAbsent(file[at] & 0xff, segment);
        count = Math.max(count, file[at + 1] & 0xff);
      }
    }
    ByteArrayOutputStream profile = new ByteArrayOutputStream();
    for (int part = 1; part <= count; part++) {
      Segment segment = parts.get(part);
      if (segment == null) {
        return Optional.empty();
      }
      int from = segment.start() + ICC.length() + 2;
      profile.write(file, from, segment.end() - from);
    }
    return count == 0 ? Optional.empty() : Optional.of(profile.toByteArray());
  }

  /**
   * The file as a decoder takes it without a doubt: its tables and scans, a segment that tells its
   * colours, and nothing else.
   */
  byte[] forDecoder() {
    if (plain) {
      return file;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.writeBytes(new byte[] {-1, (byte) 0xd8});
    if (coding == Coding.RGB) {
      out.writeBytes(new byte[] {-1, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100});
      out.writeBytes(new byte[5]);
    } else if (coding == Coding.GREY || coding == Coding.YCBCR) {
      out.writeBytes(new byte[] {-1, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1});
      out.writeBytes(new byte[] {0, 0, 1, 0, 1, 0, 0});
    }
    for (Segment segment : segments.all()) {
      if (!segment.isDescription()) {
        out.write(0xff);
        out.write(segment.marker());
        out.write(file, segment.start() - 2, segment.end() - segment.start() + 2);
      }
    }
    out.writeBytes(new byte[] {-1, (byte) 0xd9});
    return out.toByteArray();
  }

  /** Whether the last bytes of the last scan are nothing but zeros: padding behind the pixels. */
  boolean endsInZeros(int bytes) {
    Segment last = segments.all().get(segments.all().size() - 1);
    if (last.marker() != JpegSegments.SCAN || last.end() - last.start() < bytes) {
      return false;
    }
    for (int i = last.end() - bytes; i < last.end(); i++) {
      if (file[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static FrameException bad(Reason reason, String what, String why) {
    return new FrameException(reason, "Cannot decode %s: %s".formatted(what, why));
  }
}
