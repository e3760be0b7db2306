package org.networkfission.jobs.train.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The memory of a flat vector of floats. */
public final class FlatVector {
  private FlatVector() {}

  /**
   * The memory itself, in native order: what is written there is in the array. The array must
   * outlive it. Of an array on a GPU it is the host's copy: see {@link #toHost} and {@link
   * #changedOnHost}.
   *
   * @param vector float [n], without gaps
   */
  public static ByteBuffer bytes(INDArray vector) {
    if (vector.dataType() != DataType.FLOAT || vector.ordering() != 'c' || vector.rank() != 1) {
      throw new IllegalArgumentException(
          "Cannot exchange an array of %s of rank %d: it must be a vector of floats"
              .formatted(vector.dataType(), vector.rank()));
    }
    toHost(vector);
    long from = vector.offset() * Float.BYTES;
    try (BytePointer start = new BytePointer(vector.data().pointer())) {
      return start
          .position(from)
          .limit(from + vector.length() * Float.BYTES)
          .asByteBuffer()
          .order(ByteOrder.nativeOrder());
    }
  }

  /** Brings the host's copy up to date with what was computed on a GPU. */
  public static void toHost(INDArray vector) {
    Nd4j.getAffinityManager().ensureLocation(vector, Location.HOST);
  }

  /** The host's copy was written to: a GPU takes it before it computes again. */
  public static void changedOnHost(INDArray vector) {
    Nd4j.getAffinityManager().tagLocation(vector, Location.HOST);
  }

  /** CRC-32 of a vector's bytes. */
  public static long checksum(ByteBuffer vector) {
    CRC32 crc = new CRC32();
    crc.update(vector.duplicate());
    return crc.getValue();
  }
}
