package org.networkfission.prep.storage;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/**
 * The files of a unit's frames, each read whole. Those of the next frames are on their way, several
 * at a time, while a frame is computed, so that a file system that takes its time to answer is
 * waited for once and not once per file. Not for use by several threads.
 */
public final class FrameFiles implements Closeable {
  /** Frames whose files are asked for beside those of the current one. */
  private static final int FRAMES = 4;

  private static final int REQUESTS = 8;

  /** What files that nobody took yet may hold; what does not fit is read when it is asked for. */
  private static final long MOST_HELD = 64L << 20;

  private final Configuration hadoop;
  private final long most;
  private final Map<Path, FileStatus> listed = new HashMap<>();
  private final Set<Path> listedFolders = new HashSet<>();
  private final Map<Path, CompletableFuture<byte[]>> ahead = new HashMap<>();
  private final AtomicLong held = new AtomicLong();
  private final ExecutorService reading =
      Executors.newFixedThreadPool(
          REQUESTS,
          work -> {
            Thread thread = new Thread(work, "fission-read-ahead");
            thread.setDaemon(true);
            return thread;
          });
  private int next;

  /**
   * Reads nothing yet.
   *
   * @param most how many bytes a file may have
   */
  public FrameFiles(Configuration hadoop, long most) {
    this.hadoop = hadoop;
    this.most = most;
  }

  /** A file that has more bytes than it may. */
  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(long length, long most) {
      super("has %,d bytes, more than %,d".formatted(length, most));
    }
  }

  /** Looks at a folder, so that none of its files need be asked for before it is read. */
  public void list(Path folder) throws IOException {
    Storage storage = Storage.of(folder, hadoop);
    try {
      storage.list(folder).forEach(this::know);
    } catch (FileNotFoundException e) {
      // None of its files is there.
    }
    listedFolders.add(storage.makeQualified(folder));
  }

  /** Notes what a listing told of a file. */
  public void know(FileStatus file) {
    listed.put(file.getPath(), file);
  }

  /**
   * Moves to a frame: asks for its files and those of the frames after it.
   *
   * @param frame each time a larger one
   * @param frames how many there are
   * @param files those of a frame
   */
  public void at(int frame, int frames, IntFunction<List<Path>> files) throws IOException {
    Set<Path> wanted = new HashSet<>();
    List<Path> fresh = new ArrayList<>();
    for (int i = frame; i < Math.min(frames, frame + 1 + FRAMES); i++) {
      for (Path file : files.apply(i)) {
        Path whole = Storage.of(file, hadoop).makeQualified(file);
        if (wanted.add(whole) && i >= next && !ahead.containsKey(whole)) {
          fresh.add(whole);
        }
      }
    }
    next = frame + 1 + FRAMES;
    List<Path> left = ahead.keySet().stream().filter(file -> !wanted.contains(file)).toList();
    for (Path file : left) {
      var unused = ahead.remove(file).thenAccept(this::let); // Nobody took it.
    }
    for (Path file : fresh) {
      CompletableFuture<byte[]> coming = new CompletableFuture<>();
      ahead.put(file, coming);
      reading.execute(() -> fetch(file, coming));
    }
  }

  private void let(byte[] bytes) {
    held.addAndGet(bytes == null ? 0 : -bytes.length);
  }

  private void fetch(Path file, CompletableFuture<byte[]> coming) {
    try {
      coming.complete(fetch(file));
    } catch (IOException | RuntimeException | Error e) {
      coming.completeExceptionally(e); // Whatever it is, it belongs to whoever waits.
    }
  }

  /** A file's bytes; null if there is no room for them now. */
  private byte[] fetch(Path file) throws IOException {
    FileStatus status = status(file);
    requireSize(status);
    if (held.addAndGet(status.getLen()) > MOST_HELD) {
      held.addAndGet(-status.getLen());
      return null;
    }
    try {
      return read(status);
    } catch (IOException | RuntimeException | Error e) {
      held.addAndGet(-status.getLen());
      throw e;
    }
  }

  private FileStatus status(Path file) throws IOException {
    FileStatus known = listed.get(file);
    if (known == null && listedFolders.contains(file.getParent())) {
      throw new FileNotFoundException(file + " is not in its folder");
    }
    return known == null ? Storage.of(file, hadoop).status(file) : known;
  }

  private void requireSize(FileStatus file) throws TooLarge {
    if (file.getLen() > most) {
      throw new TooLarge(file.getLen(), most);
    }
  }

  private byte[] read(FileStatus file) throws IOException {
    try (SteadyInput in = Storage.of(file.getPath(), hadoop).open(file)) {
      byte[] bytes = new byte[(int) in.length()];
      in.readFully(bytes);
      return bytes;
    }
  }

  /**
   * A file of the current frame, or another one.
   *
   * @param key of the frame, for messages
   * @throws FrameException if it is missing, too large, or damaged by its file system's checksum
   */
  public byte[] read(Path file, String key) throws IOException, FrameException {
    Path whole = Storage.of(file, hadoop).makeQualified(file);
    try {
      CompletableFuture<byte[]> coming = ahead.remove(whole);
      byte[] bytes = coming == null ? null : await(coming);
      if (bytes == null) {
        FileStatus status = status(whole);
        requireSize(status);
        return read(status);
      }
      let(bytes);
      return bytes;
    } catch (TooLarge e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read frame %s: %s %s".formatted(key, file, e.getMessage()),
          e);
    } catch (ChecksumException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read frame %s: the file system finds %s damaged".formatted(key, file),
          e);
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read frame %s: %s is missing".formatted(key, file), e);
    }
  }

  private static byte[] await(CompletableFuture<byte[]> coming) throws IOException {
    try {
      return coming.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a file was read");
    } catch (ExecutionException e) {
      throw Rethrown.of(e.getCause());
    }
  }

  @Override
  public void close() {
    reading.shutdownNow();
  }
}
