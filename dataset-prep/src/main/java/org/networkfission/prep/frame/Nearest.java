package org.networkfission.prep.frame;

/**
 * Resizes what must not be averaged: each new pixel takes the value of the old pixel in which its
 * centre lies.
 */
public final class Nearest {
  private Nearest() {}

  /** Resizes depth. */
  public static DepthMap resize(DepthMap depth, ImageSize size) {
    if (depth.width() == size.width() && depth.height() == size.height()) {
      return depth;
    }
    float[] old = depth.millimetres();
    float[] millimetres = new float[Math.multiplyExact(size.width(), size.height())];
    int[] columns = indices(depth.width(), size.width());
    int[] rows = indices(depth.height(), size.height());
    for (int y = 0, at = 0; y < rows.length; y++) {
      int from = rows[y] * depth.width();
      for (int column : columns) {
        millimetres[at++] = old[from + column];
      }
    }
    return new DepthMap(size.width(), size.height(), millimetres);
  }

  /** Resizes labels. */
  public static LabelMap resize(LabelMap labels, ImageSize size) {
    if (labels.width() == size.width() && labels.height() == size.height()) {
      return labels;
    }
    short[] old = labels.ids();
    short[] ids = new short[Math.multiplyExact(size.width(), size.height())];
    int[] columns = indices(labels.width(), size.width());
    int[] rows = indices(labels.height(), size.height());
    for (int y = 0, at = 0; y < rows.length; y++) {
      int from = rows[y] * labels.width();
      for (int column : columns) {
        ids[at++] = old[from + column];
      }
    }
    return new LabelMap(size.width(), size.height(), ids);
  }

  /** Resizes normals. */
  public static NormalMap resize(NormalMap normals, ImageSize size) {
    if (normals.width() == size.width() && normals.height() == size.height()) {
      return normals;
    }
    float[] old = normals.xyz();
    int pixels = Math.multiplyExact(size.width(), size.height());
    float[] xyz = new float[Math.multiplyExact(3, pixels)];
    int[] columns = indices(normals.width(), size.width());
    int[] rows = indices(normals.height(), size.height());
    for (int y = 0, at = 0; y < rows.length; y++) {
      int start = rows[y] * normals.width();
      for (int column : columns) {
        int from = 3 * (start + column);
        xyz[at] = old[from];
        xyz[at + 1] = old[from + 1];
        xyz[at + 2] = old[from + 2];
        at += 3;
      }
    }
    return new NormalMap(size.width(), size.height(), xyz);
  }

  /**
   * The old row, or column, of each new one.
   *
   * @param count of old ones
   * @param newCount of new ones
   */
  public static int[] indices(int count, int newCount) {
    int[] from = new int[newCount];
    for (int i = 0; i < newCount; i++) {
      from[i] = (int) ((2L * i + 1) * count / (2L * newCount));
    }
    return from;
  }
}
