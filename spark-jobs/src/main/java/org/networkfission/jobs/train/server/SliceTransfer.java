package org.networkfission.jobs.train.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.networkfission.jobs.train.collective.Exchange;
import org.networkfission.jobs.train.collective.Header.Topic;

/**
 * How the slices of gradients and parameters travel in a step: pushed, and received from every
 * other replica. Subclasses decide what the bytes are.
 */
abstract class SliceTransfer {
  final Exchange exchange;
  final Slices slices;
  final int rank;

  SliceTransfer(Exchange exchange, Slices slices) {
    this.exchange = exchange;
    this.slices = slices;
    this.rank = exchange.rank();
  }

  /** Makes the bytes of the gradient. */
  abstract void encodeGradient();

  /** The bytes of the gradient of another replica's slice. */
  abstract ByteBuffer encodedGradient(int to);

  /** Reads a part of a replica's gradient of the own slice, as it arrived; in order of parts. */
  abstract void gradient(int replica, int from, float[] values, int length);

  /** Where the optimizer shall update the own slice. */
  abstract FloatBuffer ownParametersToUpdate();

  /** Makes the bytes of what was updated, and the own slice what the others will have. */
  abstract void encodeUpdate(FloatBuffer ownParameters);

  abstract ByteBuffer encodedUpdate();

  /** Brings the other slices up to date with what arrived. */
  abstract void applyUpdates();

  /** Pushes the gradient and waits for the others'. */
  final void pushGradient(long step) throws IOException, InterruptedException {
    for (int i = 1; i < slices.replicas(); i++) {
      int to = (rank + i) % slices.replicas();
      exchange.push(to, Topic.GRADIENT, step, encodedGradient(to));
    }
    awaitAll(Topic.GRADIENT, step);
  }

  /** The gradients may be overwritten by those of the next step. */
  final void gradientsRead() {
    for (int i = 0; i < slices.replicas(); i++) {
      exchange.done(Topic.GRADIENT, i);
    }
  }

  /** Pushes the own slice's update and waits for the others', and until all pushes were taken. */
  final void pushUpdate(long step) throws IOException, InterruptedException {
    for (int i = 1; i < slices.replicas(); i++) {
      exchange.push((rank + i) % slices.replicas(), Topic.PARAMETERS, step, encodedUpdate());
    }
    awaitAll(Topic.PARAMETERS, step);
    for (int i = 0; i < slices.replicas(); i++) {
      exchange.done(Topic.PARAMETERS, i);
    }
    exchange.awaitPushed();
  }

  private void awaitAll(Topic topic, long step) throws IOException, InterruptedException {
    for (int i = 0; i < slices.replicas(); i++) {
      if (i != rank) {
        exchange.take(topic, i, step);
      }
    }
  }
}
