package org.networkfission.jobs.train.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.prep.settings.Json;

/**
 * Writes the checkpoints of a run. Every replica writes its part into a temporary folder; when all
 * have, rank 0 renames it.
 */
public final class CheckpointFolder {
  private static final String TEMPORARY = "_temporary-";

  private final Path folder;
  private final FileSystem files;
  private final String attempt;

  /**
   * Describes the folder; writes nothing.
   *
   * @param attempt differs for each attempt of the run, so that a straggler disturbs none after it
   */
  public CheckpointFolder(Path output, Configuration hadoop, String attempt) throws IOException {
    this.folder = new Path(output, Checkpoint.FOLDER);
    this.files = folder.getFileSystem(hadoop);
    this.attempt = attempt;
  }

  private Path temporary(long step) {
    return new Path(folder, TEMPORARY + attempt + "-" + Checkpoint.name(step));
  }

  /** Removes what earlier attempts left half-written. */
  public void clean() throws IOException {
    if (files.exists(folder)) {
      for (FileStatus status : files.listStatus(folder)) {
        if (status.getPath().getName().startsWith(TEMPORARY)) {
          files.delete(status.getPath(), true);
        }
      }
    }
  }

  /** Writes what one replica holds of its slice. */
  public void write(long step, OptimizerFile.Contents contents, int replica, int replicas)
      throws IOException {
    try (OutputStream out =
        files.create(
            new Path(temporary(step), Checkpoint.optimizerName(replica, replicas)), true)) {
      OptimizerFile.write(contents, out);
    }
  }

  /** Writes what rank 0 writes. */
  public void write(Checkpoint.State state, FissionNetwork network) throws IOException {
    Path temporary = temporary(state.step());
    try (OutputStream out = files.create(new Path(temporary, Checkpoint.MODEL), true)) {
      network.save(out);
    }
    try (OutputStream out = files.create(new Path(temporary, Checkpoint.STATE), true)) {
      Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, state);
    }
  }

  /**
   * Makes a checkpoint, whose parts are all written, the latest.
   *
   * @return its folder
   */
  public Path commit(long step) throws IOException {
    Path checkpoint = new Path(folder, Checkpoint.name(step));
    files.delete(checkpoint, true); // One of an attempt that was lost before it became the latest.
    if (!files.rename(temporary(step), checkpoint)) {
      throw new IOException(
          "Cannot rename %s to %s".formatted(temporary(step), checkpoint.getName()));
    }
    name(Checkpoint.LATEST, step);
    return checkpoint;
  }

  /** Notes which checkpoint is the best. */
  public void best(long step) throws IOException {
    name(Checkpoint.BEST, step);
  }

  /** Lets a small file name a checkpoint. */
  private void name(String which, long step) throws IOException {
    Path file = new Path(folder, which);
    Path next = new Path(folder, TEMPORARY + which);
    try (OutputStream out = files.create(next, true)) {
      out.write((Checkpoint.name(step) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    files.delete(file, false);
    if (!files.rename(next, file)) {
      throw new IOException("Cannot rename %s to %s".formatted(next, which));
    }
  }

  /**
   * Deletes the checkpoints that need not be kept.
   *
   * @param best the best so far, which stays
   */
  public void retain(CheckpointSettings settings, Optional<Checkpoint.Best> best)
      throws IOException {
    List<Path> checkpoints = new ArrayList<>();
    for (FileStatus status : files.listStatus(folder)) {
      if (Checkpoint.isCheckpoint(status.getPath())) {
        checkpoints.add(status.getPath());
      }
    }
    checkpoints.sort(Comparator.comparingLong(Checkpoint::stepOf));
    for (int i = 0; i < checkpoints.size() - settings.keep(); i++) {
      long step = Checkpoint.stepOf(checkpoints.get(i));
      boolean each = settings.keepEach() != 0 && step % settings.keepEach() == 0;
      if (!each && best.map(b -> b.step() != step).orElse(true)) {
        files.delete(checkpoints.get(i), true);
      }
    }
  }
}
