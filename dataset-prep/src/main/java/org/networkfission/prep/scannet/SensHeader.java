package org.networkfission.prep.scannet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.SteadyInput;

/**
 * The beginning of a {@code .sens} stream, version 3 or 4.
 *
 * @param colorCompression 0 raw, 1 PNG, 2 JPEG, -1 unknown
 * @param depthCompression 0 raw, 1 zlib
 * @param depthShift units of depth per metre
 * @param frames how many frames the stream claims
 * @param length of the header, in bytes: where the first frame begins
 */
record SensHeader(
    Intrinsics depthIntrinsics,
    int colorCompression,
    int depthCompression,
    int colorWidth,
    int colorHeight,
    int depthWidth,
    int depthHeight,
    float depthShift,
    long frames,
    long length) {
  static final int COLOR_RAW = 0;
  static final int DEPTH_RAW = 0;
  static final int DEPTH_ZLIB = 1;

  /** What a frame takes before its images. */
  static final int FRAME_HEADER_BYTES = 96;

  private static final int DEPTH_OCCI = 2;
  private static final int MAX_NAME_BYTES = 4096;
  private static final int MATRIX_BYTES = 64;
  private static final int DEPTH_INTRINSIC = 2 * MATRIX_BYTES;
  private static final int AFTER_MATRICES = 4 * MATRIX_BYTES;
  private static final int FIXED_BYTES = AFTER_MATRICES + 36;

  /** Published streams have up to about 6,000. */
  private static final long MAX_FRAMES = 1_000_000;

  private static final long MAX_PIXELS = 16L << 20;

  /**
   * Reads the header; the stream must be at its beginning.
   *
   * @param size of the stream, in bytes
   * @param what its name, for messages
   * @throws FrameException if it is no stream that can be read
   */
  static SensHeader read(SteadyInput in, long size, String what)
      throws IOException, FrameException {
    try {
      ByteBuffer start = read(in, 12);
      int version = start.getInt();
      if (version != 3 && version != 4) {
        throw bad(what, "its version is %d, must be 3 or 4".formatted(version));
      }
      long name = start.getLong();
      if (name < 0 || name > MAX_NAME_BYTES) {
        throw bad(what, "it claims a sensor name of %,d bytes".formatted(name));
      }
      read(in, (int) name);
      return parse(read(in, FIXED_BYTES), 12 + name + FIXED_BYTES, size, what);
    } catch (EOFException e) {
      throw new FrameException(
          Reason.TRUNCATED,
          "Cannot read %s: its %,d bytes end within the header".formatted(what, size),
          e);
    }
  }

  private static SensHeader parse(ByteBuffer b, long length, long size, String what)
      throws FrameException {
    Intrinsics k;
    try {
      k =
          new Intrinsics(
              b.getFloat(DEPTH_INTRINSIC),
              b.getFloat(DEPTH_INTRINSIC + 20),
              b.getFloat(DEPTH_INTRINSIC + 8),
              b.getFloat(DEPTH_INTRINSIC + 24));
      k.requireSquarePixels();
    } catch (IllegalArgumentException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(what, e.getMessage()), e);
    }
    b.position(AFTER_MATRICES);
    SensHeader header =
        new SensHeader(
            k,
            b.getInt(),
            b.getInt(),
            b.getInt(),
            b.getInt(),
            b.getInt(),
            b.getInt(),
            b.getFloat(),
            b.getLong(),
            length);
    header.check(size, what);
    return header;
  }

  private void check(long size, String what) throws FrameException {
    if (depthCompression == DEPTH_OCCI) {
      throw bad(
          what,
          "its depth is compressed by occi, which is proprietary; export it with raw or zlib depth");
    }
    if (depthCompression != DEPTH_RAW && depthCompression != DEPTH_ZLIB) {
      throw bad(what, "it has the unknown depth compression %d".formatted(depthCompression));
    }
    if (colorCompression < -1 || colorCompression > 2) {
      throw bad(what, "it has the unknown colour compression %d".formatted(colorCompression));
    }
    requireSize(what, "colour", colorWidth, colorHeight);
    requireSize(what, "depth", depthWidth, depthHeight);
    if (!(depthShift > 0 && depthShift <= 1e6)) {
      throw bad(
          what, "its depth shift is %s, must be above 0 and at most 1e6".formatted(depthShift));
    }
    if (frames < 0 || frames > MAX_FRAMES) {
      throw bad(what, "it claims %,d frames".formatted(frames));
    }
    try {
      depthIntrinsics.requireFits(depthWidth, depthHeight);
    } catch (IllegalArgumentException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(what, e.getMessage()), e);
    }
    long most = (size - length) / FRAME_HEADER_BYTES;
    if (frames > most) {
      throw new FrameException(
          Reason.TRUNCATED,
          "Cannot read %s: it claims %,d frames, its %,d bytes hold no more than %,d"
              .formatted(what, frames, size, most));
    }
  }

  private static void requireSize(String what, String image, int width, int height)
      throws FrameException {
    if (width <= 0 || height <= 0 || (long) width * height > MAX_PIXELS) {
      throw bad(
          what,
          "it claims %s of %s x %s pixels"
              .formatted(image, Integer.toUnsignedString(width), Integer.toUnsignedString(height)));
    }
  }

  private static ByteBuffer read(SteadyInput in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static FrameException bad(String what, String why) {
    return new FrameException(Reason.DECODE_ERROR, "Cannot read %s: %s".formatted(what, why));
  }
}
