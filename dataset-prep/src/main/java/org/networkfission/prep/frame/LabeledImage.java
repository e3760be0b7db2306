package org.networkfission.prep.frame;

/**
 * A training example, decoded: a photo and the truth for each of its pixels, all of one size.
 *
 * @param key the frame's key
 * @param intrinsics of these images
 * @param color the photo
 * @param depth z-depth in mm, 0 = not measured
 * @param labels class per pixel, 0 = void
 * @param normals unit normals, (0, 0, 0) where there is none
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
}
