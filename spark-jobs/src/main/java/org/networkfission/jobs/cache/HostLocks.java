package org.networkfission.jobs.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.networkfission.prep.storage.Sha256;

/**
 * Names that one holder on this host has at a time, threads and processes alike: each is a byte of
 * the folder's lock file, far behind its end. What a killed process held is free at once.
 */
final class HostLocks {
  /** Its name in the folder. */
  static final String FILE = "fission.lock";

  /**
   * A process has one channel to a lock file for as long as it lives: closing any of its channels
   * to a file would give up all its locks on it.
   */
  private static final Map<Path, HostLocks> OF_FOLDER = new ConcurrentHashMap<>();

  private final Path file;
  private final Set<Long> held = ConcurrentHashMap.newKeySet();
  private FileChannel channel;

  /** A name that is held until this is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private HostLocks(Path file) {
    this.file = file;
  }

  /** The locks of a folder, which must be there. */
  static HostLocks of(Path folder) throws IOException {
    return OF_FOLDER.computeIfAbsent(folder.toRealPath().resolve(FILE), HostLocks::new);
  }

  /** Takes a name; nothing if somebody has it. */
  Optional<Held> take(String name) throws IOException {
    long place = place(name);
    if (!held.add(place)) {
      return Optional.empty();
    }
    FileLock lock = null;
    try {
      lock = channel().tryLock(place, 1, false);
    } finally {
      if (lock == null) {
        held.remove(place);
      }
    }
    if (lock == null) {
      return Optional.empty();
    }
    FileLock taken = lock;
    return Optional.of(
        () -> {
          try {
            taken.release();
          } finally {
            held.remove(place);
          }
        });
  }

  private static long place(String name) {
    String hash = Sha256.of(name.getBytes(StandardCharsets.UTF_8));
    return Long.parseLong(hash.substring(0, 15), 16);
  }

  private synchronized FileChannel channel() throws IOException {
    if (channel == null || !channel.isOpen()) {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
    return channel;
  }
}
