package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What stands before the bytes of every message.
 *
 * @param run the run that it belongs to; nobody else knows it, so a stranger's message is refused
 * @param topic what it carries
 * @param from the sender's rank
 * @param sequence the step, or a running number
 * @param length how many bytes follow
 */
record Header(UUID run, Topic topic, int from, long sequence, int length) {
  private static final int MAGIC = 0x4e46_5801; // "NFX" and the version
  private static final int BYTES = 40;

  /** What a message carries. */
  enum Topic {
    /** A replica's gradient of the receiver's slice. */
    GRADIENT('G'),
    /** The sender's slice of the new parameters. */
    PARAMETERS('P'),
    /** A small message that every replica sends to every other. */
    GATHER('A'),
    /** Why the sender gives up, as text; a retry may go well. */
    FAILURE('F'),
    /** Why the sender ends the run, as text; a retry would end alike. */
    STOP('S');

    private final char code;

    Topic(char code) {
      this.code = code;
    }

    private static Topic of(int code) {
      for (Topic topic : values()) {
        if (topic.code == code) {
          return topic;
        }
      }
      throw new IllegalArgumentException("Cannot read a message: unknown topic " + code);
    }
  }

  ByteBuffer encode() {
    return ByteBuffer.allocate(BYTES)
        .putInt(MAGIC)
        .putLong(run.getMostSignificantBits())
        .putLong(run.getLeastSignificantBits())
        .putInt(topic.code)
        .putInt(from)
        .putLong(sequence)
        .putInt(length)
        .flip();
  }

  /**
   * Reads a header.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  static Header decode(ByteBuffer bytes) {
    if (bytes.remaining() != BYTES || bytes.getInt(bytes.position()) != MAGIC) {
      throw new IllegalArgumentException("Cannot read a message: it has no header of an exchange");
    }
    ByteBuffer in = bytes.duplicate();
    in.getInt();
    UUID run = new UUID(in.getLong(), in.getLong());
    return new Header(run, Topic.of(in.getInt()), in.getInt(), in.getLong(), in.getInt());
  }
}
