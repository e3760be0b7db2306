package org.networkfission.prep.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** The header and the chunks of a PNG file (ISO/IEC 15948), each with its checksum checked. */
final class PngChunks {
  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  static final int HEADER_LENGTH = 13;

  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  private static final int OVERHEAD = 12;
  private static final int MAX_INFLATED_BYTES = 16 << 20;
  private static final Set<String> NEEDED = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

  /** Deflate does not compress better than 1,032 to 1, so a larger image cannot be in the file. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  /**
   * A chunk.
   *
   * @param start of its content
   */
  record Chunk(String type, int start, int length) {}

  private final byte[] file;
  private final List<Chunk> all = new ArrayList<>();
  private boolean complete;

  private PngChunks(byte[] file) {
    this.file = file;
  }

  /** Whether the bytes begin as a PNG does. */
  static boolean isPng(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * Finds the chunks of a file, as far as it goes; what stands behind its end does not count.
   *
   * @param what what it is, for messages
   * @throws FrameException (decode error, truncated) if it does not begin as a PNG, a checksum is
   *     wrong, or the header claims what cannot be in the file
   */
  static PngChunks of(byte[] file, String what) throws FrameException {
    if (!isPng(file)) {
      throw bad(
          file.length < SIGNATURE.length ? Reason.TRUNCATED : Reason.DECODE_ERROR,
          what,
          "the file of %,d bytes does not begin as a PNG".formatted(file.length));
    }
    if (file.length < SIGNATURE.length + OVERHEAD + HEADER_LENGTH) {
      throw bad(Reason.TRUNCATED, what, "the PNG ends within its header");
    }
    PngChunks chunks = new PngChunks(file);
    chunks.follow(what);
    chunks.checkHeader(what);
    return chunks;
  }

  private void follow(String what) throws FrameException {
    int at = SIGNATURE.length;
    while (!complete && file.length - at >= OVERHEAD) {
      int length = int32(at);
      String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (all.isEmpty() && (length != HEADER_LENGTH || !type.equals("IHDR"))) {
        throw bad(Reason.DECODE_ERROR, what, "the PNG does not begin with IHDR");
      }
      if (length < 0) {
        throw bad(Reason.DECODE_ERROR, what, "a PNG chunk claims a length over 2^31");
      }
      if (length > file.length - at - OVERHEAD) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(file, at + 4, 4 + length);
      if ((int) crc.getValue() != int32(at + 8 + length)) {
        throw bad(
            Reason.DECODE_ERROR,
            what,
            "the checksum of the PNG chunk at offset %,d is wrong".formatted(at));
      }
      all.add(new Chunk(type, at + 8, length));
      complete = type.equals("IEND");
      at += OVERHEAD + length;
    }
  }

  private void checkHeader(String what) throws FrameException {
    boolean depthKnown =
        switch (colorType()) {
          case GREY -> isOneOf(bitDepth(), 1, 2, 4, 8, 16);
          case PALETTE -> isOneOf(bitDepth(), 1, 2, 4, 8);
          case RGB, GREY_ALPHA, RGB_ALPHA -> isOneOf(bitDepth(), 8, 16);
          default -> false;
        };
    if (!depthKnown) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "bit depth %d with colour type %d is not supported".formatted(bitDepth(), colorType()));
    }
    if (width() <= 0 || height() <= 0 || rowBytes() > file.length * MAX_DEFLATE_RATIO / height()) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "%d x %d pixels cannot be in a file of %,d bytes"
              .formatted(width(), height(), file.length));
    }
  }

  private static boolean isOneOf(int value, int... values) {
    return Arrays.stream(values).anyMatch(v -> v == value);
  }

  int width() {
    return int32(SIGNATURE.length + 8);
  }

  int height() {
    return int32(SIGNATURE.length + 12);
  }

  /** Bits of a sample, or of a palette's index. */
  int bitDepth() {
    return file[SIGNATURE.length + 16];
  }

  int colorType() {
    return file[SIGNATURE.length + 17];
  }

  boolean isInterlaced() {
    return file[SIGNATURE.length + 20] != 0;
  }

  /** Whether its samples are a photo's as they stand: 8 bits, without transparency or profile. */
  boolean isPlainRgb() {
    return colorType() == RGB
        && bitDepth() == 8
        && !isInterlaced()
        && content("tRNS") == null
        && content("iCCP") == null;
  }

  /** How many samples, or indices, a pixel has. */
  int channels() {
    return switch (colorType()) {
      case GREY_ALPHA -> 2;
      case RGB -> 3;
      case RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  /** Of a row that is not interlaced, with the byte that names its filter. */
  long rowBytes() {
    return 1 + ((long) width() * channels() * bitDepth() + 7) / 8;
  }

  /** In the order of the file. */
  List<Chunk> all() {
    return all;
  }

  /** Whether the file has its end. */
  boolean isComplete() {
    return complete;
  }

  /** The zlib stream of the image, put together from its chunks. */
  byte[] pixels() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream(file.length);
    for (Chunk chunk : all) {
      if (chunk.type().equals("IDAT")) {
        stream.write(file, chunk.start(), chunk.length());
      }
    }
    return stream.toByteArray();
  }

  /** The content of the first chunk of a type; null where there is none. */
  byte[] content(String type) {
    for (Chunk chunk : all) {
      if (chunk.type().equals(type)) {
        return Arrays.copyOfRange(file, chunk.start(), chunk.start() + chunk.length());
      }
    }
    return null;
  }

  /** The content of the first chunk of a type that begins with a keyword; null if there is none. */
  byte[] content(String type, String keyword) {
    byte[] name = (keyword + "\0").getBytes(StandardCharsets.ISO_8859_1);
    for (Chunk chunk : all) {
      if (chunk.type().equals(type)
          && chunk.length() >= name.length
          && Arrays.equals(
              file, chunk.start(), chunk.start() + name.length, name, 0, name.length)) {
        return Arrays.copyOfRange(
            file, chunk.start() + name.length, chunk.start() + chunk.length());
      }
    }
    return null;
  }

  /**
   * Inflates a part of a chunk's content.
   *
   * @param from where the zlib stream begins
   * @return nothing where it is damaged; at most 16 MiB
   */
  static Optional<byte[]> inflated(byte[] content, int from) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(
          content, Math.min(from, content.length), Math.max(0, content.length - from));
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      int n = inflater.inflate(buffer);
      while (n > 0 && plain.size() < MAX_INFLATED_BYTES) {
        plain.write(buffer, 0, n);
        n = inflater.inflate(buffer);
      }
      return Optional.of(plain.toByteArray());
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  /** The file without what a decoder of pixels does not need: texts, profiles, gamma. */
  byte[] forDecoder() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.writeBytes(SIGNATURE);
    for (Chunk chunk : all) {
      if (NEEDED.contains(chunk.type())) {
        out.write(file, chunk.start() - 8, chunk.length() + OVERHEAD);
      }
    }
    return out.toByteArray();
  }

  private int int32(int at) {
    return (file[at] << 24)
        | ((file[at + 1] & 0xff) << 16)
        | ((file[at + 2] & 0xff) << 8)
        | (file[at + 3] & 0xff);
  }

  private static FrameException bad(Reason reason, String what, String why) {
    return new FrameException(reason, "Cannot decode %s: %s".formatted(what, why));
  }
}
