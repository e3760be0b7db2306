package org.networkfission.model.graph;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.parallel.Workers;

/** Gives the vectors of pixels length 1. */
final class UnitVectors {
  private static final double SHORTEST = 1e-12;

  private UnitVectors() {}

  /**
   * Vectors of length 1; a vector of no length becomes one that faces the camera.
   *
   * @param vectors [batch, 3, height, width], overwritten where it lies in rows
   */
  static INDArray of(INDArray vectors) {
    INDArray units = vectors.ordering() == 'c' && !vectors.isView() ? vectors : vectors.dup('c');
    int images = Math.toIntExact(units.size(0));
    int pixels = Math.toIntExact(units.size(2) * units.size(3));
    if (units.dataType() == DataType.DOUBLE) {
      DoubleBuffer values = units.data().asNioDouble();
      Workers.forEach(images, image -> doubles(values, 3 * image * pixels, pixels));
    } else {
      FloatBuffer values = units.data().asNioFloat();
      Workers.forEach(images, image -> floats(values, 3 * image * pixels, pixels));
    }
    return units;
  }

  private static void floats(FloatBuffer values, int first, int pixels) {
    for (int i = first; i < first + pixels; i++) {
      float x = values.get(i);
      float y = values.get(i + pixels);
      float z = values.get(i + 2 * pixels);
      float length = (float) Math.sqrt(x * x + y * y + z * z);
      float none = length < SHORTEST ? 1 : 0;
      values.put(i, x / (length + none));
      values.put(i + pixels, y / (length + none));
      values.put(i + 2 * pixels, z / (length + none) - none);
    }
  }

  private static void doubles(DoubleBuffer values, int first, int pixels) {
    for (int i = first; i < first + pixels; i++) {
      double x = values.get(i);
      double y = values.get(i + pixels);
      double z = values.get(i + 2 * pixels);
      double length = Math.sqrt(x * x + y * y + z * z);
      double none = length < SHORTEST ? 1 : 0;
      values.put(i, x / (length + none));
      values.put(i + pixels, y / (length + none));
      values.put(i + 2 * pixels, z / (length + none) - none);
    }
  }
}
