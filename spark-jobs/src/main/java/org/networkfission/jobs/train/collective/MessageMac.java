package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * Message authentication under the key of a run: the message is hashed by a universal hash whose
 * key is secret, and HMAC-SHA256 of what the message is and of its hash is the tag. HMAC alone
 * takes three times as long where the processor computes SHA-256 itself, and ten times where it
 * does not.
 *
 * <p>The hash: blocks of 1 KiB by NH on signed 64-bit words (NHS of Black and others, UMAC, CRYPTO
 * 1999; 64-bit words as in Krovetz and Dai, VMAC, 2007), then a polynomial over their 32-bit pieces
 * modulo 2^61 - 1. Two messages of the same length below 2 GiB have the same hash with a
 * probability below 2^-37. It is never shown; only what HMAC makes of it.
 */
final class MessageMac {
  /** How many bytes a tag has. */
  static final int BYTES = 16;

  private static final int WORDS = 128;
  private static final int BLOCK = WORDS * Long.BYTES;

  /** Words that are copied to an array at a time, where the JVM reads them fastest. */
  private static final int ROOM = 4 * WORDS;

  private static final long PRIME = (1L << 61) - 1;
  private static final long LOW = 0xffff_ffffL;

  private final RunKey key;
  final long[] words = new long[WORDS];
  final long point;

  MessageMac(RunKey key) {
    this.key = key.derive("tags");
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK + Long.BYTES);
    for (int i = 0; bytes.hasRemaining(); i++) {
      byte[] more = key.derive("hash " + i).mac().doFinal();
      bytes.put(more, 0, Math.min(more.length, bytes.remaining()));
    }
    bytes.flip().asLongBuffer().get(words);
    point = (bytes.getLong(BLOCK) & (PRIME >>> 1)) | 1;
  }

  /** A tag. */
  byte[] tag(byte[] what) {
    Mac mac = key.mac();
    return Arrays.copyOf(mac.doFinal(what), BYTES);
  }

  /** A tag of what a message is, and of the hash of its bytes. */
  byte[] tag(byte[] what, long hash) {
    Mac mac = key.mac();
    mac.update(what);
    mac.update(ByteBuffer.allocate(Long.BYTES).putLong(hash).flip());
    return Arrays.copyOf(mac.doFinal(), BYTES);
  }

  /** Whether tags are equal; takes as long whatever they are. */
  static boolean equal(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }

  /** The hash of the remaining bytes, to be kept secret. */
  long hash(ByteBuffer message) {
    return running(message).finish();
  }

  /** A hash of bytes that are still to come. */
  Running running(ByteBuffer place) {
    return new Running(place);
  }

  /** The hash of a message that goes on as its bytes arrive, while they are in the cache. */
  final class Running {
    private final LongBuffer longs;
    private final ByteBuffer bytes;
    private final long[] room = new long[ROOM];
    private int done;
    private long hash = 1;

    private Running(ByteBuffer place) {
      bytes = place.slice();
      longs = place.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /** So many bytes have arrived, from the beginning. */
    void arrived(int count) {
      while (count - done >= ROOM * Long.BYTES) {
        take(ROOM);
      }
    }

    private void take(int count) {
      longs.get(done / Long.BYTES, room, 0, count);
      for (int at = 0; at < count; at += WORDS) {
        hash = block(room, at, hash);
      }
      done += count * Long.BYTES;
    }

    /** The hash, when all have arrived. */
    long finish() {
      int length = bytes.limit();
      arrived(length);
      take((length - done) / BLOCK * WORDS);
      if (done < length) {
        ByteBuffer last = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        last.put(0, bytes, done, length - done).asLongBuffer().get(room, 0, WORDS);
        hash = block(room, 0, hash);
      }
      return step(hash, length);
    }
  }

  /** The sum of the products of pairs, as a number of 128 bits. */
  private long block(long[] in, int at, long before) {
    long low = 0; // The lower and the upper 32 bits of the products' low halves: no sum overflows.
    long middle = 0;
    long high = 0;
    for (int i = 0; i < WORDS; i += 2) {
      long x = in[at + i] + words[i];
      long y = in[at + i + 1] + words[i + 1];
      long product = x * y;
      low += product & LOW;
      middle += product >>> 32;
      high += Math.multiplyHigh(x, y);
    }
    middle += low >>> 32;
    high += middle >>> 32;
    long hash = step(before, middle & LOW);
    hash = step(hash, low & LOW);
    hash = step(hash, high >>> 32);
    return step(hash, high & LOW);
  }

  /** {@code hash * point + piece}, modulo the prime but for a few units. */
  private long step(long hash, long piece) {
    long high = Math.multiplyHigh(hash, point);
    long low = hash * point;
    long sum = (low & PRIME) + ((low >>> 61) | (high << 3)) + piece;
    return (sum & PRIME) + (sum >>> 61);
  }
}
