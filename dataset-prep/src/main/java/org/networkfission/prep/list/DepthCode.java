package org.networkfission.prep.list;

import java.io.Serializable;

/**
 * What the numbers of a depth image mean.
 *
 * @param unit of number * scale + shift
 * @param kind along which line depth is measured
 * @param invalid a number that stands for "not measured", besides 0 and what is not finite; or null
 */
public record DepthCode(Unit unit, double scale, double shift, Kind kind, Double invalid)
    implements Serializable {
  private static final int METRE = 1000;

  /** What a depth is counted in. */
  public enum Unit {
    MILLIMETRES,
    METRES,
    /** 1/m: what a stereo camera's disparity is, up to scale and shift. */
    INVERSE,
    /** Millimetres whose 16 bits are rotated to the left by three, as SUN RGB-D stores them. */
    SUNRGBD
  }

  /** The line along which depth is measured. */
  public enum Kind {
    /** Along the optical axis. */
    Z,
    /** From the camera's centre to the point: the Euclidean distance. */
    RAY
  }

  /** The depth of a number in mm, along its line; 0 where nothing was measured. */
  double millimetres(double number) {
    if (number == 0 || !Double.isFinite(number) || (invalid != null && number == invalid)) {
      return 0;
    }
    double value = number;
    if (unit == Unit.SUNRGBD) {
      int bits = (int) number;
      value = bits >> 3 | (bits << 13 & 0xffff);
    }
    double depth = value * scale + shift;
    if (!(depth > 0)) {
      return 0;
    }
    return switch (unit) {
      case MILLIMETRES, SUNRGBD -> depth;
      case METRES -> depth * METRE;
      case INVERSE -> METRE / depth;
    };
  }
}
