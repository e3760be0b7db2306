package org.networkfission.jobs.prepare;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.networkfission.prep.storage.Sha256;

/**
 * Where a row belongs: rows are shuffled by a seeded hash of the frame's key, which alone decides
 * shard and position, so that the same input always gives the same shards.
 *
 * @param partition the Spark partition that writes the shard
 * @param hash of seed and key
 * @param key the frame's key
 */
record RowKey(int partition, long hash, String key) implements Serializable {
  /** The order of rows within a shard. */
  static final Comparator<RowKey> ORDER = new Order();

  private static final class Order implements Comparator<RowKey>, Serializable {
    @Override
    public int compare(RowKey a, RowKey b) {
      int byHash = Long.compare(a.hash, b.hash);
      return byHash != 0 ? byHash : a.key.compareTo(b.key);
    }
  }

  static long hash(String key, long seed) {
    byte[] digest = Sha256.newDigest().digest((seed + "/" + key).getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }

  /** The number of the shard, 0 to shards - 1, that a row of this hash belongs to. */
  static int shard(long hash, int shards) {
    return (int) Long.remainderUnsigned(hash, shards);
  }
}
