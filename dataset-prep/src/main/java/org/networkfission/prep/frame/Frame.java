package org.networkfission.prep.frame;

import java.util.Objects;

/**
 * One decoded view of a data set: a photo with what is known about each of its pixels. All images
 * have the size of the depth map.
 *
 * @param key unique across all data sets, e.g. {@code scannet/scene0000_00/000125}
 * @param dataset the data set's name, e.g. {@code scenenet}
 * @param split {@code train}, {@code val} or {@code test}
 * @param unit the piece of work that the frame belongs to, e.g. a trajectory
 * @param source where it was read: file and, within an archive, offset or entry
 * @param intrinsics of the depth map
 * @param encodedColor the photo as published (JPEG or PNG bytes)
 * @param depth z-depth in mm
 * @param labels raw label ids of the data set, before any class map
 */
public record Frame(
    String key,
    String dataset,
    String split,
    String unit,
    String source,
    Intrinsics intrinsics,
    byte[] encodedColor,
    DepthMap depth,
    LabelMap labels) {
  public Frame {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(encodedColor, "encodedColor");
    if (depth.width() != labels.width() || depth.height() != labels.height()) {
      throw new IllegalArgumentException(
          "Cannot make frame %s: depth is %d x %d, labels are %d x %d"
              .formatted(key, depth.width(), depth.height(), labels.width(), labels.height()));
    }
  }

  public int width() {
    return depth.width();
  }

  public int height() {
    return depth.height();
  }
}
