package org.networkfission.prep.scenenet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one protobuf message from bytes: {@link #next} moves to a field, then exactly
 * one of the reading methods takes its value or {@link #skip} passes over it.
 *
 * <p>Not a general protobuf library: what SceneNet's messages use, and never out of bounds.
 */
final class Wire {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_VARINT_BITS = 64;

  /** A message that is not well-formed. */
  static final class MalformedException extends Exception {
    MalformedException(String message) {
      super(message);
    }
  }

  private final ByteBuffer bytes;
  private int field;
  private int type;

  Wire(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() throws MalformedException {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    type = (int) (tag & 7);
    if (field <= 0) {
      throw new MalformedException("field number %d".formatted(field));
    }
    return true;
  }

  int field() {
    return field;
  }

  int number() throws MalformedException {
    require(VARINT);
    return (int) varint();
  }

  float real() throws MalformedException {
    require(FIXED32);
    need(4);
    return bytes.getFloat();
  }

  String text() throws MalformedException {
    return StandardCharsets.UTF_8.decode(slice()).toString();
  }

  Wire message() throws MalformedException {
    return new Wire(slice());
  }

  void skip() throws MalformedException {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> pass(8);
      case LENGTH -> slice();
      case FIXED32 -> pass(4);
      default -> throw new MalformedException("wire type %d of field %d".formatted(type, field));
    }
  }

  private ByteBuffer slice() throws MalformedException {
    require(LENGTH);
    long length = varint();
    if (length < 0 || length > bytes.remaining()) {
      throw new MalformedException(
          "field %d of %d bytes where %d are left".formatted(field, length, bytes.remaining()));
    }
    ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return slice;
  }

  private long varint() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      need(1);
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 64 bits");
  }

  private void pass(int count) throws MalformedException {
    need(count);
    bytes.position(bytes.position() + count);
  }

  private void need(int count) throws MalformedException {
    if (bytes.remaining() < count) {
      throw new MalformedException("it ends within field %d".formatted(field));
    }
  }

  private void require(int expected) throws MalformedException {
    if (type != expected) {
      throw new MalformedException(
          "field %d has wire type %d, must have %d".formatted(field, type, expected));
    }
  }
}
