package org.networkfission.prep.frame;

import java.util.Set;

/**
 * A training example, decoded: a photo and the truth for each of its pixels, all of one size.
 * Depth, labels and normals are null where nothing is known of them.
 *
 * @param key the frame's key
 * @param intrinsics of these images
 * @param color the photo
 * @param depth z-depth in mm, 0 = not measured; or null
 * @param labels class per pixel, 0 = void; or null
 * @param normals unit normals, (0, 0, 0) where there is none; or null
 */
public record LabeledImage(
    String key,
    Intrinsics intrinsics,
    ColorImage color,
    DepthMap depth,
    LabelMap labels,
    NormalMap normals) {
  public int width() {
    return color.width();
  }

  public int height() {
    return color.height();
  }

  /** What is known about the photo. */
  public Set<TruthKind> truth() {
    return TruthKind.of(depth, labels, normals);
  }
}
