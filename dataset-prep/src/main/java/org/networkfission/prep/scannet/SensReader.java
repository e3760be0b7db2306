package org.networkfission.prep.scannet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.codec.Zlib;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.DepthUnit;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/**
 * Reads the frames of a {@code .sens} stream by seeking from one to the next; never more than one
 * frame is in memory. What follows the frames (inertial measurements, in version 4) is not read.
 */
final class SensReader implements FrameReader {
  private static final int POSE_VALUES = 16;

  /** Where the lengths of its images stand in a frame: behind the pose and two time stamps. */
  private static final int LENGTHS = POSE_VALUES * Float.BYTES + 2 * Long.BYTES;

  /** Deflate makes no more of a byte than this. */
  private static final int MAX_DEFLATE_RATIO = 1032;

  private final Path file;
  private final SteadyInput in;
  private final long size;
  private final SensHeader header;
  private final FrameUnit unit;
  private final Labels labels;
  private final int stride;
  private final KnownBad knownBad;
  private final PixelLimit limit;
  private long index = -1;

  /** Where the current frame begins, and where the one after it. */
  private long position;

  private long following;

  /** What stands before the images of the current frame. */
  private ByteBuffer start;

  private String broken;

  SensReader(
      FrameUnit unit, Path file, Labels labels, int stride, KnownBad knownBad, Configuration hadoop)
      throws IOException, FrameException {
    this.unit = unit;
    this.file = file;
    this.labels = labels;
    this.stride = stride;
    this.knownBad = knownBad;
    this.in = Storage.of(file, hadoop).open(file);
    this.size = in.length();
    try {
      this.header = SensHeader.read(in, size, file.toString());
    } catch (IOException | FrameException | RuntimeException e) {
      in.close();
      throw e;
    }
    this.following = header.length();
    this.limit = PixelLimit.of(hadoop);
  }

  @Override
  public boolean next() throws IOException {
    long target = index < 0 ? 0 : index + stride;
    if (target >= header.frames()) {
      return false;
    }
    // After a frame whose length cannot be believed, nothing tells where the next one begins: all
    // that follow are lost, and each is reported.
    while (index < target && broken == null) {
      index++;
      position = following;
      findFollowing();
    }
    index = target;
    return true;
  }

  private void findFollowing() throws IOException {
    if (size - position < SensHeader.FRAME_HEADER_BYTES) {
      broken =
          "the stream ends after %,d bytes, within frame %,d of %,d"
              .formatted(size, index, header.frames());
      return;
    }
    in.seek(position);
    start = read(SensHeader.FRAME_HEADER_BYTES);
    long color = start.getLong(LENGTHS);
    long depth = start.getLong(LENGTHS + Long.BYTES);
    long left = size - position - SensHeader.FRAME_HEADER_BYTES;
    if (color < 0 || depth < 0 || color > left || depth > left - color) {
      broken =
          "the images of frame %,d claim %,d + %,d bytes, the stream has %,d left"
              .formatted(index, color, depth, left);
      return;
    }
    following = position + SensHeader.FRAME_HEADER_BYTES + color + depth;
  }

  @Override
  public String key() {
    return "%s/%s/%06d".formatted(ScanNetSource.DATASET, unit.name(), index);
  }

  @Override
  public String source() {
    return "%s/%s#%d".formatted(unit.location(), file.getName(), position);
  }

  @Override
  public Frame read() throws IOException, FrameException {
    if (broken != null) {
      throw bad(Reason.TRUNCATED, broken);
    }
    knownBad.check(unit.name(), index, key());
    for (int i = 0; i < POSE_VALUES; i++) {
      float value = start.getFloat(i * Float.BYTES);
      if (!Float.isFinite(value)) {
        throw bad(Reason.BAD_POSE, "its pose holds %s: tracking was lost".formatted(value));
      }
    }
    long colorLength = start.getLong(LENGTHS);
    long depthLength = start.getLong(LENGTHS + Long.BYTES);
    limit.check(header.colorWidth(), header.colorHeight(), "photo of frame " + key());
    limit.check(header.depthWidth(), header.depthHeight(), "depth of frame " + key());
    requireBelievable("colour", colorLength, header.colorWidth(), header.colorHeight(), 3);
    requireBelievable("depth", depthLength, header.depthWidth(), header.depthHeight(), 2);
    in.seek(position + SensHeader.FRAME_HEADER_BYTES);
    byte[] color = read((int) colorLength).array();
    byte[] depth = read((int) depthLength).array();
    DepthMap depthMap = depth(depth);
    DepthUnit.check(depthMap, key());
    LabelMap ids =
        labels.read(index, new ImageSize(header.depthWidth(), header.depthHeight()), key());
    return new Frame(
        key(),
        ScanNetSource.DATASET,
        unit.split(),
        unit.name(),
        source(),
        header.depthIntrinsics(),
        header.colorCompression() == SensHeader.COLOR_RAW ? png(color) : color,
        depthMap,
        ids);
  }

  /** No coding makes an image much larger than it is. */
  private void requireBelievable(String what, long length, int width, int height, int pixelBytes)
      throws FrameException {
    long raw = (long) width * height * pixelBytes;
    if (length > 2 * raw + 65_536) {
      throw bad(
          Reason.DECODE_ERROR,
          "its %s of %d x %d pixels claims %,d bytes".formatted(what, width, height, length));
    }
  }

  private DepthMap depth(byte[] data) throws FrameException {
    int width = header.depthWidth();
    int height = header.depthHeight();
    int expected = 2 * width * height;
    byte[] raw =
        header.depthCompression() == SensHeader.DEPTH_ZLIB ? inflate(data, expected) : data;
    if (raw.length != expected) {
      throw bad(
          Reason.SIZE_MISMATCH,
          "its depth has %,d bytes, must have %,d".formatted(raw.length, expected));
    }
    float scale = 1000 / header.depthShift();
    float[] millimetres = new float[width * height];
    for (int i = 0; i < millimetres.length; i++) {
      int value = (raw[2 * i] & 0xff) | ((raw[2 * i + 1] & 0xff) << 8);
      millimetres[i] = value * scale;
    }
    return new DepthMap(width, height, millimetres);
  }

  private byte[] inflate(byte[] data, int expected) throws FrameException {
    if (expected > (long) data.length * MAX_DEFLATE_RATIO) {
      throw bad(
          Reason.TRUNCATED,
          "%,d bytes of depth cannot be in %,d compressed bytes".formatted(expected, data.length));
    }
    byte[] raw = new byte[expected];
    if (Zlib.inflate(data, raw)) {
      return raw;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data);
      int filled = 0;
      int n = inflater.inflate(raw);
      while (n > 0) {
        filled += n;
        n = inflater.inflate(raw, filled, expected - filled);
      }
      if (filled < expected) {
        throw bad(
            Reason.TRUNCATED,
            "the zlib stream of its depth ends after %,d of %,d bytes".formatted(filled, expected));
      }
      requireEnd(inflater, expected);
      return raw;
    } catch (DataFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read frame %s of %s: bad zlib stream of its depth: %s"
              .formatted(key(), file, e.getMessage()),
          e);
    } finally {
      inflater.end();
    }
  }

  /** Reaches the end of a zlib stream, where its checksum stands and is compared. */
  private void requireEnd(Inflater inflater, int expected)
      throws DataFormatException, FrameException {
    if (inflater.inflate(new byte[1]) > 0) {
      throw bad(
          Reason.SIZE_MISMATCH,
          "the zlib stream of its depth holds more than %,d bytes".formatted(expected));
    }
    if (!inflater.finished()) {
      throw bad(Reason.TRUNCATED, "the zlib stream of its depth ends before its checksum");
    }
    if (inflater.getRemaining() > 0) {
      throw bad(
          Reason.DECODE_ERROR,
          "%,d bytes lie behind the zlib stream of its depth".formatted(inflater.getRemaining()));
    }
  }

  private byte[] png(byte[] rgb) throws FrameException {
    int width = header.colorWidth();
    int height = header.colorHeight();
    if (rgb.length != 3L * width * height) {
      throw bad(
          Reason.SIZE_MISMATCH,
          "its raw colour has %,d bytes, must have %,d".formatted(rgb.length, 3L * width * height));
    }
    short[] samples = new short[rgb.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (rgb[i] & 0xff);
    }
    return Png16.write(new PngImage(width, height, 3, 8, samples));
  }

  private ByteBuffer read(int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private FrameException bad(Reason reason, String why) {
    return new FrameException(reason, "Cannot read frame %s of %s: %s".formatted(key(), file, why));
  }

  @Override
  public void close() throws IOException {
    try {
      labels.close();
    } finally {
      in.close();
    }
  }
}
