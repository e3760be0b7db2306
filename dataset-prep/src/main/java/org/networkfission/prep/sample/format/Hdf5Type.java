package org.networkfission.prep.sample.format;

import java.nio.ByteBuffer;

/** The element types that {@link Hdf5Writer} writes, all little-endian. */
public enum Hdf5Type {
  UINT8(1, "uint8"),
  UINT16(2, "uint16"),
  FLOAT32(4, "single"),
  /** The address of another object. */
  REFERENCE(8, "cell"),
  /** UTF-16 characters, as MATLAB stores text. */
  CHAR(2, "char");

  private final int bytes;
  private final String matlabClass;

  Hdf5Type(int bytes, String matlabClass) {
    this.bytes = bytes;
    this.matlabClass = matlabClass;
  }

  /** The size of an element. */
  int bytes() {
    return bytes;
  }

  /** What MATLAB calls arrays of it. */
  String matlabClass() {
    return matlabClass;
  }

  /** Writes the description of the type (HDF5 format specification, IV.A.2.d). */
  void describe(ByteBuffer to) {
    switch (this) {
      case UINT8, UINT16, CHAR -> {
        to.put((byte) 0x10).put(new byte[3]).putInt(bytes);
        to.putShort((short) 0).putShort((short) (8 * bytes));
      }
      case FLOAT32 -> {
        to.put(new byte[] {0x11, 0x20, 31, 0}).putInt(bytes);
        to.putShort((short) 0).putShort((short) 32);
        // Exponent at bit 23 of 8 bits, mantissa at bit 0 of 23 bits, bias 127.
        to.put(new byte[] {23, 8, 0, 23}).putInt(127);
      }
      case REFERENCE -> to.put((byte) 0x17).put(new byte[3]).putInt(bytes);
    }
  }
}
