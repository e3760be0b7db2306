package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.RunStopped;
import org.networkfission.jobs.train.log.StepClock;
import org.networkfission.jobs.train.log.StepClock.Phase;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.graph.Backends;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.settings.Json;

/**
 * Writes checkpoints, each replica its part. Whether one is good is a decision of all replicas: if
 * any could not write, or has other parameters, all end the run.
 */
final class CheckpointHook implements StepHook {
  private final RunPlan plan;
  private final TrainState state;
  private final Configuration hadoop;
  private final Collective collective;
  private final CheckpointFolder folder;
  private final StepClock clock;
  private final Arithmetic arithmetic;
  private long written = -1;

  /**
   * Takes up what an attempt before left behind, on rank 0; no replica writes before all have
   * joined.
   *
   * @param attempt tells the files of this attempt from those of others
   */
  static CheckpointFolder open(
      RunPlan plan,
      Configuration hadoop,
      Optional<Checkpoint> checkpoint,
      String attempt,
      boolean first)
      throws IOException {
    CheckpointFolder folder =
        new CheckpointFolder(new Path(plan.upkeep().output()), hadoop, attempt);
    if (first) {
      folder.clean();
      if (checkpoint.isPresent() && checkpoint.get().isBest()) {
        folder.best(checkpoint.get().state().step()); // If it was lost before it said so.
      }
    }
    return folder;
  }

  CheckpointHook(
      RunPlan plan,
      TrainState state,
      Configuration hadoop,
      Collective collective,
      CheckpointFolder folder,
      StepClock clock) {
    this.plan = plan;
    this.state = state;
    this.hadoop = hadoop;
    this.collective = collective;
    this.folder = folder;
    this.clock = clock;
    this.arithmetic = Backends.arithmetic(plan.model().network());
  }

  @Override
  public Optional<Outcome> after(Step step) throws IOException, InterruptedException {
    long done = step.done();
    boolean due = done == plan.steps() || done % plan.upkeep().checkpoint().every() == 0;
    return due || state.isBest(done) ? write(done) : Optional.empty();
  }

  /** Whether the checkpoint of a step is the last that was written. */
  boolean isWritten(long step) {
    return written == step;
  }

  /** Writes a checkpoint together with the other replicas; an outcome means that it failed. */
  Optional<Outcome> write(long step) throws IOException, InterruptedException {
    state.server().overlap().settle();
    long checksum = state.checksum();
    List<Part> parts = exchange(writeOwnPart(step, checksum));
    Optional<String> disagreement = disagreement(checksum, parts);
    if (disagreement.isPresent()) {
      return Optional.of(failed(step, disagreement.get()));
    }
    if (collective.rank() == 0) {
      try {
        commit(step, checksum, parts);
      } catch (IOException e) {
        Outcome failure = failed(step, cannotWrite(step, e));
        collective.abort(new RunStopped(failure.message()));
        return Optional.of(failure);
      }
    } else {
      state.lastCheckpoint(
          new Path(new Path(plan.upkeep().output(), Checkpoint.FOLDER), Checkpoint.name(step)));
    }
    clock.lap(Phase.CHECKPOINT);
    written = step;
    return Optional.empty();
  }

  /**
   * What a replica says of its part of a checkpoint.
   *
   * @param checksum of its parameters
   * @param files what it wrote
   * @param problem why it could not; empty where it could
   * @param arithmetic what its bits depend on
   */
  private record Part(
      long checksum, List<StoredFile> files, String problem, Arithmetic arithmetic) {}

  private Part writeOwnPart(long step, long checksum) {
    List<StoredFile> files = new ArrayList<>();
    String problem = "";
    try {
      files.add(folder.write(step, state.slice(), collective.rank(), collective.size()));
      if (collective.rank() == 0) {
        files.add(folder.write(step, state.network()));
      }
    } catch (IOException e) {
      problem = cannotWrite(step, e);
    }
    return new Part(checksum, files, problem, arithmetic);
  }

  /** Gathers the parts of all replicas, by rank. */
  private List<Part> exchange(Part own) throws IOException, InterruptedException {
    List<Part> parts = new ArrayList<>();
    ByteBuffer json = ByteBuffer.wrap(Json.MAPPER.writeValueAsBytes(own));
    for (ByteBuffer other : collective.allGather(json)) {
      byte[] bytes = new byte[other.remaining()];
      other.get(bytes);
      parts.add(Json.MAPPER.readValue(bytes, Part.class));
    }
    return parts;
  }

  /** What all replicas together find wrong. */
  private Optional<String> disagreement(long checksum, List<Part> parts) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).checksum() != checksum) {
        return Optional.of(
            "Replicas %d and %d have different parameters".formatted(collective.rank(), i));
      }
      if (!parts.get(i).problem().isEmpty()) {
        return Optional.of(parts.get(i).problem());
      }
    }
    return Optional.empty();
  }

  private void commit(long step, long checksum, List<Part> parts) throws IOException {
    plan.upkeep().lease().check(hadoop);
    List<StoredFile> files = new ArrayList<>();
    parts.forEach(part -> files.addAll(part.files()));
    state.lastCheckpoint(folder.commit(checkpointState(step, checksum, parts), files));
    if (state.isBest(step)) {
      folder.best(step);
    }
    deleteOld();
  }

  /** The new one is good whatever becomes of old ones, which the next time are deleted too. */
  private void deleteOld() {
    try {
      folder.retain(plan.upkeep().checkpoint(), state.best());
    } catch (IOException | RuntimeException e) {
      TaskLog.say("cannot delete an old checkpoint, which is tried again: " + e.getMessage());
    }
  }

  private Checkpoint.State checkpointState(long step, long checksum, List<Part> parts)
      throws IOException {
    return new Checkpoint.State(
        step,
        state.position().epoch(step),
        state.position().examples(step),
        plan.replicas(),
        plan.optimisation().elastic() ? plan.optimisation().most() : null,
        plan.optimisation().batchSize(),
        plan.model().seed(),
        state.parameters(),
        checksum,
        plan.model().network(),
        plan.data().classMap(),
        Json.MAPPER.readTree(plan.upkeep().configuration()),
        state.best().orElse(null),
        state.balance().map(BalancedTasks::state).orElse(null),
        parts.stream().map(Part::arithmetic).toList(),
        plan.data().learned());
  }

  private Outcome failed(long step, String message) {
    return Outcome.of(
        End.FAILED,
        collective.rank(),
        step,
        "%s; last good checkpoint: %s".formatted(message, state.lastCheckpoint()));
  }

  private static String cannotWrite(long step, IOException e) {
    return "Cannot write the checkpoint of step %d: %s"
        .formatted(step, String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
  }
}
