package org.networkfission.prep.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;

/**
 * PNG (ISO/IEC 15948) as data sets use it for depth, labels and normals: grey, palette or RGB, not
 * interlaced. Exact, and safe to use on damaged files: nothing is allocated that the file's size
 * does not justify.
 */
public final class Png16 {
  private Png16() {}

  /** Whether the bytes begin as a PNG does. */
  public static boolean isPng(byte[] file) {
    return PngChunks.isPng(file);
  }

  /**
   * Decodes a depth image.
   *
   * @param what what it is, for messages: e.g. {@code depth of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole, or is not grey
   *     of 16 bits
   */
  public static LabelMap readDepth(byte[] file, PixelLimit limit, String what)
      throws FrameException {
    PngChunks chunks = PngChunks.of(file, what);
    if (chunks.colorType() != PngChunks.GREY || chunks.bitDepth() != 16) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "the PNG has bit depth %d and colour type %d, must be grey of 16 bits"
              .formatted(chunks.bitDepth(), chunks.colorType()));
    }
    return ids(read(file, chunks, limit, what), what);
  }

  /**
   * Decodes a PNG of label or instance ids: grey values, or the indices of a palette, whose colours
   * do not count.
   *
   * @param what what it is, for messages: e.g. {@code labels of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole, or has colours
   */
  public static LabelMap readIds(byte[] file, PixelLimit limit, String what) throws FrameException {
    return ids(read(file, limit, what), what);
  }

  private static LabelMap ids(PngImage image, String what) throws FrameException {
    if (image.channels() != 1) {
      throw bad(Reason.DECODE_ERROR, what, "the PNG has 3 channels, must have 1");
    }
    return new LabelMap(image.width(), image.height(), image.samples());
  }

  /**
   * Decodes a PNG. Samples of less than 8 bits keep their values; of a palette, the indices are
   * given.
   *
   * @param what what it is, for messages: e.g. {@code depth of frame x}
   * @throws FrameException (decode error, truncated) if it cannot be decoded whole
   */
  public static PngImage read(byte[] file, String what) throws FrameException {
    return read(file, PixelLimit.LARGEST, what);
  }

  /** Decodes a PNG, as {@link #read(byte[], String)}, of so many pixels at most. */
  public static PngImage read(byte[] file, PixelLimit limit, String what) throws FrameException {
    return read(file, PngChunks.of(file, what), limit, what);
  }

  private static PngImage read(byte[] file, PngChunks chunks, PixelLimit limit, String what)
      throws FrameException {
    int width = chunks.width();
    int height = chunks.height();
    int bitDepth = chunks.bitDepth();
    int channels = chunks.channels();
    if (channels != 1 && channels != 3) {
      throw bad(
          Reason.DECODE_ERROR,
          what,
          "bit depth %d with colour type %d is not supported (grey, palette or RGB, without alpha)"
              .formatted(bitDepth, chunks.colorType()));
    }
    if (chunks.isInterlaced()) {
      throw bad(Reason.DECODE_ERROR, what, "interlaced PNG is not supported");
    }
    limit.check(width, height, what);
    int rowBytes = (int) chunks.rowBytes();
    byte[] rows = new byte[Math.multiplyExact(rowBytes, height)];
    inflate(file, chunks, rows, what);
    unfilter(rows, rowBytes, height, Math.max(1, channels * bitDepth / 8), what);
    return new PngImage(
        width,
        height,
        channels,
        Math.max(8, bitDepth),
        samples(rows, rowBytes, width * channels, height, bitDepth));
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

  /** Encodes a photo in less time, into more bytes. */
  public static byte[] writeFast(ColorImage photo) {
    short[] samples = new short[photo.rgb().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (photo.rgb()[i] & 0xff);
    }
    return writeFast(new PngImage(photo.width(), photo.height(), 3, 8, samples));
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
    byte[] header = new byte[PngChunks.HEADER_LENGTH];
    putInt32(header, 0, image.width());
    putInt32(header, 4, image.height());
    header[8] = (byte) image.bitDepth();
    header[9] = (byte) (image.channels() == 1 ? PngChunks.GREY : PngChunks.RGB);
    ByteArrayOutputStream out = new ByteArrayOutputStream(filtered.length / 4);
    out.writeBytes(PngChunks.SIGNATURE);
    writeChunk(out, "IHDR", header);
    writeChunk(out, "IDAT", deflate(filtered, level));
    writeChunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void inflate(byte[] file, PngChunks chunks, byte[] rows, String what)
      throws FrameException {
    if (chunks.isComplete() && Zlib.inflate(chunks.pixels(), rows)) {
      return;
    }
    Inflater inflater = new Inflater();
    byte[] behind = new byte[1];
    try {
      int filled = 0;
      for (PngChunks.Chunk chunk : chunks.all()) {
        if (chunk.type().equals("IDAT")) {
          inflater.setInput(file, chunk.start(), chunk.length());
          int n = inflater.inflate(rows, filled, rows.length - filled);
          while (n > 0) {
            filled += n;
            n = inflater.inflate(rows, filled, rows.length - filled);
          }
          if (filled == rows.length) {
            // Reads the checksum of the pixels, which stands behind them.
            inflater.inflate(behind);
          }
        }
      }
      if (filled < rows.length) {
        throw truncated(what, filled, rows.length);
      } else if (!chunks.isComplete()) {
        throw bad(Reason.TRUNCATED, what, "the PNG has no end");
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
    byte[] above = new byte[rowBytes - 1];
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
          if (y > 0) {
            System.arraycopy(rows, start - rowBytes, above, 0, above.length);
            add(rows, start, above);
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

  /** Adds bytes of another array, which Java's compiler makes vectors of, as it does not of one. */
  private static void add(byte[] rows, int start, byte[] above) {
    for (int i = 0; i < above.length; i++) {
      rows[start + i] = (byte) (rows[start + i] + above[i]);
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

  private static short[] samples(byte[] rows, int rowBytes, int perRow, int height, int bitDepth) {
    short[] samples = new short[perRow * height];
    ByteBuffer bytes = ByteBuffer.wrap(rows);
    int mask = (1 << bitDepth) - 1;
    for (int y = 0; y < height; y++) {
      int at = y * rowBytes + 1;
      int s = y * perRow;
      if (bitDepth == 16) {
        bytes.position(at).asShortBuffer().get(samples, s, perRow);
        bytes.clear();
      } else if (bitDepth == 8) {
        for (int i = 0; i < perRow; i++) {
          samples[s + i] = (short) (rows[at + i] & 0xff);
        }
      } else {
        for (int i = 0; i < perRow; i++) {
          int bit = i * bitDepth;
          int shift = 8 - bitDepth - bit % 8;
          samples[s + i] = (short) (rows[at + bit / 8] >> shift & mask);
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
