package org.networkfission.jobs.train.collective;

import org.networkfission.jobs.train.collective.Header.Topic;

/**
 * What tells the messages of a sender apart.
 *
 * @param topic what it carries
 * @param sequence the step, or a running number
 * @param piece which piece of it, from 0; a small message is one piece
 */
record Label(Topic topic, long sequence, int piece) {
  Label(Topic topic, long sequence) {
    this(topic, sequence, 0);
  }

  /** As errors name it. */
  @Override
  public String toString() {
    return topic + " " + sequence;
  }
}
