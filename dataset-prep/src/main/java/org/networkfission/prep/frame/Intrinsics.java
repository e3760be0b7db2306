package org.networkfission.prep.frame;

/**
 * A pinhole camera, in pixels, with pixel centres at integer coordinates: pixel (u, v) sees the ray
 * ((u - cx) / fx, (cy - v) / fy, 1), y up.
 *
 * @param fx focal length in columns
 * @param fy focal length in rows
 * @param cx column of the principal point
 * @param cy row of the principal point
 */
public record Intrinsics(double fx, double fy, double cx, double cy) {
  /** How far fx and fy may lie apart, as a fraction of the larger. */
  private static final double MAX_ASPECT_DIFFERENCE = 0.10;

  /** Degrees from side to side. */
  private static final int MIN_VIEW = 1;

  private static final int MAX_VIEW = 170;

  public Intrinsics {
    if (!(fx > 0 && fy > 0) || !Double.isFinite(fx + fy) || !Double.isFinite(cx + cy)) {
      throw new IllegalArgumentException(
          "Cannot use intrinsics fx=%s fy=%s cx=%s cy=%s: focal lengths must be positive and all values finite"
              .formatted(fx, fy, cx, cy));
    }
  }

  /**
   * The same camera after its image was resized.
   *
   * @param scaleX new width / old width
   * @param scaleY new height / old height
   */
  public Intrinsics scaled(double scaleX, double scaleY) {
    return new Intrinsics(
        fx * scaleX, fy * scaleY, (cx + 0.5) * scaleX - 0.5, (cy + 0.5) * scaleY - 0.5);
  }

  /**
   * The length of the ray that a pixel sees, from the camera to the plane at z = 1: depth along the
   * ray is z times this.
   */
  public double rayLength(int column, int row) {
    double x = (column - cx) / fx;
    double y = (cy - row) / fy;
    return Math.sqrt(x * x + y * y + 1);
  }

  /**
   * Checks that the focal lengths agree within 10 %, as those of a real camera do. A camera whose
   * image was resized out of shape need not hold it.
   *
   * @throws IllegalArgumentException if they do not
   */
  public void requireSquarePixels() {
    if (Math.abs(fx - fy) > MAX_ASPECT_DIFFERENCE * Math.max(fx, fy)) {
      throw new IllegalArgumentException(
          "Cannot use intrinsics fx=%s fy=%s: they differ by more than 10 %%, so one of them is likely misplaced"
              .formatted(fx, fy));
    }
  }

  /**
   * Checks that the camera can have taken an image: that the principal point lies inside it, and
   * that it shows 1 to 170 degrees from side to side.
   *
   * @throws IllegalArgumentException if it does not
   */
  public void requireFits(int width, int height) {
    double view = Math.toDegrees(2 * Math.atan(width / (2 * fx)));
    if (view < MIN_VIEW || view > MAX_VIEW) {
      throw new IllegalArgumentException(
          "Cannot use intrinsics fx=%s: an image of %d columns would show %.3g degrees, must be %d to %d"
              .formatted(fx, width, view, MIN_VIEW, MAX_VIEW));
    }
    if (cx < 0 || cy < 0 || cx > width - 1 || cy > height - 1) {
      throw new IllegalArgumentException(
          "Cannot use intrinsics cx=%s cy=%s: the principal point lies outside the image of %d x %d pixels"
              .formatted(cx, cy, width, height));
    }
  }
}
