package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands before the bytes of every message. Its own tag shows that it is of this run before a
 * byte behind it is taken; the tag of the message shows that those are the sender's.
 *
 * @param topic what it carries
 * @param from the sender's rank
 * @param to the receiver's rank
 * @param sequence the step, or a running number
 * @param length how many bytes follow
 * @param tag of the header's fields and the bytes that follow
 */
record Header(Topic topic, int from, int to, long sequence, int length, byte[] tag) {
  private static final int MAGIC = 0x4e46_5802; // "NFX" and the version
  private static final int FIELDS = 28;
  private static final int BYTES = FIELDS + 2 * MessageMac.BYTES;

  /** What a message carries. */
  enum Topic {
    /** Nothing: it shows the receiver who has connected. */
    HELLO('H'),
    /** A replica's gradient of the receiver's slice. */
    GRADIENT('G'),
    /** A replica's gradients of its tasks by themselves, of the receiver's slice. */
    TASK_GRADIENTS('T'),
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

    /** Whether messages are numbered, so that none is taken twice. */
    boolean numbered() {
      return isVector() || this == GATHER;
    }

    /** Whether messages need a place that is made for them. */
    boolean isVector() {
      return this == GRADIENT || this == TASK_GRADIENTS || this == PARAMETERS;
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

  /**
   * The header of a message.
   *
   * @param hash of its bytes
   */
  static Header of(
      Topic topic, int from, int to, long sequence, int length, long hash, MessageMac mac) {
    byte[] fields = fields(topic, from, to, sequence, length);
    return new Header(topic, from, to, sequence, length, mac.tag(fields, hash));
  }

  private static byte[] fields(Topic topic, int from, int to, long sequence, int length) {
    return ByteBuffer.allocate(FIELDS)
        .putInt(MAGIC)
        .putInt(topic.code)
        .putInt(from)
        .putInt(to)
        .putLong(sequence)
        .putInt(length)
        .array();
  }

  ByteBuffer encode(MessageMac mac) {
    byte[] signed =
        ByteBuffer.allocate(FIELDS + MessageMac.BYTES)
            .put(fields(topic, from, to, sequence, length))
            .put(tag)
            .array();
    return ByteBuffer.allocate(BYTES).put(signed).put(mac.tag(signed)).flip();
  }

  /** Whether these bytes are what the sender sent. */
  boolean belongsTo(ByteBuffer bytes, MessageMac mac) {
    byte[] fields = fields(topic, from, to, sequence, length);
    return MessageMac.equal(tag, mac.tag(fields, mac.hash(bytes)));
  }

  /**
   * Reads a header.
   *
   * @throws IllegalArgumentException if the bytes are none, or not of the run whose key this is
   */
  static Header decode(ByteBuffer bytes, MessageMac mac) {
    if (bytes.remaining() != BYTES || bytes.getInt(bytes.position()) != MAGIC) {
      throw new IllegalArgumentException("Cannot read a message: it has no header of an exchange");
    }
    byte[] all = new byte[BYTES];
    bytes.duplicate().get(all);
    byte[] signed = Arrays.copyOf(all, FIELDS + MessageMac.BYTES);
    byte[] tag = Arrays.copyOfRange(all, signed.length, BYTES);
    if (!MessageMac.equal(tag, mac.tag(signed))) {
      throw new IllegalArgumentException("Cannot take a message: it is of another run");
    }
    ByteBuffer in = ByteBuffer.wrap(signed);
    in.getInt();
    return new Header(
        Topic.of(in.getInt()),
        in.getInt(),
        in.getInt(),
        in.getLong(),
        in.getInt(),
        Arrays.copyOfRange(signed, FIELDS, signed.length));
  }
}
