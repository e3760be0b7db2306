package org.networkfission.prep.sample.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a message in the wire format of protocol buffers. */
public final class WireWriter {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public WireWriter integer(int field, int value) {
    varint((field << 3) | VARINT);
    varint(value);
    return this;
  }

  public WireWriter real(int field, float value) {
    varint((field << 3) | FIXED32);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(bits >> shift);
    }
    return this;
  }

  public WireWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public WireWriter message(int field, WireWriter message) {
    return bytes(field, message.toByteArray());
  }

  private WireWriter bytes(int field, byte[] value) {
    varint((field << 3) | LENGTH);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /** Seven bits a byte, the lowest first. Only numbers that are not negative occur. */
  private void varint(int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
