package org.networkfission.jobs.train.synchronous;

import java.io.Serializable;
import java.util.List;

/**
 * How a replica ended, where a retry would end alike. What a retry may cure is thrown instead, so
 * that Spark runs the stage again.
 *
 * @param end how
 * @param replica the rank
 * @param steps done when it ended
 * @param message what went wrong, if something did
 * @param keys the frames of the minibatch that diverged
 */
record Outcome(End end, int replica, long steps, String message, List<String> keys)
    implements Serializable {
  /** Ways to end. */
  enum End {
    /** All steps are done. */
    DONE,
    /** This replica's loss or gradient was not finite. */
    DIVERGED,
    /** The data cannot be read. */
    INPUT,
    /** The settings cannot be used. */
    SETTINGS,
    /** Something else that stays. */
    FAILED,
    /** A process was asked to end; there is a checkpoint of its last step. */
    LEFT,
    /** More replicas could train; there is a checkpoint of the last step. */
    NEWCOMERS,
    /** Another replica ended the run. */
    STOPPED
  }

  Outcome {
    keys = List.copyOf(keys);
  }

  static Outcome of(End end, int replica, long steps, String message) {
    return new Outcome(end, replica, steps, message, List.of());
  }
}
