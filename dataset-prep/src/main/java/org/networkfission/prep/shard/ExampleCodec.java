package org.networkfission.prep.shard;

import java.util.Set;
import org.networkfission.prep.codec.AreaAverage;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;

/** Frames as rows of a shard, and back. */
public final class ExampleCodec {
  private static final int MAX_DEPTH = 0xffff;
  private static final int JPEG_QUALITY = 95;

  private ExampleCodec() {}

  /**
   * Encodes a frame in its own size.
   *
   * @param normals of the frame, in its size; null where it has none
   * @throws FrameException if the photo cannot be decoded, a label has no class, or no pixel has a
   *     depth
   */
  public static Example encode(Frame frame, ClassMap classes, NormalMap normals)
      throws FrameException {
    return encode(frame, classes, normals, new ImageSize(frame.width(), frame.height()));
  }

  /**
   * Encodes a frame. A photo that has the size already keeps its published bytes, as PNG where its
   * pixels are published; another is averaged over areas and stored as JPEG of quality 95. Depth,
   * labels and normals take the nearest pixel; intrinsics are scaled. Depth is rounded to whole mm;
   * what lies beyond 65.535 m counts as not measured. What the frame lacks is null in the row.
   *
   * @param normals of the frame, in its own size; null where it has none
   * @param size of the row's images
   * @throws FrameException if the photo cannot be decoded, a label has no class, or no pixel has a
   *     depth
   */
  public static Example encode(Frame frame, ClassMap classes, NormalMap normals, ImageSize size)
      throws FrameException {
    return encode(frame, photo(frame, PixelLimit.LARGEST), TruthKind.all(), classes, normals, size);
  }

  /**
   * Decodes a frame's photo.
   *
   * @throws FrameException if it cannot be decoded
   */
  public static ColorImage photo(Frame frame, PixelLimit limit) throws FrameException {
    String what = "photo of frame " + frame.key();
    if (frame.pixels() != null) {
      limit.check(frame.pixels().width(), frame.pixels().height(), what);
      return frame.pixels();
    }
    return Photos.decode(frame.encodedColor(), limit, what);
  }

  /**
   * Encodes a frame whose photo is decoded already, as {@link #photo} does.
   *
   * @param truth what the row holds of what the frame has
   */
  public static Example encode(
      Frame frame,
      ColorImage photo,
      Set<TruthKind> truth,
      ClassMap classes,
      NormalMap normals,
      ImageSize size)
      throws FrameException {
    if (normals != null) {
      requireSize(
          "normals of frame " + frame.key(),
          normals.width(),
          normals.height(),
          frame.width(),
          frame.height());
    }
    int width = size.width();
    int height = size.height();
    byte[] color = frame.encodedColor();
    if (photo.width() != width || photo.height() != height) {
      color = Jpeg.encode(AreaAverage.resize(photo, width, height), JPEG_QUALITY);
    } else if (color == null) {
      color = Png16.writeFast(photo);
    }
    byte[] depth = null;
    int holes = width * height;
    if (frame.depth() != null && truth.contains(TruthKind.DEPTH)) {
      depth = new byte[2 * width * height];
      holes = packDepth(Nearest.resize(frame.depth(), size), depth);
      if (holes == width * height) {
        throw new FrameException(
            Reason.ALL_ZERO_DEPTH,
            "Cannot use frame %s: none of its %,d pixels has a depth"
                .formatted(frame.key(), holes));
      }
    }
    Intrinsics k =
        frame.intrinsics().scaled((double) width / frame.width(), (double) height / frame.height());
    return new Example(
        frame.key(),
        frame.dataset(),
        frame.split(),
        frame.unit(),
        width,
        height,
        (float) k.fx(),
        (float) k.fy(),
        (float) k.cx(),
        (float) k.cy(),
        color,
        depth,
        labels(frame, truth, classes, size),
        normals == null || !truth.contains(TruthKind.NORMALS)
            ? null
            : NormalPacking.pack(normals, size),
        (float) holes / (width * height),
        frame.source());
  }

  /** A label that has no class is told with the frame that it stands in. */
  private static byte[] labels(Frame frame, Set<TruthKind> truth, ClassMap classes, ImageSize size)
      throws FrameException {
    if (frame.labels() == null || !truth.contains(TruthKind.LABELS)) {
      return null;
    }
    try {
      return classes.apply(Nearest.resize(frame.labels(), size));
    } catch (FrameException e) {
      throw new FrameException(
          e.reason(),
          "Cannot use frame %s (%s): %s".formatted(frame.key(), frame.source(), e.getMessage()),
          e);
    }
  }

  /**
   * Decodes a row.
   *
   * @throws FrameException if the photo cannot be decoded or a column has the wrong size
   */
  public static LabeledImage decode(Example example) throws FrameException {
    int width = example.width();
    int height = example.height();
    String key = example.frameKey();
    if (width <= 0 || height <= 0) {
      throw new FrameException(
          Reason.SIZE_MISMATCH,
          "Cannot decode frame %s: it claims %d x %d pixels".formatted(key, width, height));
    }
    long pixels = (long) width * height;
    requireLength(key, "depth", example.depth(), 2 * pixels);
    requireLength(key, "labels", example.labels(), pixels);
    requireLength(key, "normals", example.normals(), 4 * pixels);
    ColorImage photo = Photos.decode(example.color(), PixelLimit.LARGEST, "photo of frame " + key);
    requireSize("photo of frame " + key, photo.width(), photo.height(), width, height);
    Intrinsics intrinsics;
    try {
      intrinsics = new Intrinsics(example.fx(), example.fy(), example.cx(), example.cy());
    } catch (IllegalArgumentException e) {
      throw new FrameException(
          Reason.DECODE_ERROR, "Cannot decode frame %s: %s".formatted(key, e.getMessage()), e);
    }
    return new LabeledImage(
        key,
        intrinsics,
        photo,
        example.depth() == null ? null : new DepthMap(width, height, unpackDepth(example.depth())),
        example.labels() == null
            ? null
            : new LabelMap(width, height, unpackLabels(example.labels())),
        example.normals() == null ? null : NormalPacking.unpack(width, height, example.normals()));
  }

  /** Writes depth as uint16, little-endian; returns how many pixels have none. */
  private static int packDepth(DepthMap depth, byte[] packed) {
    float[] millimetres = depth.millimetres();
    int holes = 0;
    for (int i = 0; i < millimetres.length; i++) {
      float z = millimetres[i];
      // Rounding takes NaN to 0.
      int rounded = z > 0 && z <= MAX_DEPTH ? Math.round(z) : 0;
      if (rounded == 0) {
        holes++;
      }
      packed[2 * i] = (byte) rounded;
      packed[2 * i + 1] = (byte) (rounded >> 8);
    }
    return holes;
  }

  private static float[] unpackDepth(byte[] packed) {
    float[] millimetres = new float[packed.length / 2];
    for (int i = 0; i < millimetres.length; i++) {
      millimetres[i] = (packed[2 * i] & 0xff) | ((packed[2 * i + 1] & 0xff) << 8);
    }
    return millimetres;
  }

  private static short[] unpackLabels(byte[] packed) {
    short[] ids = new short[packed.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (short) (packed[i] & 0xff);
    }
    return ids;
  }

  private static void requireLength(String key, String column, byte[] bytes, long expected)
      throws FrameException {
    int length = bytes == null ? 0 : bytes.length;
    if (bytes != null && length != expected) {
      throw new FrameException(
          Reason.SIZE_MISMATCH,
          "Cannot decode frame %s: column %s has %,d bytes, must have %,d"
              .formatted(key, column, length, expected));
    }
  }

  private static void requireSize(String what, int width, int height, int w, int h)
      throws FrameException {
    if (width != w || height != h) {
      throw new FrameException(
          Reason.SIZE_MISMATCH,
          "Cannot use %s: it has %d x %d pixels, the frame has %d x %d"
              .formatted(what, width, height, w, h));
    }
  }
}
