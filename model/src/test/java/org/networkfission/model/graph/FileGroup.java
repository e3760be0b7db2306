package org.networkfission.model.graph;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.networkfission.model.backend.DeviceGroup;

/**
 * Replicas that meet in a folder, as threads or processes.
 *
 * @param folder empty at first
 * @param rank this replica's
 * @param size how many there are
 * @param elements of the flat vectors
 * @param patience how long a replica waits for another
 */
record FileGroup(Path folder, int rank, int size, int elements, Duration patience)
    implements DeviceGroup {
  @Override
  public int from(int slice) {
    return (int) ((long) elements * slice / size);
  }

  @Override
  public byte[] fromFirst(byte[] mine) {
    Path said = folder.resolve("said");
    try {
      if (rank == 0) {
        Path part = Files.write(folder.resolve("part"), mine);
        Files.move(part, said, StandardCopyOption.ATOMIC_MOVE);
        return mine;
      }
      long start = System.nanoTime();
      while (!Files.exists(said)) {
        Thread.sleep(1);
        waiting(System.nanoTime() - start);
      }
      return Files.readAllBytes(said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new InterruptedIOException());
    }
  }

  @Override
  public void waiting(long nanos) {
    if (nanos > patience.toNanos()) {
      throw new UncheckedIOException(new IOException("another replica is silent"));
    }
  }
}
