package org.networkfission.model.backend.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.op.DataType;

/**
 * A flat vector that is an array of ND4J's. Where ND4J computes on a GPU, its memory in this
 * machine is ND4J's copy.
 */
final class HostVector implements FlatVector {
  private final INDArray array;
  private ByteBuffer memory;

  /** Makes a vector of zeros. */
  HostVector(DataType type, int length) {
    this.array = Nd4j.create(HostEngine.nd4j(type), length);
  }

  @Override
  public int length() {
    return Math.toIntExact(array.length());
  }

  /** Float by float through ND4J's buffers, millions of parameters take seconds. */
  @Override
  public void read(int from, FloatBuffer to) {
    if (holdsFloats()) {
      fetch(from, to.remaining());
      to.put(memory().asFloatBuffer().position(from).limit(from + to.remaining()));
    } else {
      to.put(part(from, to.remaining()).dup().data().asFloat());
    }
  }

  @Override
  public void write(int from, FloatBuffer values) {
    int count = values.remaining();
    if (holdsFloats()) {
      fetch(from, count);
      memory().asFloatBuffer().position(from).put(values);
      store(from, count);
    } else {
      float[] all = new float[count];
      values.get(all);
      part(from, count).assign(Nd4j.createFromArray(all));
    }
  }

  private boolean holdsFloats() {
    return array.dataType() == org.nd4j.linalg.api.buffer.DataType.FLOAT;
  }

  /** A part of it, live. */
  INDArray part(int from, int count) {
    return array.get(NDArrayIndex.interval(from, from + count));
  }

  @Override
  public ByteBuffer memory() {
    if (!holdsFloats()) {
      throw new IllegalStateException("Cannot use %s as floats".formatted(array.dataType()));
    }
    if (memory == null) {
      fetch(0, length());
      try (BytePointer start = new BytePointer(array.data().pointer())) {
        memory =
            start
                .position(0)
                .limit(array.length() * Float.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
      }
    }
    return memory;
  }

  @Override
  public void fetch(int from, int count) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
  }

  @Override
  public void store(int from, int count) {
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  @Override
  public Optional<INDArray> live() {
    return Optional.of(array);
  }
}
