package org.networkfission.prep.normals;

/** Which of the two estimators computes surface normals. */
public enum NormalMode {
  /** The method of the paper with the defects of the published program mended. */
  ACCURATE,
  /** The published program of Hickson et al., "Floors are Flat" (2019), reproduced. */
  REFERENCE
}
