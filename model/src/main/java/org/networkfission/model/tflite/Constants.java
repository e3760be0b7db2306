package org.networkfission.model.tflite;

import org.networkfission.prep.frame.InputException;

/**
 * Numbers that a file holds.
 *
 * @param values all finite, row-major
 */
record Constants(String name, float[] values, int... shape) {
  /**
   * @throws InputException if one is no number
   */
  Constants {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new InputException("Cannot export: %s holds %s".formatted(name, value));
      }
    }
  }

  /** The place of a number along an axis. */
  int along(int axis, int index) {
    int below = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      below *= shape[i];
    }
    return index / below % shape[axis];
  }
}
