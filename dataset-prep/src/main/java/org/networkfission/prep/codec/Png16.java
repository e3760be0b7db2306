package org.networkfission.prep.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Reason;

/**
 * PNG (ISO/IEC 15948) as data sets use it for depth, labels and normals: grey or RGB, 8 or 16 bits,
 * not interlaced. Exact, and safe to use on damaged files: nothing is allocated that the file's
 * size does not justify.
 */
public final class Png16 {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int HEADER_LENGTH = 13;
  private static final int CHUNK_OVERHEAD = 12;
  private static final int GREY = 0;
  private static final int RGB = 2;

  /** Deflate does not compress better than 1,032 to 1, so a larger image cannot be in the file. */
  private static final int MAX_DEFLATE_RATIO = 1032;

  private Png16() {}

  /** Whether the bytes begin as a PNG does. */
  public static boolean isPng(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * Decodes a grey PNG as ids.
   *
   * @param what what it is, for messages: e.g. {@code depth of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole
   */
  public static LabelMap readGrey(byte[] file, String what) throws FrameException {
    PngImage image = read(file, what);
    if (image.channels() != 1) {
      throw bad(Reason.DECODE_ERROR, what, "the PNG has 3 channels, must have 1");
    }
    return new LabelMap(image.width(), image.height(), image.samples());
  }

  /**
   * Decodes a PNG.
   *
   * @param what what it is, for messages: e.g. {@code depth of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole
   */
  public static PngImage read(byte[] file, String what) throws FrameException {
    if (!isPng(file)) {
      throw bad(
          file.length < SIGNATURE.length ? Reason.TRUNCATED : Reason.DECODE_ERROR,
          what,
          "the file of %,d bytes does not begin as a PNG".formatted(file.length));
    }
    int at = SIGNATURE.length;
    if (file.length < at + CHUNK_OVERHEAD + HEADER_LENGTH) {
      throw bad(Reason.TRUNCATED, what, "the PNG ends within its header");
    }
    if (int32(file, at) != HEADER_LENGTH || !isChunk(file, at, "IHDR")) {
      throw bad(Reason.DECODE_ERROR, what, "the PNG does not begin with IHDR");
    }
    checkCrc(file, at, HEADER_LENGTH, what);
    int width = int32(file, at + 8);
    int height = int32(file, at + 12);
    int bitDepth = file[at + 16];
    int colorType = file[at + 17];
    int interlace = file[at + 20];
    if ((bitDepth != 8 && bitDepth != 16) || (colorType != GREY && colorType != RGB)) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "bit depth %d with colour type %d is not supported (8 or 16 bits, grey or RGB)"
              .formatted(bitDepth, colorType));
    }
    if (interlace != 0) {
      throw bad(Reason.DECODE_ERROR, what, "interlaced PNG is not supported");
    }
    int channels = colorType == GREY ? 1 : 3;
    int pixelBytes = channels * bitDepth / 8;
    long rowBytes = 1 + (long) width * pixelBytes;
    if (width <= 0 || height <= 0 || rowBytes * height > (long) file.length * MAX_DEFLATE_RATIO) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "%d x %d pixels cannot be in a file of %,d bytes".formatted(width, height, file.length));
    }
    if (rowBytes * height > Integer.MAX_VALUE - 16) {
      throw bad(Reason.DECODE_ERROR, what, "%d x %d pixels are too many".formatted(width, height));
    }
    byte[] rows = new byte[(int) rowBytes * height];
    inflate(file, at + CHUNK_OVERHEAD + HEADER_LENGTH, rows, what);
    unfilter(rows, (int) rowBytes, height, pixelBytes, what);
    return new PngImage(
        width, height, channels, bitDepth, samples(rows, (int) rowBytes, height, bitDepth));
  }

  /** Encodes a grey image of 16 bits. */
  public static byte[] writeGrey(int width, int height, short[] samples) {
    return write(new PngImage(width, height, 1, 16, samples));
  }

  /** Encodes a PNG. The same image always gives the same bytes. */
  public static byte[] write(PngImage image) {
    return write(image, Deflater.DEFAULT_COMPRESSION);
  }

  /** Encodes a PNG in less time, into more bytes. */
  public static byte[] writeFast(PngImage image) {
    return write(image, Deflater.BEST_SPEED);
  }

  private static byte[] write(PngImage image, int level) {
    int pixelBytes = image.channels() * image.bitDepth() / 8;
    int rowBytes = 1 + image.width() * pixelBytes;
    byte[] plain = new byte[Math.multiplyExact(rowBytes, image.height())];
    int s = 0;
    for (int y = 0; y < image.height(); y++) {
      int at = y * rowBytes + 1;
      for (int i = 0; i < image.width() * image.channels(); i++, s++) {
        if (image.bitDepth() == 16) {
          plain[at++] = (byte) (image.samples()[s] >> 8);
        }
        plain[at++] = (byte) image.samples()[s];
      }
    }
    // Rows are filtered by "up" (2), which suits depth and ids: smooth, or equal to the row above.
    byte[] filtered = plain.clone();
    for (int y = 0; y < image.height(); y++) {
      filtered[y * rowBytes] = 2;
      for (int i = 1; y > 0 && i < rowBytes; i++) {
        filtered[y * rowBytes + i] =
            (byte) (plain[y * rowBytes + i] - plain[(y - 1) * rowBytes + i]);
      }
    }
    byte[] header = new byte[HEADER_LENGTH];
    putInt32(header, 0, image.width());
    putInt32(header, 4, image.height());
    header[8] = (byte) image.bitDepth();
    header[9] = (byte) (image.channels() == 1 ? GREY : RGB);
    ByteArrayOutputStream out = new ByteArrayOutputStream(filtered.length / 4);
    out.writeBytes(SIGNATURE);
    writeChunk(out, "IHDR", header);
    writeChunk(out, "IDAT", deflate(filtered, level));
    writeChunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void inflate(byte[] file, int start, byte[] rows, String what)
      throws FrameException {
    Inflater inflater = new Inflater();
    try {
      int filled = 0;
      int at = start;
      while (filled < rows.length) {
        if (file.length - at < CHUNK_OVERHEAD) {
          throw truncated(what, filled, rows.length);
        }
        int length = int32(file, at);
        if (length < 0) {
          throw bad(Reason.DECODE_ERROR, what, "a PNG chunk claims a length over 2^31");
        }
        if (isChunk(file, at, "IEND")) {
          throw truncated(what, filled, rows.length);
        }
        if (length > file.length - at - CHUNK_OVERHEAD) {
          throw truncated(what, filled, rows.length);
        }
        if (isChunk(file, at, "IDAT")) {
          checkCrc(file, at, length, what);
          inflater.setInput(file, at + 8, length);
          int n = inflater.inflate(rows, filled, rows.length - filled);
          while (n > 0) {
            filled += n;
            n = inflater.inflate(rows, filled, rows.length - filled);
          }
          if (filled < rows.length && (inflater.finished() || inflater.needsDictionary())) {
            throw truncated(what, filled, rows.length);
          }
        }
        at += CHUNK_OVERHEAD + length;
      }
    } catch (DataFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot decode %s: bad zlib stream in the PNG".formatted(what), e);
    } finally {
      inflater.end();
    }
  }

  private static void unfilter(byte[] rows, int rowBytes, int height, int pixelBytes, String what)
      throws FrameException {
    for (int y = 0; y < height; y++) {
      int start = y * rowBytes + 1;
      int end = start + rowBytes - 1;
      int filter = rows[start - 1];
      switch (filter) {
        case 0 -> {}
        case 1 -> {
          for (int i = start + pixelBytes; i < end; i++) {
            rows[i] += rows[i - pixelBytes];
          }
        }
        case 2 -> {
          for (int i = start; y > 0 && i < end; i++) {
            rows[i] += rows[i - rowBytes];
          }
        }
        case 3 -> {
          for (int i = start; i < end; i++) {
            int left = i - pixelBytes >= start ? rows[i - pixelBytes] & 0xff : 0;
            int up = y > 0 ? rows[i - rowBytes] & 0xff : 0;
            rows[i] += (byte) ((left + up) >> 1);
          }
        }
        case 4 -> {
          for (int i = start; i < end; i++) {
            boolean first = i - pixelBytes < start;
            int left = first ? 0 : rows[i - pixelBytes] & 0xff;
            int up = y > 0 ? rows[i - rowBytes] & 0xff : 0;
            int corner = first || y == 0 ? 0 : rows[i - rowBytes - pixelBytes] & 0xff;
            rows[i] += (byte) paeth(left, up, corner);
          }
        }
        default ->
            throw bad(
                Reason.DECODE_ERROR, what, "row %d has the unknown filter %d".formatted(y, filter));
      }
    }
  }

  private static int paeth(int left, int up, int corner) {
    int byLeft = Math.abs(up - corner);
    int byUp = Math.abs(left - corner);
    int byCorner = Math.abs(left + up - 2 * corner);
    if (byLeft <= byUp && byLeft <= byCorner) {
      return left;
    }
    return byUp <= byCorner ? up : corner;
  }

  private static short[] samples(byte[] rows, int rowBytes, int height, int bitDepth) {
    int bytes = bitDepth / 8;
    int perRow = (rowBytes - 1) / bytes;
    short[] samples = new short[perRow * height];
    int s = 0;
    for (int y = 0; y < height; y++) {
      int at = y * rowBytes + 1;
      for (int i = 0; i < perRow; i++) {
        if (bytes == 2) {
          samples[s++] = (short) ((rows[at] << 8) | (rows[at + 1] & 0xff));
          at += 2;
        } else {
          samples[s++] = (short) (rows[at++] & 0xff);
        }
      }
    }
    return samples;
  }

  private static byte[] deflate(byte[] data, int level) {
    Deflater deflater = new Deflater(level);
    try {
      deflater.setInput(data);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(data.length / 4);
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void writeChunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] number = new byte[4];
    putInt32(number, 0, data.length);
    out.writeBytes(number);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(name);
    out.writeBytes(data);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    putInt32(number, 0, (int) crc.getValue());
    out.writeBytes(number);
  }

  private static void checkCrc(byte[] file, int at, int length, String what) throws FrameException {
    CRC32 crc = new CRC32();
    crc.update(file, at + 4, 4 + length);
    if ((int) crc.getValue() != int32(file, at + 8 + length)) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "the checksum of the PNG chunk at offset %,d is wrong".formatted(at));
    }
  }

  private static boolean isChunk(byte[] file, int at, String type) {
    for (int i = 0; i < 4; i++) {
      if (file[at + 4 + i] != type.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int int32(byte[] file, int at) {
    return (file[at] << 24)
        | ((file[at + 1] & 0xff) << 16)
        | ((file[at + 2] & 0xff) << 8)
        | (file[at + 3] & 0xff);
  }

  private static void putInt32(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 24);
    bytes[at + 1] = (byte) (value >> 16);
    bytes[at + 2] = (byte) (value >> 8);
    bytes[at + 3] = (byte) value;
  }

  private static FrameException truncated(String what, int got, int expected) {
    return bad(
        Reason.TRUNCATED,
        what,
        "the PNG ends after %,d of %,d bytes of its image".formatted(got, expected));
  }

  private static FrameException bad(Reason reason, String what, String why) {
    return new FrameException(reason, "Cannot decode %s: %s".formatted(what, why));
  }
}
