package org.networkfission.prep.frame;

import java.util.Objects;
import java.util.Set;

/**
 * One decoded view of a data set: a photo with what is known about each of its pixels. Depth,
 * labels and normals have one size; one or two of them may be null, where the data set does not
 * have them.
 *
 * @param key unique across all data sets, e.g. {@code scannet/scene0000_00/000125}
 * @param dataset the data set's name, e.g. {@code scenenet}
 * @param split {@code train}, {@code val} or {@code test}
 * @param unit the piece of work that the frame belongs to, e.g. a trajectory
 * @param source where it was read: file and, within an archive, offset or entry
 * @param intrinsics of depth, labels and normals
 * @param encodedColor the photo as published (JPEG or PNG bytes); null where pixels are published
 * @param depth z-depth in mm; or null
 * @param labels raw label ids of the data set, before any class map; or null
 * @param normals the data set's own; null where they are to be computed from depth
 * @param pixels the photo where it is published as such, else null
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
    LabelMap labels,
    NormalMap normals,
    ColorImage pixels) {
  public Frame {
    Objects.requireNonNull(key, "key");
    if ((encodedColor == null) == (pixels == null)) {
      throw new IllegalArgumentException(
          "Cannot make frame %s: it has %s"
              .formatted(key, pixels == null ? "no photo" : "two photos"));
    }
    String first = depth != null ? "depth is" : labels != null ? "labels are" : "normals are";
    ImageSize size = size(depth, labels, normals);
    if (size == null) {
      throw new IllegalArgumentException(
          "Cannot make frame %s: it has no depth, no labels and no normals".formatted(key));
    }
    if (labels != null) {
      requireSize(key, first, size, "labels are", labels.width(), labels.height());
    }
    if (normals != null) {
      requireSize(key, first, size, "normals are", normals.width(), normals.height());
    }
  }

  /** A frame with an encoded photo. */
  public Frame(
      String key,
      String dataset,
      String split,
      String unit,
      String source,
      Intrinsics intrinsics,
      byte[] encodedColor,
      DepthMap depth,
      LabelMap labels,
      NormalMap normals) {
    this(key, dataset, split, unit, source, intrinsics, encodedColor, depth, labels, normals, null);
  }

  /** A frame with depth and labels, whose normals are to be computed. */
  public Frame(
      String key,
      String dataset,
      String split,
      String unit,
      String source,
      Intrinsics intrinsics,
      byte[] encodedColor,
      DepthMap depth,
      LabelMap labels) {
    this(key, dataset, split, unit, source, intrinsics, encodedColor, depth, labels, null);
  }

  private static ImageSize size(DepthMap depth, LabelMap labels, NormalMap normals) {
    if (depth != null) {
      return new ImageSize(depth.width(), depth.height());
    } else if (labels != null) {
      return new ImageSize(labels.width(), labels.height());
    }
    return normals == null ? null : new ImageSize(normals.width(), normals.height());
  }

  private static void requireSize(
      String key, String first, ImageSize size, String what, int width, int height) {
    if (width != size.width() || height != size.height()) {
      throw new IllegalArgumentException(
          "Cannot make frame %s: %s %d x %d, %s %d x %d"
              .formatted(key, first, size.width(), size.height(), what, width, height));
    }
  }

  public int width() {
    return size(depth, labels, normals).width();
  }

  public int height() {
    return size(depth, labels, normals).height();
  }

  /** What the data set itself knows about the photo. */
  public Set<TruthKind> truth() {
    return TruthKind.of(depth, labels, normals);
  }
}
