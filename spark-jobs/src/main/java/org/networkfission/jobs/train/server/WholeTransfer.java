package org.networkfission.jobs.train.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.networkfission.jobs.train.collective.Exchange;
import org.networkfission.jobs.train.collective.Header.Topic;

/** 32-bit floats, pushed from and received into the live vectors without a copy. */
final class WholeTransfer extends SliceTransfer {
  private final ByteBuffer parameters;
  private final ByteBuffer gradient;
  private final FloatBuffer[] arrivals;

  WholeTransfer(Exchange exchange, Slices slices, ByteBuffer parameters, ByteBuffer gradient) {
    super(exchange, slices);
    this.parameters = parameters;
    this.gradient = gradient;
    this.arrivals = new FloatBuffer[slices.replicas()];
    for (int i = 0; i < arrivals.length; i++) {
      if (i != rank) {
        ByteBuffer place =
            ByteBuffer.allocateDirect(slices.length(rank) * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        arrivals[i] = place.asFloatBuffer();
        exchange.receiveInto(Topic.GRADIENT, i, place);
        exchange.receiveInto(Topic.PARAMETERS, i, slices.of(parameters, i));
      }
    }
  }

  @Override
  void encodeGradient() {}

  @Override
  ByteBuffer encodedGradient(int to) {
    return slices.of(gradient, to);
  }

  @Override
  void gradient(int replica, int from, float[] values, int length) {
    arrivals[replica].get(from, values, 0, length);
  }

  @Override
  FloatBuffer ownParametersToUpdate() {
    return slices.of(parameters, rank).asFloatBuffer();
  }

  @Override
  void encodeUpdate(FloatBuffer ownParameters) {}

  @Override
  ByteBuffer encodedUpdate() {
    return slices.of(parameters, rank);
  }

  @Override
  void applyUpdates() {}
}
