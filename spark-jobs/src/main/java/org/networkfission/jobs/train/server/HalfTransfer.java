package org.networkfission.jobs.train.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.networkfission.jobs.train.collective.Exchange;
import org.networkfission.jobs.train.collective.Header.Topic;

/**
 * 16-bit floats: of the gradients, and of the differences by which a step changes the parameters.
 * Every replica, the server of the slice too, adds the same rounded differences to the same 32-bit
 * parameters.
 *
 * <p>The bytes of an update land where those of the gradient for the same slice were pushed from:
 * its server has them when it answers.
 */
final class HalfTransfer extends SliceTransfer {
  private static final int BLOCK = HalfFloats.BLOCK;

  private final FloatBuffer[] gradients;
  private final FloatBuffer[] parameters;
  private final ByteBuffer[] bySlice;
  private final ByteBuffer[] arrivals;
  private final ByteBuffer[] arrivalsRead;
  private final FloatBuffer updated;
  private final HalfFloats codec = new HalfFloats();
  private final float[] before = new float[BLOCK];
  private final float[] change = new float[BLOCK];

  HalfTransfer(Exchange exchange, Slices slices, ByteBuffer parameters, ByteBuffer gradient) {
    super(exchange, slices);
    int replicas = slices.replicas();
    this.gradients = new FloatBuffer[replicas];
    this.parameters = new FloatBuffer[replicas];
    this.bySlice = new ByteBuffer[replicas];
    this.arrivals = new ByteBuffer[replicas];
    this.arrivalsRead = new ByteBuffer[replicas];
    this.updated = direct(slices.length(rank) * Float.BYTES).asFloatBuffer();
    for (int i = 0; i < replicas; i++) {
      gradients[i] = slices.of(gradient, i).asFloatBuffer();
      this.parameters[i] = slices.of(parameters, i).asFloatBuffer();
      bySlice[i] = direct(HalfFloats.bytes(slices.length(i)));
      if (i != rank) {
        arrivals[i] = direct(HalfFloats.bytes(slices.length(rank)));
        exchange.receiveInto(Topic.GRADIENT, i, arrivals[i]);
        exchange.receiveInto(Topic.PARAMETERS, i, bySlice[i]);
      }
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer reader(ByteBuffer bytes) {
    return bytes.duplicate().order(ByteOrder.nativeOrder());
  }

  @Override
  void encodeGradient() {
    for (int i = 0; i < slices.replicas(); i++) {
      if (i == rank) {
        continue;
      }
      ByteBuffer out = reader(bySlice[i]);
      for (int from = 0; from < slices.length(i); from += BLOCK) {
        int length = Math.min(BLOCK, slices.length(i) - from);
        gradients[i].get(from, change, 0, length);
        codec.encode(change, length, out);
      }
    }
  }

  @Override
  ByteBuffer encodedGradient(int to) {
    return bySlice[to];
  }

  @Override
  void gradient(int replica, int from, float[] values, int length) {
    if (from == 0) {
      arrivalsRead[replica] = reader(arrivals[replica]);
    }
    codec.decode(arrivalsRead[replica], values, length);
  }

  @Override
  FloatBuffer ownParametersToUpdate() {
    return updated.put(0, parameters[rank], 0, parameters[rank].limit());
  }

  @Override
  void encodeUpdate(FloatBuffer ownParameters) {
    ByteBuffer out = reader(bySlice[rank]);
    for (int from = 0; from < slices.length(rank); from += BLOCK) {
      int length = Math.min(BLOCK, slices.length(rank) - from);
      ownParameters.get(from, before, 0, length);
      updated.get(from, change, 0, length);
      for (int i = 0; i < length; i++) {
        change[i] -= before[i];
      }
      codec.encode(change, length, out);
    }
    apply(rank);
  }

  @Override
  ByteBuffer encodedUpdate() {
    return bySlice[rank];
  }

  @Override
  void applyUpdates() {
    for (int i = 0; i < slices.replicas(); i++) {
      if (i != rank) {
        apply(i);
      }
    }
  }

  private void apply(int slice) {
    ByteBuffer in = reader(bySlice[slice]);
    for (int from = 0; from < slices.length(slice); from += BLOCK) {
      int length = Math.min(BLOCK, slices.length(slice) - from);
      codec.decode(in, change, length);
      parameters[slice].get(from, before, 0, length);
      for (int i = 0; i < length; i++) {
        before[i] += change[i];
      }
      parameters[slice].put(from, before, 0, length);
    }
  }
}
