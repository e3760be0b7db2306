package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands before the bytes of every message. Its own tag shows that it is of this run before a
 * byte behind it is taken; the tag of the message shows that those are the sender's.
 *
 * @param label which message it is
 * @param from the sender's rank
 * @param to the receiver's rank
 * @param length how many bytes follow
 * @param tag of the header's fields and the bytes that follow
 */
record Header(Label label, int from, int to, int length, byte[] tag) {
  private static final int MAGIC = 0x4e46_5803; // "NFX" and the version
  private static final int FIELDS = 32;
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
  static Header of(Label label, int from, int to, int length, long hash, MessageMac mac) {
    byte[] fields = fields(label, from, to, length);
    return new Header(label, from, to, length, mac.tag(fields, hash));
  }

  private static byte[] fields(Label label, int from, int to, int length) {
    return ByteBuffer.allocate(FIELDS)
        .putInt(MAGIC)
        .putInt(label.topic().code)
        .putInt(from)
        .putInt(to)
        .putLong(label.sequence())
        .putInt(label.piece())
        .putInt(length)
        .array();
  }

  ByteBuffer encode(MessageMac mac) {
    byte[] signed =
        ByteBuffer.allocate(FIELDS + MessageMac.BYTES)
            .put(fields(label, from, to, length))
            .put(tag)
            .array();
    return ByteBuffer.allocate(BYTES).put(signed).put(mac.tag(signed)).flip();
  }

  /** Whether bytes of this hash are what the sender sent. */
  boolean belongsTo(long hash, MessageMac mac) {
    return MessageMac.equal(tag, mac.tag(fields(label, from, to, length), hash));
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
    Topic topic = Topic.of(in.getInt());
    int from = in.getInt();
    int to = in.getInt();
    return new Header(
        new Label(topic, in.getLong(), in.getInt()),
        from,
        to,
        in.getInt(),
        Arrays.copyOfRange(signed, FIELDS, signed.length));
  }
}
