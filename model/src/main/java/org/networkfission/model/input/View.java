package org.networkfission.model.input;

import java.util.random.RandomGenerator;

/**
 * Where each pixel of a training image lies in its source image, and how directions and distances
 * change: mirror, then rotation about the centre, then the crop's window.
 *
 * @param mirrored whether left and right are exchanged
 * @param angle rotation in radians: the picture turns counter-clockwise as seen
 * @param left share of the source's width to the left of the window
 * @param top share of the source's height above the window
 * @param window share of the source's width and height that is seen
 */
record View(boolean mirrored, double angle, double left, double top, double window) {
  static final View WHOLE = new View(false, 0, 0, 0, 1);

  static View random(Augmentation augmentation, RandomGenerator random) {
    boolean mirrored = random.nextDouble() < augmentation.flip();
    double angle = Math.toRadians(augmentation.rotation() * (2 * random.nextDouble() - 1));
    double cut = 2 * augmentation.crop() * random.nextDouble();
    double left = offset(cut, augmentation.crop(), random);
    double top = offset(cut, augmentation.crop(), random);
    return new View(mirrored, angle, left, top, 1 - cut);
  }

  /** Whether the picture is not turned: its columns and rows stay columns and rows. */
  boolean isUpright() {
    return angle == 0;
  }

  /** A part of the cut that leaves at most the largest share on either side. */
  private static double offset(double cut, double largest, RandomGenerator random) {
    double least = Math.max(0, cut - largest);
    double most = Math.min(cut, largest);
    return least + (most - least) * random.nextDouble();
  }

  /** The source's column of an output pixel, in a source of its own size. */
  double column(int x, int y, int width, int height, int sourceWidth, int sourceHeight) {
    double u = windowed(x, width, left) - 0.5;
    double v = (windowed(y, height, top) - 0.5) * sourceHeight / sourceWidth;
    double turned = Math.cos(angle) * u - Math.sin(angle) * v;
    return ((mirrored ? -turned : turned) + 0.5) * sourceWidth - 0.5;
  }

  /** The source's row of an output pixel. */
  double row(int x, int y, int width, int height, int sourceWidth, int sourceHeight) {
    double u = (windowed(x, width, left) - 0.5) * sourceWidth / sourceHeight;
    double v = windowed(y, height, top) - 0.5;
    return (Math.sin(angle) * u + Math.cos(angle) * v + 0.5) * sourceHeight - 0.5;
  }

  private double windowed(int pixel, int size, double before) {
    return before + window * (pixel + 0.5) / size;
  }

  /** What a normal (x right, y up) becomes: its x. */
  double normalX(double x, double y) {
    return Math.cos(angle) * (mirrored ? -x : x) - Math.sin(angle) * y;
  }

  /** What a normal becomes: its y. */
  double normalY(double x, double y) {
    return Math.sin(angle) * (mirrored ? -x : x) + Math.cos(angle) * y;
  }

  /** What depth is multiplied with: through the same lens, a smaller window is nearer. */
  double depthScale() {
    return window;
  }
}
