package org.networkfission.jobs.train.input;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.ShardFile;

/**
 * Compares the bytes of the shards that a run reads with the SHA-256 of their manifest, in the
 * background while it trains. Every replica reads row groups of every shard, so the replicas share
 * the shards out: each is checked by one of them, once a start.
 */
public final class ShardCheck implements AutoCloseable {
  private final Configuration hadoop;
  private final ShardCache cache;
  private final List<Shard> shards;
  private final Thread thread;
  private volatile Exception failure;

  private record Shard(Path dataset, ShardFile file, boolean copied) {}

  /**
   * Begins to check this replica's share.
   *
   * @param cache of the shards that are trained on
   */
  public ShardCheck(
      List<Source> sources, int replicas, int rank, ShardCache cache, Configuration hadoop) {
    this.hadoop = hadoop;
    this.cache = cache;
    this.shards = share(sources, replicas, rank);
    this.thread = new Thread(this::check, "fission-shard-check");
    thread.setDaemon(true);
    thread.start();
  }

  private static List<Shard> share(List<Source> sources, int replicas, int rank) {
    List<Shard> share = new ArrayList<>();
    int number = 0;
    for (Source source : sources) {
      Set<String> trained =
          source.groups().stream().map(RowGroup::file).collect(Collectors.toSet());
      for (ShardFile file : source.shards()) {
        if (number++ % replicas == rank) {
          share.add(new Shard(new Path(source.dataset()), file, trained.contains(file.path())));
        }
      }
    }
    return share;
  }

  private void check() {
    try {
      for (Shard shard : shards) {
        check(shard);
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
      }
    } catch (InterruptedIOException | ClosedByInterruptException closed) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  private void check(Shard shard) throws IOException {
    Path itself = new Path(shard.dataset(), shard.file().path());
    if (!shard.copied() || cache.place(shard.dataset(), shard.file()).equals(itself)) {
      shard.file().requireIntact(shard.dataset(), hadoop);
    }
  }

  /**
   * Fails as soon as a shard is known to be damaged; does not wait.
   *
   * @throws InputException if one is, naming it
   * @throws IOException if one cannot be read
   */
  public void requireIntact() throws IOException {
    Exception found = failure;
    if (found instanceof IOException e) {
      throw e;
    } else if (found instanceof RuntimeException e) {
      throw e;
    }
  }

  /** Waits until all of the share have been looked at. */
  public void await() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
