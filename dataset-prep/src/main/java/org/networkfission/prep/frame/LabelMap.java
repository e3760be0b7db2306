package org.networkfission.prep.frame;

import java.util.Objects;

/**
 * A label or instance id per pixel, row-major, as unsigned 16-bit numbers.
 *
 * @param ids width x height ids; in class maps 0 is void
 */
public record LabelMap(int width, int height, short[] ids) {
  public LabelMap {
    Objects.requireNonNull(ids, "ids");
    Sizes.check("labels", width, height, ids.length, 1);
  }

  /** A map without labels: every pixel is void. */
  public static LabelMap unlabelled(int width, int height) {
    return new LabelMap(width, height, new short[Math.multiplyExact(width, height)]);
  }

  /** The id at a pixel, 0 to 65,535. */
  public int at(int x, int y) {
    return Short.toUnsignedInt(ids[y * width + x]);
  }
}
