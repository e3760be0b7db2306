package org.networkfission.jobs.train.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.Storage;

/** The files in which a checkpoint's replicas wrote their slices, of which any other is read. */
record OptimizerParts(Checkpoint checkpoint, Configuration hadoop) {
  /**
   * Reads a slice.
   *
   * @throws InputException if a file is missing, damaged, or smaller than the record claims
   */
  OptimizerFile.Contents slice(int from, int to) throws IOException {
    Slices written = new Slices(checkpoint.state().parameters(), checkpoint.state().replicas());
    requireRoom(written, from, to);
    Moments moments = Moments.zeros(from, to);
    float[] average = new float[to - from];
    boolean averaged = true;
    for (int i = 0; i < checkpoint.state().replicas(); i++) {
      int first = Math.max(from, written.from(i));
      int end = Math.min(to, written.to(i));
      if (first < end) {
        OptimizerFile.Contents part = read(i, written);
        int length = end - first;
        int at = first - written.from(i);
        System.arraycopy(part.moments().first(), at, moments.first(), first - from, length);
        System.arraycopy(part.moments().second(), at, moments.second(), first - from, length);
        averaged &= part.average().isPresent();
        if (averaged) {
          System.arraycopy(part.average().get(), at, average, first - from, length);
        }
      }
    }
    return new OptimizerFile.Contents(moments, averaged ? Optional.of(average) : Optional.empty());
  }

  /**
   * A record may claim any number of parameters: nothing is allocated that its parts do not hold.
   */
  private void requireRoom(Slices written, int from, int to) throws IOException {
    for (int i = 0; i < checkpoint.state().replicas(); i++) {
      int elements = written.to(i) - written.from(i);
      if (Math.max(from, written.from(i)) < Math.min(to, written.to(i))) {
        Path file = file(i);
        long bytes = length(file);
        if (bytes < OptimizerFile.bytes(elements, false)) {
          throw new InputException(
              "Cannot read %s: it has %d bytes, %d elements take %d"
                  .formatted(file, bytes, elements, OptimizerFile.bytes(elements, false)));
        }
      }
    }
  }

  private Path file(int replica) {
    return checkpoint.part(
        Checkpoint.optimizerName(replica, checkpoint.state().replicas()), ".bin");
  }

  private long length(Path file) throws IOException {
    try {
      return Storage.of(file, hadoop).length(file);
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot read %s: it is missing".formatted(file), e);
    }
  }

  private OptimizerFile.Contents read(int replica, Slices written) throws IOException {
    Path file = file(replica);
    long bytes = length(file);
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      return OptimizerFile.read(in, written.from(replica), written.to(replica), bytes);
    } catch (IOException e) {
      throw new InputException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
