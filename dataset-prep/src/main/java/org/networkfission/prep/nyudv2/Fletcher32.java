package org.networkfission.prep.nyudv2;

import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.filter.Filter;
import io.jhdf.filter.FilterManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * HDF5's filter of checksums (number 3), in place of the library's, which does not compare them:
 * Fletcher's sum over big-endian words of 16 bits, in the last four bytes of a chunk.
 */
final class Fletcher32 implements Filter {
  private static final int ID = 3;
  private static final int SUM_BYTES = 4;

  /** So many words can be added before the sums must be folded. */
  private static final int WORDS = 360;

  /** Makes the library use this filter. */
  static void register() {
    FilterManager.addFilter(new Fletcher32());
  }

  @Override
  public int getId() {
    return ID;
  }

  @Override
  public String getName() {
    return "fletcher32";
  }

  @Override
  public byte[] decode(byte[] chunk, int[] settings) {
    int length = chunk.length - SUM_BYTES;
    if (length < 0) {
      throw new HdfFilterException("a chunk of %d bytes has no checksum".formatted(chunk.length));
    }
    int stored = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).getInt(length);
    int sum = sum(chunk, length);
    // HDF5 before 1.6.3 stored both halves with their bytes swapped.
    int swapped = (sum & 0x00ff00ff) << 8 | (sum >>> 8 & 0x00ff00ff);
    if (stored != sum && stored != swapped) {
      throw new HdfFilterException("the fletcher32 checksum of a chunk is wrong");
    }
    return Arrays.copyOf(chunk, length);
  }

  static int sum(byte[] bytes, int length) {
    int low = 0;
    int high = 0;
    int at = 0;
    while (at < length) {
      int end = Math.min(length, at + 2 * WORDS);
      for (; at < end; at += 2) {
        int second = at + 1 < length ? bytes[at + 1] & 0xff : 0;
        low += (bytes[at] & 0xff) << 8 | second;
        high += low;
      }
      low = (low & 0xffff) + (low >>> 16);
      high = (high & 0xffff) + (high >>> 16);
    }
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
    return high << 16 | low;
  }
}
