package org.networkfission.jobs.train.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Storage;

/**
 * Writes the checkpoints of a run. Every replica writes its part where it stays; when all have,
 * rank 0 writes the record that lists them. A folder without a record is no checkpoint.
 */
public final class CheckpointFolder {
  /** As {@link WholeFile} and earlier versions name what is half-written. */
  private static final String TEMPORARY = "_temporary-";

  private final Path folder;
  private final FileSystem files;
  private final Configuration hadoop;
  private final String attempt;
  private List<TrainedOn> data;

  /**
   * Describes the folder; writes nothing.
   *
   * @param attempt see {@link #attempt}
   */
  public CheckpointFolder(Path output, Configuration hadoop, String attempt) throws IOException {
    this.folder = new Path(output, Checkpoint.FOLDER);
    this.files = folder.getFileSystem(hadoop);
    this.hadoop = hadoop;
    this.attempt = attempt;
  }

  /**
   * What tells the files of an attempt at a run from those of attempts before it, which may still
   * write: nothing where there were none, else something that none of them has.
   *
   * @param first whether no attempt of this command was before it
   */
  public static String attempt(Path output, boolean first, Configuration hadoop)
      throws IOException {
    Path folder = new Path(output, Checkpoint.FOLDER);
    return first && !Storage.of(folder, hadoop).exists(folder)
        ? ""
        : "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  private Path folder(long step) {
    return new Path(folder, Checkpoint.name(step));
  }

  /** Removes what earlier attempts left half-written. */
  public void clean() throws IOException {
    for (FileStatus status : list()) {
      boolean half = Checkpoint.isCheckpoint(status.getPath()) && !isCommitted(status.getPath());
      if (half || status.getPath().getName().startsWith(TEMPORARY)) {
        files.delete(status.getPath(), true);
      }
    }
  }

  private List<FileStatus> list() throws IOException {
    try {
      return Storage.of(folder, hadoop).list(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private boolean isCommitted(Path checkpoint) throws IOException {
    return Storage.of(checkpoint, hadoop).exists(new Path(checkpoint, Checkpoint.STATE));
  }

  /** Writes what one replica holds of its slice. */
  public StoredFile write(long step, OptimizerFile.Contents contents, int replica, int replicas)
      throws IOException {
    return StoredFile.write(
        folder(step),
        Checkpoint.optimizerName(replica, replicas) + attempt + ".bin",
        out -> OptimizerFile.write(contents, out),
        hadoop);
  }

  /** Writes the network. */
  public StoredFile write(long step, FissionNetwork network) throws IOException {
    return StoredFile.write(folder(step), "model%s.zip".formatted(attempt), network::save, hadoop);
  }

  /**
   * Makes a checkpoint of parts that are all written, the latest.
   *
   * @return its folder
   * @throws IOException if a part is missing or of another length
   */
  public Path commit(Checkpoint.State state, List<StoredFile> replicaParts) throws IOException {
    Path checkpoint = folder(state.step());
    List<StoredFile> parts = new ArrayList<>(replicaParts);
    parts.add(writeCard(state));
    Listing listing = Listing.of(checkpoint, hadoop);
    listing.require(parts);
    ObjectNode record = Json.MAPPER.valueToTree(state);
    record.set(Checkpoint.FILES, Json.MAPPER.valueToTree(parts));
    WholeFile.write(
        new Path(checkpoint, Checkpoint.STATE), Json.INDENTED.writeValueAsBytes(record), hadoop);
    Set<String> kept = new HashSet<>(Set.of(Checkpoint.STATE));
    parts.forEach(part -> kept.add(part.path()));
    for (String path : listing.bytes().keySet()) {
      if (!kept.contains(path)) {
        files.delete(new Path(checkpoint, path), false);
      }
    }
    name(Checkpoint.LATEST, state.step());
    return checkpoint;
  }

  private StoredFile writeCard(Checkpoint.State state) throws IOException {
    if (data == null) {
      data = TrainedOn.of(state.configuration(), hadoop);
    }
    byte[] card = CardPage.of(state, data).getBytes(StandardCharsets.UTF_8);
    return StoredFile.write(
        folder(state.step()), "card%s.md".formatted(attempt), out -> out.write(card), hadoop);
  }

  /** Notes which checkpoint is the best. */
  public void best(long step) throws IOException {
    name(Checkpoint.BEST, step);
  }

  /** Lets a small file name a checkpoint, for people and scripts. */
  private void name(String which, long step) throws IOException {
    WholeFile.write(
        new Path(folder, which),
        (Checkpoint.name(step) + "\n").getBytes(StandardCharsets.UTF_8),
        hadoop);
  }

  /**
   * Deletes the checkpoints that need not be kept, of each its record first.
   *
   * @param best the best so far, which stays
   */
  public void retain(CheckpointSettings settings, Optional<Checkpoint.Best> best)
      throws IOException {
    List<Path> checkpoints = new ArrayList<>();
    for (FileStatus status : list()) {
      if (Checkpoint.isCheckpoint(status.getPath())) {
        checkpoints.add(status.getPath());
      }
    }
    checkpoints.sort(Comparator.comparingLong(Checkpoint::stepOf).reversed());
    int kept = 0;
    for (Path checkpoint : checkpoints) {
      if (kept < settings.keep()) {
        kept += isCommitted(checkpoint) ? 1 : 0;
        continue;
      }
      long step = Checkpoint.stepOf(checkpoint);
      boolean each = settings.keepEach() != 0 && step % settings.keepEach() == 0;
      if (!each && best.map(b -> b.step() != step).orElse(true)) {
        files.delete(new Path(checkpoint, Checkpoint.STATE), false);
        files.delete(checkpoint, true);
      }
    }
  }
}
