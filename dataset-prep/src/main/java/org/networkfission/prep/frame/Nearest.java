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
    int[] from = indices(depth.width(), depth.height(), size);
    float[] millimetres = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      millimetres[i] = depth.millimetres()[from[i]];
    }
    return new DepthMap(size.width(), size.height(), millimetres);
  }

  /** Resizes labels. */
  public static LabelMap resize(LabelMap labels, ImageSize size) {
    if (labels.width() == size.width() && labels.height() == size.height()) {
      return labels;
    }
    int[] from = indices(labels.width(), labels.height(), size);
    short[] ids = new short[from.length];
    for (int i = 0; i < from.length; i++) {
      ids[i] = labels.ids()[from[i]];
    }
    return new LabelMap(size.width(), size.height(), ids);
  }

  /** Resizes normals. */
  public static NormalMap resize(NormalMap normals, ImageSize size) {
    if (normals.width() == size.width() && normals.height() == size.height()) {
      return normals;
    }
    int[] from = indices(normals.width(), normals.height(), size);
    float[] xyz = new float[3 * from.length];
    float[] old = normals.xyz();
    for (int i = 0; i < from.length; i++) {
      xyz[3 * i] = old[3 * from[i]];
      xyz[3 * i + 1] = old[3 * from[i] + 1];
      xyz[3 * i + 2] = old[3 * from[i] + 2];
    }
    return new NormalMap(size.width(), size.height(), xyz);
  }

  /** The old pixel of each new one. */
  private static int[] indices(int width, int height, ImageSize size) {
    int[] from = new int[Math.multiplyExact(size.width(), size.height())];
    int[] columns = indices(width, size.width());
    int[] rows = indices(height, size.height());
    int at = 0;
    for (int row : rows) {
      for (int column : columns) {
        from[at++] = row * width + column;
      }
    }
    return from;
  }

  /** The old row, or column, of each new one. */
  private static int[] indices(int count, int newCount) {
    int[] from = new int[newCount];
    for (int i = 0; i < newCount; i++) {
      from[i] = (int) ((2L * i + 1) * count / (2L * newCount));
    }
    return from;
  }
}
