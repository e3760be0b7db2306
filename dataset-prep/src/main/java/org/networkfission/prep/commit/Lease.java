package org.networkfission.prep.commit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/**
 * A job's hold on its output folder: a file of its own in {@code _lease}, the claim, which it
 * writes again and again while it lives. It takes nothing of a file system but that a listing shows
 * what was written before, so it holds on object stores too: whoever has written a claim lists the
 * folder, and gives way if it sees another's. So of two that begin at once at most one goes on.
 *
 * <p>A claim that is not renewed for {@link Rhythm#end} belongs to nobody and is deleted by the
 * next job; on the machine of its owner it ends with the process. No clocks are compared: who waits
 * watches whether the file changes.
 */
public final class Lease implements AutoCloseable {
  /** The folder of claims within an output folder. */
  public static final String FOLDER = "_lease";

  private static final int TRIES = 5;

  /** Who is told that a claim is being watched. */
  private static volatile Consumer<String> console = line -> {};

  /** The claims that live in this process. */
  private static final Set<String> LIVE = ConcurrentHashMap.newKeySet();

  /**
   * How often a claim is renewed, and after what time without that it ends.
   *
   * @param renew time between two renewals
   * @param end time without one after which the owner counts as dead
   */
  record Rhythm(Duration renew, Duration end) {
    static final Rhythm USUAL = new Rhythm(Duration.ofSeconds(10), Duration.ofSeconds(45));
  }

  /**
   * What an executor needs to see that the folder is the one that the driver has taken.
   *
   * @param claim the claim's file
   */
  public record Proof(String claim) implements Serializable {
    /**
     * Checks that the folder is shared with the driver and still the job's.
     *
     * @throws ConfigException if it is not
     */
    public void check(Configuration hadoop) throws IOException {
      Path file = new Path(claim);
      if (!Storage.of(file, hadoop).exists(file)) {
        throw new ConfigException(
            List.of(
                "%s: the executor on %s does not see what the driver wrote there, so it is not shared by all hosts, or another job has taken it; choose a folder on a file system that all hosts share"
                    .formatted(file.getParent().getParent(), Claim.hostName())));
      }
    }
  }

  private final String key;
  private final Path folder;
  private final boolean made;
  private final String id;
  private final byte[] content;
  private final Configuration hadoop;
  private final ScheduledExecutorService renewing;
  private final Future<?> renewals;

  private Lease(
      String key,
      Path folder,
      boolean made,
      String id,
      byte[] content,
      Rhythm rhythm,
      Configuration hadoop) {
    this.made = made;
    this.key = key;
    this.folder = folder;
    this.id = id;
    this.content = content;
    this.hadoop = hadoop;
    LIVE.add(id);
    this.renewing =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "lease of " + folder);
              thread.setDaemon(true);
              return thread;
            });
    this.renewals =
        renewing.scheduleWithFixedDelay(
            this::renew, rhythm.renew.toMillis(), rhythm.renew.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Says from now on whom to tell, in this process, that a job waits for another's lease to end.
   */
  public static void tell(Consumer<String> listener) {
    console = listener;
  }

  /**
   * Takes a folder, which need not exist. Where a job that was killed on another machine had it,
   * this waits for the end of its lease.
   *
   * @param key the configuration key that names the folder
   * @param job the command
   * @throws ConfigException if another job has it, naming who and since when
   */
  public static Lease take(String key, Path folder, String job, Configuration hadoop)
      throws IOException {
    return take(key, folder, job, Rhythm.USUAL, hadoop);
  }

  static Lease take(String key, Path folder, String job, Rhythm rhythm, Configuration hadoop)
      throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    Path whole = files.makeQualified(folder);
    boolean made = !Storage.of(whole, hadoop).exists(whole);
    byte[] content = Json.MAPPER.writeValueAsBytes(Claim.of(job));
    for (int i = 0; i < TRIES; i++) {
      for (FileStatus other : Claims.of(whole, hadoop)) {
        requireDead(key, folder, other, rhythm, hadoop);
        files.delete(other.getPath(), false);
      }
      Lease lease =
          new Lease(key, whole, made, UUID.randomUUID().toString(), content, rhythm, hadoop);
      try {
        WholeFile.write(lease.claim(), content, hadoop);
        if (Claims.of(whole, hadoop).size() == 1) {
          return lease;
        }
        lease.close();
      } catch (FileNotFoundException | NoSuchFileException e) {
        lease.abandon(); // Another that gave way has deleted the empty folder of claims.
      } catch (IOException | RuntimeException e) {
        lease.abandon();
        lease.deleteEmptyFolders();
        throw e;
      }
      sleep(ThreadLocalRandom.current().nextLong(rhythm.renew.toMillis() / 10 + 1));
    }
    throw new ConfigException(
        List.of("%s = %s: other jobs take it at the same time".formatted(key, whole)));
  }

  private static void requireDead(
      String key, Path folder, FileStatus file, Rhythm rhythm, Configuration hadoop)
      throws IOException {
    String id = file.getPath().getName().replace(Claims.SUFFIX, "");
    Optional<Claim> claim = Claims.read(file.getPath(), hadoop);
    Optional<Boolean> seen = claim.flatMap(c -> c.alive(LIVE.contains(id)));
    if (seen.isEmpty()) {
      console.accept(
          "waiting up to %d s for a sign of %s, which has %s"
              .formatted(
                  rhythm.end.toSeconds(), claim.map(Claim::owner).orElse("another job"), folder));
    }
    boolean alive = seen.isPresent() ? seen.get() : isRenewed(file, rhythm, hadoop);
    if (alive) {
      throw new ConfigException(
          List.of(
              "%s = %s: %s; wait for its end, or choose another"
                  .formatted(
                      key,
                      folder,
                      claim
                          .map(c -> "%s has it since %s".formatted(c.owner(), c.since()))
                          .orElse("another job has it"))));
    }
  }

  /** Watches a claim until its owner renews or gives it up, or the time is over. */
  private static boolean isRenewed(FileStatus seen, Rhythm rhythm, Configuration hadoop)
      throws IOException {
    Storage files = Storage.of(seen.getPath(), hadoop);
    long end = System.nanoTime() + rhythm.end.toNanos();
    while (System.nanoTime() < end) {
      sleep(Math.min(1000, rhythm.renew.toMillis() / 2));
      try {
        if (files.status(seen.getPath()).getModificationTime() != seen.getModificationTime()) {
          return true;
        }
      } catch (FileNotFoundException e) {
        return false;
      }
    }
    return false;
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for an output folder", e);
    }
  }

  private Path claim() {
    return new Path(new Path(folder, FOLDER), id + Claims.SUFFIX);
  }

  /** What executors check before they write into the folder. */
  public Proof proof() {
    return new Proof(claim().toString());
  }

  /** A store that does not answer is tried again next time. */
  private void renew() {
    try {
      if (claim().getFileSystem(hadoop).exists(claim())) {
        WholeFile.write(claim(), content, hadoop);
      }
    } catch (IOException | RuntimeException e) {
      // Without renewals the lease ends by itself, which requireHeld sees.
    }
  }

  /**
   * Checks that nobody has taken the folder meanwhile, as may be after a pause of minutes; to be
   * called before a record is written.
   *
   * @throws IOException if the lease has ended
   */
  public void requireHeld() throws IOException {
    if (!Storage.of(folder, hadoop).exists(claim())) {
      List<FileStatus> others = Claims.of(folder, hadoop);
      throw new IOException(
          "Cannot go on writing %s = %s: this job was silent for so long that it lost the folder%s"
              .formatted(
                  key,
                  folder,
                  others.isEmpty()
                      ? ""
                      : Claims.read(others.get(0).getPath(), hadoop)
                          .map(other -> " to " + other.owner())
                          .orElse("")));
    }
  }

  /** Stops renewing and leaves the claim, as if the process were killed. */
  void abandon() {
    renewals.cancel(true);
    renewing.shutdownNow();
    LIVE.remove(id);
  }

  /** Lets the folder go. */
  @Override
  public void close() throws IOException {
    renewals.cancel(false);
    renewing.shutdown();
    try {
      // A renewal under way would write the claim again.
      if (!renewing.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IOException(
            "Cannot end the lease of %s: the file system hangs".formatted(folder));
      }
      deleteGarbage();
      folder.getFileSystem(hadoop).delete(claim(), false);
      deleteEmptyFolders();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while the lease of %s ended".formatted(folder), e);
    } finally {
      LIVE.remove(id);
    }
  }

  /** What was written of claims that never appeared, long ago by the file system's own clock. */
  private void deleteGarbage() throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    Storage read = Storage.of(folder, hadoop);
    try {
      long now = read.status(claim()).getModificationTime();
      for (FileStatus file : read.list(claim().getParent())) {
        if (file.getPath().getName().startsWith(WholeFile.TEMPORARY)
            && file.getModificationTime() + Rhythm.USUAL.end().toMillis() < now) {
          files.delete(file.getPath(), false);
        }
      }
    } catch (FileNotFoundException e) {
      // The folder is another job's by now.
    }
  }

  private void deleteEmptyFolders() {
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      files.delete(claim().getParent(), false);
      if (made) {
        files.delete(folder, false);
      }
    } catch (IOException e) {
      // They are not empty: another job has begun, or this one wrote something.
    }
  }
}
