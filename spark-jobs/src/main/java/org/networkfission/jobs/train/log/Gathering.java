package org.networkfission.jobs.train.log;

import java.util.Arrays;
import java.util.Objects;
import org.apache.spark.rpc.RpcCallContext;

/**
 * What each replica of an attempt tells all others before they begin, collected by the driver:
 * whoever has told waits for the answer, which holds all texts in the order of ranks.
 */
final class Gathering {
  private final String[] told;
  private final RpcCallContext[] waiting;
  private int attempt = -1;

  Gathering(int replicas) {
    told = new String[replicas];
    waiting = new RpcCallContext[replicas];
  }

  /**
   * Takes one replica's text, and answers all when it is the last. A later attempt begins anew:
   * Spark has ended all tasks of those before it.
   *
   * @param caller who is answered
   */
  synchronized void add(int attempt, int replica, String text, RpcCallContext caller) {
    if (attempt < this.attempt || replica < 0 || replica >= told.length) {
      caller.sendFailure(
          new IllegalArgumentException(
              "No replica %d of attempt %d is expected".formatted(replica, attempt)));
      return;
    }
    if (attempt > this.attempt) {
      this.attempt = attempt;
      Arrays.fill(told, null);
      Arrays.fill(waiting, null);
    }
    told[replica] = text;
    waiting[replica] = caller;
    if (Arrays.stream(told).allMatch(Objects::nonNull)) {
      for (RpcCallContext each : waiting) {
        each.reply(told.clone());
      }
    }
  }
}
