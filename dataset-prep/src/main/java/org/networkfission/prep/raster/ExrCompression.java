package org.networkfission.prep.raster;

import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** How the rows of an EXR file are packed. */
enum ExrCompression {
  NONE(1),
  RLE(1),
  ZIPS(1),
  ZIP(16),
  PIZ(0),
  PXR24(0),
  B44(0),
  B44A(0),
  DWAA(0),
  DWAB(0);

  /** In the order of the format's numbers. */
  static final List<ExrCompression> NUMBERED =
      List.of(NONE, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB);

  private final int rows;

  ExrCompression(int rows) {
    this.rows = rows;
  }

  /** How many rows are packed together; 0 where the packing is not read. */
  int rows() {
    return rows;
  }

  /**
   * Unpacks a block of rows.
   *
   * @param plain how many bytes it must give
   */
  byte[] expand(byte[] file, int at, int size, int plain, String what) throws FrameException {
    if (size == plain) { // A block that would not shrink stands as it is.
      return Arrays.copyOfRange(file, at, at + size);
    }
    byte[] packed = new byte[plain];
    int got =
        switch (this) {
          case RLE -> runs(file, at, size, packed);
          case ZIP, ZIPS -> inflate(file, at, size, packed, what);
          default -> -1;
        };
    if (got != plain) {
      throw RasterFormat.bad(
          Reason.DECODE_ERROR,
          what,
          "a block of the EXR's rows gives %,d bytes, must give %,d".formatted(got, plain));
    }
    return joined(packed);
  }

  private static int runs(byte[] file, int at, int size, byte[] packed) {
    int end = at + size;
    int filled = 0;
    while (at < end) {
      int count = file[at++];
      int length = count < 0 ? -count : count + 1;
      if (length > packed.length - filled || (count < 0 ? length : 1) > end - at) {
        return -1;
      }
      if (count < 0) {
        System.arraycopy(file, at, packed, filled, length);
        at += length;
      } else {
        Arrays.fill(packed, filled, filled + length, file[at++]);
      }
      filled += length;
    }
    return filled;
  }

  private static int inflate(byte[] file, int at, int size, byte[] packed, String what)
      throws FrameException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(file, at, size);
      int filled = 0;
      int n = inflater.inflate(packed, 0, packed.length);
      while (n > 0) {
        filled += n;
        n = inflater.inflate(packed, filled, packed.length - filled);
      }
      if (filled == packed.length) {
        // Reads the checksum, which stands behind the bytes.
        return inflater.inflate(new byte[1]) == 0 && inflater.finished() ? filled : -1;
      }
      return filled;
    } catch (DataFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot decode %s: bad zlib stream in the EXR".formatted(what), e);
    } finally {
      inflater.end();
    }
  }

  /** Bytes were parted into the even and the odd ones, and each made a difference to the last. */
  private static byte[] joined(byte[] packed) {
    for (int i = 1; i < packed.length; i++) {
      packed[i] = (byte) (packed[i - 1] + packed[i] - 128);
    }
    byte[] plain = new byte[packed.length];
    int half = (packed.length + 1) / 2;
    for (int i = 0; i < plain.length; i++) {
      plain[i] = packed[i % 2 == 0 ? i / 2 : half + i / 2];
    }
    return plain;
  }
}
