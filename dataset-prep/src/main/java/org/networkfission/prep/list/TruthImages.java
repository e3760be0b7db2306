package org.networkfission.prep.list;

import java.util.List;
import java.util.function.Function;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.raster.Raster;
import org.networkfission.prep.raster.RasterFormat;

/**
 * Depth, labels and normals in the formats that people keep them in: PNG, PFM, NPY, EXR, HDF5.
 *
 * @param limit on the size of an image
 */
record TruthImages(PixelLimit limit) {
  private static final int FARTHEST = 0xffff;
  private static final int NEAREST = 10;

  /** What is shorter is no normal; what lies between the two is made one. */
  private static final double SHORTEST = 0.5;

  private static final double LONGEST = 1.5;
  private static final double BYTE_SCALE = 127.5;
  private static final double SHORT_SCALE = 32_767;

  /**
   * Decodes depth.
   *
   * @param camera of an image of a size
   */
  DepthMap depth(byte[] file, DepthCode code, Function<ImageSize, Intrinsics> camera, String what)
      throws FrameException {
    Raster raster = depthNumbers(file, what);
    requireChannels(raster, 1, what);
    int width = raster.width();
    Intrinsics k = camera.apply(new ImageSize(width, raster.height()));
    float[] z = new float[raster.values().length];
    int measured = 0;
    int near = 0;
    int far = 0;
    for (int i = 0; i < z.length; i++) {
      double depth = code.millimetres(raster.values()[i]);
      if (code.kind() == DepthCode.Kind.RAY) {
        depth /= k.rayLength(i % width, i / width);
      }
      z[i] = (float) depth;
      if (depth > 0) {
        measured++;
        near += depth < NEAREST ? 1 : 0;
        far += depth > FARTHEST ? 1 : 0;
      }
      z[i] = depth <= FARTHEST ? (float) depth : 0;
    }
    if (2 * near > measured || 2 * far > measured) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use %s: most of it is %s with the unit %s, the scale %s and the shift %s; is that what the file holds?"
              .formatted(
                  what,
                  2 * near > measured ? "nearer than 10 mm" : "farther than 65.535 m",
                  code.unit().name().toLowerCase(java.util.Locale.ROOT),
                  code.scale(),
                  code.shift()));
    }
    return new DepthMap(width, raster.height(), z);
  }

  private Raster depthNumbers(byte[] file, String what) throws FrameException {
    if (!Png16.isPng(file)) {
      return RasterFormat.readAny(file, List.of("Z/Y/V/depth/distance/R"), limit, what);
    }
    LabelMap png = Png16.readDepth(file, limit, what);
    double[] values = new double[png.ids().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Short.toUnsignedInt(png.ids()[i]);
    }
    return new Raster(png.width(), png.height(), 1, values);
  }

  /** Decodes label ids; a number below 0, as some write where there is no label, is 0. */
  LabelMap labels(byte[] file, String what) throws FrameException {
    if (Png16.isPng(file)) {
      return Png16.readIds(file, limit, what);
    }
    Raster raster = RasterFormat.readAny(file, List.of("Y/R/id/label"), limit, what);
    requireChannels(raster, 1, what);
    short[] ids = new short[raster.values().length];
    for (int i = 0; i < ids.length; i++) {
      double value = Math.max(0, raster.values()[i]);
      if (!(value <= 0xffff) || value != Math.rint(value)) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot decode %s: %s at column %d, row %d is no label"
                .formatted(what, value, i % raster.width(), i / raster.width()));
      }
      ids[i] = (short) (int) value;
    }
    return new LabelMap(raster.width(), raster.height(), ids);
  }

  /**
   * Decodes normals and turns them into this product's axes.
   *
   * @param camera of an image of a size
   * @throws FrameException also if most of them are no unit vectors, or face away from the camera
   */
  NormalMap normals(
      byte[] file, NormalAxes axes, Function<ImageSize, Intrinsics> camera, String what)
      throws FrameException {
    Raster raster =
        Png16.isPng(file)
            ? coded(Png16.read(file, limit, what))
            : RasterFormat.readAny(file, List.of("X/R", "Y/G", "Z/B"), limit, what);
    requireChannels(raster, 3, what);
    Intrinsics k = camera.apply(new ImageSize(raster.width(), raster.height()));
    double[] values = raster.values();
    float[] xyz = new float[values.length];
    int unit = 0;
    int odd = 0;
    int away = 0;
    for (int i = 0; i < values.length; i += 3) {
      double x = values[i] * axes.sign(0);
      double y = values[i + 1] * axes.sign(1);
      double z = values[i + 2] * axes.sign(2);
      double length = Math.sqrt(x * x + y * y + z * z);
      if (length >= SHORTEST && length <= LONGEST) {
        unit++;
        xyz[i] = (float) (x / length);
        xyz[i + 1] = (float) (y / length);
        xyz[i + 2] = (float) (z / length);
        int column = i / 3 % raster.width();
        int row = i / 3 / raster.width();
        double toward = x * (column - k.cx()) / k.fx() + y * (k.cy() - row) / k.fy() + z;
        away += toward > 0 ? 1 : 0;
      } else if (length > LONGEST) {
        odd++;
      }
    }
    if (odd > unit) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use %s: most of its vectors are longer than %s; they must be of length 1"
              .formatted(what, LONGEST));
    } else if (2 * away > unit) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use %s: most of them face away from the camera with the axes %s; are they in others?"
              .formatted(what, axes.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')));
    }
    return new NormalMap(raster.width(), raster.height(), xyz);
  }

  /** The vectors of a PNG: of 8 bits, -1 is 0 and 1 is 255; of 16, 65,534. Black is none. */
  private static Raster coded(PngImage image) {
    double scale = image.bitDepth() == 16 ? SHORT_SCALE : BYTE_SCALE;
    short[] samples = image.samples();
    double[] values = new double[samples.length];
    for (int i = 0; i + 2 < samples.length && image.channels() == 3; i += 3) {
      if (samples[i] != 0 || samples[i + 1] != 0 || samples[i + 2] != 0) {
        for (int c = i; c < i + 3; c++) {
          values[c] = Short.toUnsignedInt(samples[c]) / scale - 1;
        }
      }
    }
    return new Raster(image.width(), image.height(), image.channels(), values);
  }

  private static void requireChannels(Raster raster, int channels, String what)
      throws FrameException {
    if (raster.channels() != channels) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot decode %s: a pixel has %d numbers, must have %d"
              .formatted(what, raster.channels(), channels));
    }
  }
}
