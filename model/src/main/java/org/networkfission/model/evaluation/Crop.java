package org.networkfission.model.evaluation;

import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.DepthMap;

/** In which part of a frame predictions of depth are judged. */
public enum Crop {
  /** All of it. */
  NONE,
  /**
   * The part of NYUDv2's frames that Eigen et al. (2014) judge: rows 45 to 470 and columns 41 to
   * 600 of 480 x 640, counted from 0. Of frames of another size it is the same part, to whole
   * pixels.
   */
  EIGEN;

  private static final double ROWS = 480;
  private static final double COLUMNS = 640;
  private static final int TOP = 45;
  private static final int BOTTOM = 471;
  private static final int LEFT = 41;
  private static final int RIGHT = 601;

  /** The truth with depth in that part only; elsewhere none counts as measured. */
  public GroundTruth of(GroundTruth truth) {
    if (this == NONE) {
      return truth;
    }
    int width = truth.width();
    int height = truth.height();
    int left = (int) Math.round(LEFT * width / COLUMNS);
    int right = (int) Math.round(RIGHT * width / COLUMNS);
    int bottom = (int) Math.round(BOTTOM * height / ROWS);
    float[] metres = new float[width * height];
    float[] millimetres = new float[width * height];
    for (int y = (int) Math.round(TOP * height / ROWS); y < bottom; y++) {
      int at = y * width + left;
      System.arraycopy(truth.metres(), at, metres, at, right - left);
      System.arraycopy(truth.depth().millimetres(), at, millimetres, at, right - left);
    }
    return new GroundTruth(
        truth.labels(),
        truth.normals(),
        metres,
        new DepthMap(width, height, millimetres),
        truth.known());
  }
}
