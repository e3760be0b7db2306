package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.ReplicaException;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.model.backend.DeviceGroup;

/**
 * The devices of a run's replicas, as they meet: the collective between the replicas carries what
 * they must know to find each other, and says when to wait no longer.
 *
 * @param slices which of them serves what
 * @param timeout how long a replica waits for another
 */
record ReplicaDevices(Collective collective, Slices slices, Duration timeout)
    implements DeviceGroup {
  @Override
  public int rank() {
    return collective.rank();
  }

  @Override
  public int size() {
    return collective.size();
  }

  @Override
  public int from(int replica) {
    return slices.from(replica);
  }

  @Override
  public byte[] fromFirst(byte[] mine) {
    try {
      ByteBuffer first = collective.allGather(ByteBuffer.wrap(mine)).get(0);
      byte[] bytes = new byte[first.remaining()];
      first.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw cancelled();
    }
  }

  @Override
  public void waiting(long nanos) {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled();
    }
    try {
      collective.requireAll();
      if (nanos > timeout.toNanos()) {
        throw new ReplicaException(
            "Nothing from the other replicas' GPUs within %s s (train.exchange.step-timeout); where they never come, train.exchange.gpu = host does without NCCL"
                .formatted(timeout.toMillis() / 1000.0));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UncheckedIOException cancelled() {
    Thread.currentThread().interrupt();
    return new UncheckedIOException(new InterruptedIOException("Training was cancelled"));
  }
}
