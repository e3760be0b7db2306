package org.networkfission.prep.codec;

import com.intel.gkl.compression.IntelInflater;
import java.util.zip.Adler32;

/**
 * Inflates whole zlib streams (RFC 1950) of a known size by Intel's library (ISA-L), which takes a
 * seventh to a half of the time of the JDK's zlib. It runs on x86-64 only, and tells little of what
 * is wrong with a stream: what it does not inflate is the JDK's.
 */
public final class Zlib {
  private static final boolean AVAILABLE = isAvailable();
  private static final int HEADER_BYTES = 2;
  private static final int CHECKSUM_BYTES = 4;

  /** Deflate with a window of 32 KB, as nearly everything writes it. */
  private static final int METHOD = 0x78;

  /** In the second byte: bytes must be known that the stream does not hold. */
  private static final int DICTIONARY = 0x20;

  private Zlib() {}

  private static boolean isAvailable() {
    IntelInflater inflater = new IntelInflater(true);
    try {
      return inflater.load(null);
    } catch (LinkageError | RuntimeException e) {
      return false;
    }
  }

  /**
   * Inflates a stream.
   *
   * @param plain becomes its content
   * @return whether the stream is whole, holds just as many bytes, and its checksum is right. If
   *     not, {@link java.util.zip.Inflater} tells what is wrong, if anything is: then the array
   *     holds nothing of use
   */
  public static boolean inflate(byte[] stream, byte[] plain) {
    int packed = stream.length - HEADER_BYTES - CHECKSUM_BYTES;
    if (!AVAILABLE || packed <= 0 || plain.length == 0 || !isPlain(stream)) {
      return false;
    }
    IntelInflater inflater = new IntelInflater(true);
    try {
      inflater.reset();
      inflater.setInput(stream, HEADER_BYTES, packed);
      if (inflater.inflate(plain, 0, plain.length) != plain.length) {
        return false;
      }
    } catch (RuntimeException e) {
      return false; // It is no deflated data.
    } finally {
      inflater.end();
    }
    Adler32 checksum = new Adler32();
    checksum.update(plain);
    return (int) checksum.getValue() == int32(stream, HEADER_BYTES + packed);
  }

  private static boolean isPlain(byte[] stream) {
    int first = stream[0] & 0xff;
    int second = stream[1] & 0xff;
    return first == METHOD && (second & DICTIONARY) == 0 && (first << 8 | second) % 31 == 0;
  }

  private static int int32(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }
}
