package org.networkfission.prep.raster;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages files: bytes changed, cut off, repeated, appended, or numbers made large. */
public final class Damage {
  private Damage() {}

  /** A damaged copy. */
  public static byte[] of(byte[] file, SplittableRandom random) {
    byte[] bytes = file.clone();
    switch (random.nextInt(5)) {
      case 0 -> {
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 2 -> {
        // The heading is where sizes stand.
        int at = random.nextInt(Math.min(400, bytes.length));
        Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) 0xff);
      }
      case 3 -> {
        int from = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - from, 1 + random.nextInt(64));
        int to = random.nextInt(bytes.length - length + 1);
        System.arraycopy(file, from, bytes, to, length);
      }
      default -> {
        bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(100));
        bytes[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }
}
