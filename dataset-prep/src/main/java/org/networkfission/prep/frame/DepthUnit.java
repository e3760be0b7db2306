package org.networkfission.prep.frame;

/** Finds out whether the depth of a room was read in the wrong unit. */
public final class DepthUnit {
  private static final int NEAREST_MEDIAN = 300;
  private static final int FARTHEST_MEDIAN = 10_000;

  private DepthUnit() {}

  /**
   * Checks that the median of the measured depth lies within 0.3 to 10 m. Depth that was measured
   * nowhere passes.
   *
   * @param key of the frame, for messages
   * @throws FrameException (decode error) if it does not
   */
  public static void check(DepthMap depth, String key) throws FrameException {
    int near = 0;
    int far = 0;
    int measured = 0;
    for (float z : depth.millimetres()) {
      if (z > 0) {
        measured++;
        near += z < NEAREST_MEDIAN ? 1 : 0;
        far += z > FARTHEST_MEDIAN ? 1 : 0;
      }
    }
    if (2L * near > measured || 2L * far > measured) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot use frame %s: the median of its depth is %s, so it is in another unit than was read"
              .formatted(key, 2L * near > measured ? "below 0.3 m" : "above 10 m"));
    }
  }
}
