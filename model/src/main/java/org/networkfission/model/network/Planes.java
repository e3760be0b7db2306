package org.networkfission.model.network;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Float arrays of ND4J's to and from Java, all values at once: ND4J copies them one by one. */
public final class Planes {
  private Planes() {}

  /** The values of an array of floats, row by row; the caller's own. */
  public static float[] of(INDArray array) {
    INDArray rows = array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
    Nd4j.getAffinityManager().ensureLocation(rows, Location.HOST);
    float[] values = new float[Math.toIntExact(rows.length())];
    rows.data().asNioFloat().get(values);
    if (rows != array) {
      rows.close();
    }
    return values;
  }

  /** An array of these values, row by row; the caller's to close. */
  public static INDArray array(float[] values, long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    array.data().asNioFloat().put(values);
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
    return array;
  }
}
