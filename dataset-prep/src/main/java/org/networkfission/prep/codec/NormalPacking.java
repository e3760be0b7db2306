package org.networkfission.prep.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.NormalMap;

/**
 * Unit normals in two uint16 planes, little-endian: the octahedral mapping (the sphere projected on
 * an octahedron that is unfolded into a square). An angle is off by less than 0.0001 rad.
 */
public final class NormalPacking {
  /** Both coordinates of a pixel without a normal. */
  static final int INVALID = 0xffff;

  private static final float SCALE = 0xfffe / 2f;

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private NormalPacking() {}

  /** How many bytes the normals of so many pixels take. */
  public static int bytes(int pixels) {
    return Math.multiplyExact(pixels, 4);
  }

  /** Packs normals: the plane of the first coordinate, then the plane of the second. */
  public static byte[] pack(NormalMap normals) {
    return pack(normals, new ImageSize(normals.width(), normals.height()));
  }

  /** Packs normals in another size: of each new pixel, those of the old one in its place. */
  public static byte[] pack(NormalMap normals, ImageSize size) {
    int[] columns = Nearest.indices(normals.width(), size.width());
    int[] rows = Nearest.indices(normals.height(), size.height());
    int pixels = Math.multiplyExact(size.width(), size.height());
    byte[] packed = new byte[bytes(pixels)];
    for (int y = 0; y < rows.length; y++) {
      int at = 2 * y * size.width();
      packRow(normals.xyz(), 3 * rows[y] * normals.width(), columns, packed, at, at + 2 * pixels);
    }
    return packed;
  }

  private static void packRow(
      float[] xyz, int start, int[] columns, byte[] packed, int toFirst, int toSecond) {
    for (int column = 0; column < columns.length; column++) {
      int from = start + 3 * columns[column];
      float x = xyz[from];
      float y = xyz[from + 1];
      float z = xyz[from + 2];
      float sum = Math.abs(x) + Math.abs(y) + Math.abs(z);
      int first = INVALID;
      int second = INVALID;
      if (sum > 0 && sum < Float.POSITIVE_INFINITY) {
        float u = x / sum;
        float v = y / sum;
        if (z < 0) {
          float folded = (1 - Math.abs(v)) * (u >= 0 ? 1 : -1);
          v = (1 - Math.abs(u)) * (v >= 0 ? 1 : -1);
          u = folded;
        }
        first = (int) ((u + 1) * SCALE + 0.5);
        second = (int) ((v + 1) * SCALE + 0.5);
      }
      LITTLE_ENDIAN.set(packed, toFirst + 2 * column, (short) first);
      LITTLE_ENDIAN.set(packed, toSecond + 2 * column, (short) second);
    }
  }

  /**
   * Unpacks normals.
   *
   * @throws IllegalArgumentException if the number of bytes does not fit the size
   */
  public static NormalMap unpack(int width, int height, byte[] packed) {
    int pixels = Math.multiplyExact(width, height);
    if (packed.length != bytes(pixels)) {
      throw new IllegalArgumentException(
          "Cannot unpack normals: %d x %d pixels take %,d bytes, there are %,d"
              .formatted(width, height, bytes(pixels), packed.length));
    }
    float[] xyz = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      int first = (packed[2 * i] & 0xff) | ((packed[2 * i + 1] & 0xff) << 8);
      int second = (packed[2 * (pixels + i)] & 0xff) | ((packed[2 * (pixels + i) + 1] & 0xff) << 8);
      if (first == INVALID || second == INVALID) {
        continue;
      }
      float u = first / SCALE - 1;
      float v = second / SCALE - 1;
      float z = 1 - Math.abs(u) - Math.abs(v);
      if (z < 0) {
        float folded = (1 - Math.abs(v)) * (u >= 0 ? 1 : -1);
        v = (1 - Math.abs(u)) * (v >= 0 ? 1 : -1);
        u = folded;
      }
      float length = (float) Math.sqrt(u * u + v * v + z * z);
      xyz[3 * i] = u / length;
      xyz[3 * i + 1] = v / length;
      xyz[3 * i + 2] = z / length;
    }
    return new NormalMap(width, height, xyz);
  }

  /** How many pixels of packed normals have a normal. */
  public static int countValid(byte[] packed) {
    int pixels = packed.length / 4;
    int count = 0;
    for (int i = 0; i < pixels; i++) {
      if (packed[2 * i] != -1 || packed[2 * i + 1] != -1) {
        count++;
      }
    }
    return count;
  }
}
