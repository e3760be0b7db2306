package org.networkfission.model.network;

import java.util.Locale;

/** What the network predicts for every pixel. */
public enum Task {
  /** A class per pixel; class 0 is void. */
  LABELS,
  /** A surface normal per pixel: x right, y up, z forward, facing the camera. */
  NORMALS,
  /** Depth along the optical axis per pixel, in metres inside the network. */
  DEPTH,
  /**
   * Inverse depth up to a scale and a shift per image, near 1/metres: what mobile networks predict,
   * since depth in metres does not carry over from camera to camera.
   */
  DISPARITY;

  /** The name in configurations and reports, e.g. {@code labels}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * How many channels the task's output has.
   *
   * @param classes number of classes, void included
   */
  public int channels(int classes) {
    return switch (this) {
      case LABELS -> classes;
      case NORMALS -> 3;
      case DEPTH, DISPARITY -> 1;
    };
  }
}
