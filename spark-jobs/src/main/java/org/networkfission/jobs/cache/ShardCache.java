package org.networkfission.jobs.cache;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.cache.HostLocks.Held;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.storage.Sha256;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/**
 * Copies of shards on this host, which all its processes share: each is fetched whole, once, by one
 * of them, and read by all as soon as its SHA-256 is that of the manifest. Where there can be no
 * copy, the shard itself is read. For use by several threads.
 */
public final class ShardCache {
  private static final int BUFFER = 1 << 20;
  private static final long POLL_MILLIS = 50;

  private final Configuration hadoop;
  private final Consumer<String> warn;
  private final CacheSettings settings;
  private final long patienceNanos;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private CopyFolder copies;
  private boolean warned;
  private volatile boolean fetching = true;

  /**
   * Describes a cache; its folder is made when it is first used.
   *
   * @param warn told once why shards are read where they are, and of each damaged copy
   */
  public ShardCache(CacheSettings settings, Configuration hadoop, Consumer<String> warn) {
    this(settings, hadoop, warn, TimeUnit.MINUTES.toNanos(1));
  }

  /**
   * The same.
   *
   * @param patienceNanos how long to wait for another process whose copy does not grow
   */
  ShardCache(
      CacheSettings settings, Configuration hadoop, Consumer<String> warn, long patienceNanos) {
    this.settings = settings;
    this.hadoop = hadoop;
    this.warn = warn;
    this.patienceNanos = patienceNanos;
  }

  /** Whether copies are made at all. */
  public boolean isOn() {
    return settings.path().isPresent();
  }

  /**
   * Where to read a shard: its copy, which was compared with the manifest, or else the shard
   * itself. Waits while the copy is made. The copy may be deleted at any time, when others need its
   * room; whoever has opened it can go on reading.
   *
   * @throws InputException if the shard is not what the manifest lists
   * @throws InterruptedIOException if this thread is interrupted
   */
  public org.apache.hadoop.fs.Path place(org.apache.hadoop.fs.Path dataset, ShardFile shard)
      throws IOException {
    org.apache.hadoop.fs.Path itself = new org.apache.hadoop.fs.Path(dataset, shard.path());
    if (!isOn()) {
      return itself;
    }
    try {
      Optional<Path> copy = copy(dataset, shard);
      return copy.isPresent() ? new org.apache.hadoop.fs.Path(copy.get().toUri()) : itself;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a shard was copied");
    } catch (IOException e) {
      // The disk is full, say, or the folder is another user's. What is there may still be read.
      fetching = false;
      warnOnce(
          "Cannot keep copies of shards in %s (train.input.cache): %s; they are read where they are"
              .formatted(settings.path().orElseThrow(), told(e)));
      return itself;
    }
  }

  private static String told(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private synchronized CopyFolder copies() throws IOException {
    if (copies == null) {
      copies = new CopyFolder(Path.of(settings.path().orElseThrow()), settings.size().toBytes());
    }
    return copies;
  }

  private Optional<Path> copy(org.apache.hadoop.fs.Path dataset, ShardFile shard)
      throws IOException, InterruptedException {
    if (shard.bytes() > settings.size().toBytes()) {
      warnOnce(
          "Cannot keep a copy of %s: it has %,d bytes, train.input.cache.size is %,d; such shards are read where they are"
              .formatted(shard.path(), shard.bytes(), settings.size().toBytes()));
      return Optional.empty();
    }
    CopyFolder folder = copies();
    Path copy = folder.copy(shard.sha256());
    if (known.contains(shard.sha256()) && size(copy) == shard.bytes()) {
      folder.use(copy);
      return Optional.of(copy);
    }
    Optional<Held> right = await(folder, shard);
    if (right.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (size(copy) >= 0) {
        if (size(copy) == shard.bytes() && sha256(copy).equals(shard.sha256())) {
          folder.use(copy);
          known.add(shard.sha256());
          return Optional.of(copy);
        }
        discard(copy, shard);
      }
      return fetching ? fetch(folder, dataset, shard) : Optional.empty();
    } finally {
      right.get().close();
    }
  }

  /** Waits for the right to a copy; nothing if whoever has it makes no progress. */
  private Optional<Held> await(CopyFolder folder, ShardFile shard)
      throws IOException, InterruptedException {
    Optional<FileTime> before = Optional.empty();
    long since = System.nanoTime();
    while (true) {
      Optional<Held> right = folder.take(shard.sha256());
      if (right.isPresent()) {
        return right;
      }
      Optional<FileTime> now = folder.progress(shard.sha256());
      if (!now.equals(before)) {
        before = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > patienceNanos) {
        return Optional.empty();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Optional<Path> fetch(
      CopyFolder folder, org.apache.hadoop.fs.Path dataset, ShardFile shard)
      throws IOException, InterruptedException {
    org.apache.hadoop.fs.Path itself = new org.apache.hadoop.fs.Path(dataset, shard.path());
    try (SteadyInput in = Storage.of(itself, hadoop).open(itself)) {
      Optional<Path> part = folder.begin(shard.sha256(), shard.bytes());
      if (part.isEmpty()) {
        return Optional.empty();
      }
      try {
        if (write(in, part.get(), shard.bytes()).equals(shard.sha256())) {
          Path copy = folder.finish(part.get(), shard.sha256());
          known.add(shard.sha256());
          return Optional.of(copy);
        }
      } finally {
        Files.deleteIfExists(part.get());
      }
    } catch (FileNotFoundException e) {
      return Optional.empty(); // Whoever reads the shard itself tells.
    }
    // It is another one, or did not arrive as it is.
    shard.requireIntact(dataset, hadoop);
    return Optional.empty();
  }

  /** Copies into a file that has its length already; the checksum of what was copied. */
  private static String write(InputStream in, Path part, long bytes) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    byte[] buffer = new byte[BUFFER];
    long left = bytes;
    try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        left -= n;
        if (left < 0) {
          break; // It is longer than it should be, and so another one.
        }
        out.write(buffer, 0, n);
      }
    }
    return Sha256.of(digest);
  }

  /**
   * Gives a copy up that cannot be read; the next one who needs it fetches it anew. One that was
   * deleted meanwhile is none that is damaged.
   */
  public void giveUp(ShardFile shard) throws IOException {
    known.remove(shard.sha256());
    discard(copies().copy(shard.sha256()), shard);
  }

  private void discard(Path copy, ShardFile shard) throws IOException {
    if (Files.deleteIfExists(copy)) {
      warn.accept(
          "the copy of %s in %s is damaged: it is fetched anew"
              .formatted(shard.path(), settings.path().orElseThrow()));
    }
  }

  private synchronized void warnOnce(String why) {
    if (!warned) {
      warned = true;
      warn.accept(why);
    }
  }

  /** The length of a file; -1 where there is none. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Sha256.of(in);
    }
  }
}
