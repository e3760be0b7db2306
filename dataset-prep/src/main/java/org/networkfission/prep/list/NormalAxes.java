package org.networkfission.prep.list;

/** The axes in which a normal image is given, as seen from the camera. */
public enum NormalAxes {
  /** As this product has them. */
  RIGHT_UP_FORWARD(1, 1),
  /** As in OpenGL and Hypersim. */
  RIGHT_UP_BACKWARD(1, -1),
  /** As in OpenCV. */
  RIGHT_DOWN_FORWARD(-1, 1);

  private final int up;
  private final int forward;

  NormalAxes(int up, int forward) {
    this.up = up;
    this.forward = forward;
  }

  /** The factor of a coordinate: 0, 1 or 2. */
  int sign(int coordinate) {
    return switch (coordinate) {
      case 1 -> up;
      case 2 -> forward;
      default -> 1;
    };
  }
}
