package org.networkfission.model.loss;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A float or double array [batch, channels, height, width] seen from Java, as doubles. */
final class Pixels {
  private final float[] floats;
  private final double[] doubles;

  private Pixels(float[] floats, double[] doubles) {
    this.floats = floats;
    this.doubles = doubles;
  }

  /** A copy of an array's values. */
  static Pixels of(INDArray array) {
    INDArray rows = array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
    int length = Math.toIntExact(rows.length());
    if (rows.dataType() == DataType.DOUBLE) {
      return new Pixels(null, rows.data().asDouble());
    }
    float[] values = new float[length];
    rows.data().asNioFloat().get(values);
    return new Pixels(values, null);
  }

  /** Zeros of a type. */
  static Pixels zeros(DataType type, int length) {
    return type == DataType.DOUBLE
        ? new Pixels(null, new double[length])
        : new Pixels(new float[length], null);
  }

  /** Copies values out. */
  void read(int from, int count, double[] into, int at) {
    if (doubles != null) {
      System.arraycopy(doubles, from, into, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      into[at + i] = floats[from + i];
    }
  }

  /** Copies values in, each multiplied. */
  void write(int to, int count, double[] values, int at, double factor) {
    if (doubles != null) {
      for (int i = 0; i < count; i++) {
        doubles[to + i] = values[at + i] * factor;
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      floats[to + i] = (float) (values[at + i] * factor);
    }
  }

  /** One value. */
  double at(int index) {
    return doubles != null ? doubles[index] : floats[index];
  }

  /** The values as an array of a shape. */
  INDArray array(long... shape) {
    if (doubles != null) {
      return Nd4j.createFromArray(doubles).reshape('c', shape);
    }
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
    array.data().asNioFloat().put(floats);
    return array;
  }
}
