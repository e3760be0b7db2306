package org.networkfission.model.op;

import java.nio.charset.StandardCharsets;

/** Random numbers without a state: the same input gives the same number on every machine. */
public final class Hash {
  private Hash() {}

  /** A 64-bit FNV-1a hash. */
  public static long of(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Spreads the bits of a number (the finaliser of SplitMix64). */
  public static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
