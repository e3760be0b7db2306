package org.networkfission.prep.normals;

import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;

/** Exact depth maps of simple surfaces. */
final class Scenes {
  private Scenes() {}

  /** The inverse of depth in metres, by the direction (rx, ry, 1) in which a pixel looks. */
  interface InverseDepthOf {
    double at(double rx, double ry);
  }

  static DepthMap depth(int width, int height, Intrinsics k, InverseDepthOf surface) {
    float[] millimetres = new float[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double w = surface.at((x - k.cx()) / k.fx(), (k.cy() - y) / k.fy());
        millimetres[y * width + x] = w > 0 ? (float) (1000 / w) : 0;
      }
    }
    return new DepthMap(width, height, millimetres);
  }

  /** A plane at a distance in metres from the camera, with a unit normal that faces it. */
  static InverseDepthOf plane(double nx, double ny, double nz, double distance) {
    return (rx, ry) -> -(nx * rx + ny * ry + nz) / distance;
  }

  static LabelMap labels(int width, int height, int id) {
    short[] ids = new short[width * height];
    java.util.Arrays.fill(ids, (short) id);
    return new LabelMap(width, height, ids);
  }
}
