package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.train.collective.CheckedWait;
import org.networkfission.jobs.train.collective.InProcess;
import org.networkfission.jobs.train.collective.LocalCollective;
import org.networkfission.jobs.train.collective.ReplicaException;
import org.networkfission.jobs.train.collective.RunStopped;
import org.networkfission.jobs.train.collective.Slices;

/** When a replica waits for others' devices no longer. */
class ReplicaDevicesTest {
  private final List<LocalCollective> collectives = LocalCollective.of(2);
  private final ReplicaDevices devices =
      new ReplicaDevices(collectives.get(0), new Slices(10, 2), Duration.ofSeconds(2));

  private void await(long nanos) throws Exception {
    CheckedWait.of(
        () -> {
          devices.waiting(nanos);
          return true;
        });
  }

  @Test
  void whileAllAreThereItWaitsForAsLongAsAnyWaitMayTake() {
    assertThatCode(() -> await(TimeUnit.SECONDS.toNanos(2))).doesNotThrowAnyException();
    assertThatThrownBy(() -> await(TimeUnit.SECONDS.toNanos(2) + 1))
        .isInstanceOf(ReplicaException.class)
        .hasMessage(
            "Nothing from the other replicas' GPUs within 2.0 s (train.exchange.step-timeout); where they never come, train.exchange.gpu = host does without NCCL");
  }

  @Test
  void whereOneEndsTheRunItsReasonIsHeard() {
    collectives.get(1).abort(new RunStopped("no such shard"));
    assertThatThrownBy(() -> await(1)).isInstanceOf(RunStopped.class).hasMessage("no such shard");
  }

  /** As Spark cancels a task. */
  @Test
  void anInterruptEndsIt() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> await(1)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  /** A connection that closes is enough: its process may be gone. */
  @Test
  void aReplicaThatIsGoneIsNamed() throws Exception {
    try (InProcess replicas = new InProcess(2)) {
      replicas.each(
          collective -> {
            byte[] said =
                new ReplicaDevices(collective, new Slices(10, 2), Duration.ofSeconds(20))
                    .fromFirst(new byte[] {(byte) (7 + collective.rank())});
            assertThat(said).containsExactly(7);
            if (collective.rank() == 1) {
              collective.abort(new ReplicaException("replica 1: out of memory"));
            } else {
              long start = System.nanoTime();
              ReplicaDevices waits =
                  new ReplicaDevices(collective, new Slices(10, 2), Duration.ofSeconds(20));
              assertThatThrownBy(
                      () -> {
                        while (true) {
                          waits.waiting(System.nanoTime() - start);
                        }
                      })
                  .hasMessageContaining("replica 1: out of memory");
            }
            return null;
          });
    }
  }
}
