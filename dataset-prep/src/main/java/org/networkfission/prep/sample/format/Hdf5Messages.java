package org.networkfission.prep.sample.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The messages of an HDF5 object's header, and the little-endian buffers that they stand in. */
final class Hdf5Messages {
  static final int DATASPACE = 0x01;
  static final int DATATYPE = 0x03;
  static final int FILL_VALUE = 0x05;
  static final int LAYOUT = 0x08;
  static final int FILTERS = 0x0b;
  static final int ATTRIBUTE = 0x0c;
  static final int SYMBOL_TABLE = 0x11;

  private Hdf5Messages() {}

  static byte[] matlabClass(String name) {
    ByteBuffer type = buffer(8);
    // Text of a fixed length.
    type.put((byte) 0x13).put(new byte[3]).putInt(name.length());
    return attribute("MATLAB_class", whole(type), ascii(name));
  }

  /** Says that the numbers are characters of two bytes. */
  static byte[] matlabDecode() {
    ByteBuffer type = buffer(16);
    // A signed number of 32 bits.
    type.put(new byte[] {0x10, 0x08, 0, 0}).putInt(4).putShort((short) 0).putShort((short) 32);
    return attribute("MATLAB_int_decode", whole(type), whole(buffer(4).putInt(2)));
  }

  static byte[] attribute(String name, byte[] type, byte[] value) {
    byte[] text = ascii(name + "\0");
    int typeLength = type.length == 8 ? 8 : 12;
    ByteBuffer b = buffer(8 + (int) aligned(text.length) + type.length + 8 + value.length);
    b.put((byte) 1).put((byte) 0).putShort((short) text.length);
    b.putShort((short) typeLength).putShort((short) 8);
    b.put(text).position(8 + (int) aligned(text.length));
    b.put(type);
    // A single value.
    b.put((byte) 1).put(new byte[7]);
    b.put(value);
    return whole(b);
  }

  static byte[] message(int type, byte[] data) {
    ByteBuffer b = buffer(8 + (int) aligned(data.length));
    b.putShort((short) type).putShort((short) aligned(data.length)).putInt(0).put(data);
    return whole(b);
  }

  static long aligned(long position) {
    return (position + 7) & ~7L;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** All of a buffer, the zeros behind its position too. */
  static byte[] whole(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** What is before the position of a buffer. */
  static byte[] filled(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
