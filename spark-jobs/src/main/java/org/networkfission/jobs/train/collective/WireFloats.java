package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.networkfission.model.parallel.Workers;

/**
 * Converts and sums floats of pieces, in blocks of plain arrays, which the JVM turns into vector
 * instructions, several at a time.
 */
final class WireFloats {
  private static final int BLOCK = HalfFloats.BLOCK;

  /** Blocks that a thread takes at a time. */
  private static final int SHARE = 16;

  private static final ThreadLocal<Room> ROOM = ThreadLocal.withInitial(Room::new);

  private WireFloats() {}

  /** What a thread needs. */
  private static final class Room {
    private final HalfFloats codec = new HalfFloats();
    private final float[] values = new float[BLOCK];
    private final float[] addend = new float[BLOCK];
  }

  /** Does something with a block. */
  private interface Work {
    /**
     * @param number of the block
     * @param from its first float
     * @param length how many it has
     */
    void block(int number, int from, int length);
  }

  private static void forEachBlock(int floats, Work work) {
    int blocks = (floats + BLOCK - 1) / BLOCK;
    Workers.forEach(
        (blocks + SHARE - 1) / SHARE,
        share -> {
          for (int i = share * SHARE; i < Math.min(blocks, (share + 1) * SHARE); i++) {
            work.block(i, i * BLOCK, Math.min(BLOCK, floats - i * BLOCK));
          }
        });
  }

  /** Writes floats as 16-bit floats. */
  static void encode(ByteBuffer floats, ByteBuffer halves) {
    FloatBuffer from = floats.asFloatBuffer();
    forEachBlock(
        from.remaining(),
        (number, at, length) -> {
          Room room = ROOM.get();
          from.get(at, room.values, 0, length);
          room.codec.encode(room.values, length, block(halves, number));
        });
  }

  /** Reads 16-bit floats. */
  static void decode(ByteBuffer halves, ByteBuffer floats) {
    FloatBuffer to = floats.asFloatBuffer();
    forEachBlock(
        to.remaining(),
        (number, at, length) -> {
          Room room = ROOM.get();
          room.codec.decode(block(halves, number), room.values, length);
          to.put(at, room.values, 0, length);
        });
  }

  private static ByteBuffer block(ByteBuffer halves, int number) {
    return halves
        .duplicate()
        .order(ByteOrder.nativeOrder())
        .position(number * HalfFloats.bytes(BLOCK));
  }

  /**
   * Sums in the order of ranks: {@code ((v0 + v1) + v2) + ...}, and multiplies the sum.
   *
   * @param own the own addend; becomes the product, but for blocks where that is not finite
   * @param rank the own place in the order
   * @param others the other addends as they travelled, by rank, in native order; the own place is
   *     not read
   * @return whether all products are finite
   */
  static boolean sum(ByteBuffer own, int rank, List<ByteBuffer> others, Wire wire, float factor) {
    FloatBuffer sums = own.asFloatBuffer();
    AtomicBoolean finite = new AtomicBoolean(true);
    forEachBlock(
        sums.remaining(),
        (number, at, length) -> {
          Room room = ROOM.get();
          for (int i = 0; i < others.size(); i++) {
            float[] into = i == 0 ? room.values : room.addend;
            if (i == rank) {
              sums.get(at, into, 0, length);
            } else if (wire == Wire.FLOAT16) {
              room.codec.decode(block(others.get(i), number), into, length);
            } else {
              others.get(i).asFloatBuffer().get(at, into, 0, length);
            }
            if (i > 0) {
              add(room.values, room.addend, length);
            }
          }
          multiply(room.values, factor, room.addend, length);
          if (isZero(room.addend, length)) {
            sums.put(at, room.values, 0, length);
          } else {
            finite.set(false);
          }
        });
    return finite.get();
  }

  private static void add(float[] to, float[] what, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += what[i];
    }
  }

  /** Multiplies; where a product is finite 0 is left over, else NaN. */
  private static void multiply(float[] values, float factor, float[] zeros, int length) {
    for (int i = 0; i < length; i++) {
      float product = values[i] * factor;
      values[i] = product;
      zeros[i] = product * 0f;
    }
  }

  /** Whether the sum is 0; by halves, so that additions need not wait for each other. */
  private static boolean isZero(float[] values, int length) {
    int left = length;
    while (left > 1) {
      int half = left / 2;
      int rest = left - half;
      for (int i = 0; i < half; i++) {
        values[i] += values[rest + i];
      }
      left = rest;
    }
    return values[0] == 0;
  }
}
