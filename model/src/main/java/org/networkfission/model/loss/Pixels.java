package org.networkfission.model.loss;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of a float or double array [batch, channels, height, width], row by row. It is read
 * and written in runs of neighbours, for to ask for numbers one by one takes many times as long.
 */
final class Pixels {
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;

  private Pixels(INDArray array) {
    boolean inDouble = array.dataType() == DataType.DOUBLE;
    this.floats = inDouble ? null : array.data().asNioFloat();
    this.doubles = inDouble ? array.data().asNioDouble() : null;
  }

  /** An array's values, of a copy where they lie otherwise. */
  static Pixels of(INDArray array) {
    return new Pixels(isRowMajor(array) ? array : array.dup('c'));
  }

  /** An array to be written. */
  static Pixels in(INDArray array) {
    if (!isRowMajor(array)) {
      throw new IllegalArgumentException("The array is a view or not row-major");
    }
    return new Pixels(array);
  }

  private static boolean isRowMajor(INDArray array) {
    return array.ordering() == 'c' && !array.isView();
  }

  /** Whether they are floats, not doubles. */
  boolean inFloats() {
    return floats != null;
  }

  /** Copies values of floats out. */
  void read(int from, int count, float[] into) {
    floats.get(from, into, 0, count);
  }

  /** Copies values of doubles out. */
  void read(int from, int count, double[] into) {
    doubles.get(from, into, 0, count);
  }

  /** Copies values of floats in. */
  void write(int to, int count, float[] values) {
    floats.put(to, values, 0, count);
  }

  /** Copies values of doubles in. */
  void write(int to, int count, double[] values) {
    doubles.put(to, values, 0, count);
  }

  /** A copy of some values. */
  double[] copy(int from, int count) {
    double[] copy = new double[count];
    if (inFloats()) {
      float[] own = new float[count];
      read(from, count, own);
      Rows.widen(own, copy);
    } else {
      read(from, count, copy);
    }
    return copy;
  }
}
