package org.networkfission.jobs.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcCallContext;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private static final class Caller implements RpcCallContext {
    private Object reply;
    private Throwable failure;

    @Override
    public void reply(Object response) {
      reply = response;
    }

    @Override
    public void sendFailure(Throwable e) {
      failure = e;
    }

    @Override
    public RpcAddress senderAddress() {
      return RpcAddress.apply("127.0.0.1", 1);
    }
  }

  private final Gathering gathering = new Gathering(2);

  @Test
  void allAreAnsweredWhenTheLastHasTold() {
    Caller one = new Caller();
    Caller zero = new Caller();

    gathering.add(0, 1, "b", one);
    assertThat(one.reply).isNull();
    gathering.add(0, 0, "a", zero);

    assertThat(one.reply).isEqualTo(new String[] {"a", "b"});
    assertThat(zero.reply).isEqualTo(new String[] {"a", "b"});
  }

  @Test
  void aLaterAttemptWaitsForAllOfItsOwn() {
    Caller lost = new Caller();
    Caller zero = new Caller();
    Caller one = new Caller();

    gathering.add(0, 0, "of a task that is dead", lost);
    gathering.add(1, 1, "b", one);
    assertThat(one.reply).isNull();
    gathering.add(1, 0, "a", zero);

    assertThat(zero.reply).isEqualTo(new String[] {"a", "b"});
    assertThat(lost.reply).isNull();
  }

  @Test
  void whoComesLateOrIsNoReplicaIsTurnedAway() {
    Caller late = new Caller();
    Caller stranger = new Caller();

    gathering.add(1, 0, "a", new Caller());
    gathering.add(0, 1, "b", late);
    gathering.add(1, 2, "c", stranger);

    assertThat(late.failure).hasMessage("No replica 1 of attempt 0 is expected");
    assertThat(stranger.failure).isNotNull();
  }
}
