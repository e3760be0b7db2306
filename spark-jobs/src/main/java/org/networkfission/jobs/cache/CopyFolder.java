package org.networkfission.jobs.cache;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.networkfission.jobs.cache.HostLocks.Held;

/**
 * A folder of copies, each named by the SHA-256 of its bytes, which is all that tells them apart.
 * Copies that are being made have names of their own, and already their whole length, so that what
 * they will take is counted. Other files are left alone.
 */
final class CopyFolder {
  private static final Pattern COPY = Pattern.compile("([0-9a-f]{64})\\.shard");
  private static final Pattern UNFINISHED =
      Pattern.compile("([0-9a-f]{64})\\.[0-9a-f-]{36}\\.part");

  /** The name that is held while room is made. */
  private static final String ROOM = "room";

  private final Path folder;
  private final long most;
  private final HostLocks locks;

  /** A file of this folder, as it was listed. */
  private record Entry(Path file, String sha256, boolean whole, long bytes, FileTime used) {}

  /**
   * Opens a folder; makes it where it is not there.
   *
   * @param most what all copies may take, in bytes
   */
  CopyFolder(Path folder, long most) throws IOException {
    Files.createDirectories(folder);
    this.folder = folder;
    this.most = most;
    this.locks = HostLocks.of(folder);
  }

  /** Takes the right to make or look through one copy; nothing if somebody on this host has it. */
  Optional<Held> take(String sha256) throws IOException {
    return locks.take(sha256);
  }

  /** Where the copy of these bytes is, or would be. */
  Path copy(String sha256) {
    return folder.resolve(sha256 + ".shard");
  }

  /** Notes that a copy is used; it may be gone by now. */
  void use(Path copy) throws IOException {
    try {
      Files.setLastModifiedTime(copy, FileTime.from(Instant.now()));
    } catch (FileSystemException e) {
      // It is gone, which whoever reads it finds out; or another user's.
    }
  }

  /** When somebody last wrote to an unfinished copy of these bytes; nothing where there is none. */
  Optional<FileTime> progress(String sha256) throws IOException {
    return entries().stream()
        .filter(entry -> !entry.whole() && entry.sha256().equals(sha256))
        .map(Entry::used)
        .max(Comparator.naturalOrder());
  }

  /**
   * Makes room for a copy, whose right the caller has: deletes what killed processes left, and the
   * copies that were not used for longest.
   *
   * @return a new file of these many bytes; nothing if there is no room, because others are making
   *     copies
   * @throws IOException if the folder cannot be written
   */
  Optional<Path> begin(String sha256, long bytes) throws IOException, InterruptedException {
    Held room = await(ROOM);
    try {
      List<Entry> copies = new ArrayList<>();
      long taken = 0;
      for (Entry entry : entries()) {
        if (entry.whole()) {
          copies.add(entry);
        } else if (isLeft(entry, sha256)) {
          Files.deleteIfExists(entry.file());
          continue;
        }
        taken += entry.bytes();
      }
      copies.sort(Comparator.comparing(Entry::used));
      for (Entry copy : copies) {
        if (taken + bytes <= most) {
          break;
        }
        Files.deleteIfExists(copy.file());
        taken -= copy.bytes();
      }
      if (taken + bytes > most) {
        return Optional.empty();
      }
      Path part = folder.resolve("%s.%s.part".formatted(sha256, UUID.randomUUID()));
      try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
        file.setLength(bytes);
      } catch (IOException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      return Optional.of(part);
    } finally {
      room.close();
    }
  }

  /** Whether nobody makes this copy any more: its right can be had, or is the caller's own. */
  private boolean isLeft(Entry unfinished, String own) throws IOException {
    if (unfinished.sha256().equals(own)) {
      return true;
    }
    Optional<Held> right = take(unfinished.sha256());
    if (right.isPresent()) {
      right.get().close();
    }
    return right.isPresent();
  }

  private Held await(String name) throws IOException, InterruptedException {
    for (Optional<Held> held = locks.take(name); ; held = locks.take(name)) {
      if (held.isPresent()) {
        return held.get();
      }
      Thread.sleep(10);
    }
  }

  /** Makes a copy visible; it is there whole or not at all. */
  Path finish(Path part, String sha256) throws IOException {
    return Files.move(part, copy(sha256), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Entry> entries() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      Matcher copy = COPY.matcher(name);
      Matcher unfinished = UNFINISHED.matcher(name);
      if (copy.matches() || unfinished.matches()) {
        String sha256 = copy.matches() ? copy.group(1) : unfinished.group(1);
        try {
          entries.add(
              new Entry(
                  file, sha256, copy.matches(), Files.size(file), Files.getLastModifiedTime(file)));
        } catch (NoSuchFileException e) {
          // Somebody deleted or renamed it meanwhile.
        }
      }
    }
    return entries;
  }
}
