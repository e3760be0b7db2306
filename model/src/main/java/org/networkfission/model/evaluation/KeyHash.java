package org.networkfission.model.evaluation;

/** Pseudo-random numbers that are a function of a frame's key. */
final class KeyHash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private KeyHash() {}

  /** 64 well-mixed bits. */
  static long of(String key, long seed) {
    long hash = FNV_OFFSET ^ seed;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * FNV_PRIME;
    }
    // The finaliser of SplitMix64: FNV alone leaves similar keys similar.
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
