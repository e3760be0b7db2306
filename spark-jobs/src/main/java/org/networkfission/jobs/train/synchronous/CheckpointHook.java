package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.RunStopped;
import org.networkfission.jobs.train.log.StepClock;
import org.networkfission.jobs.train.log.StepClock.Phase;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.prep.settings.Json;

/**
 * Writes checkpoints, each replica its part. Whether one is good is a decision of all replicas: if
 * any could not write, or has other parameters, all end the run.
 */
final class CheckpointHook implements StepHook {
  private final RunPlan plan;
  private final TrainState state;
  private final Collective collective;
  private final CheckpointFolder folder;
  private final StepClock clock;

  /**
   * Takes up what an attempt before left behind, on rank 0; no replica writes before all have
   * joined.
   *
   * @param attempt names this attempt in temporary folders
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
      Collective collective,
      CheckpointFolder folder,
      StepClock clock) {
    this.plan = plan;
    this.state = state;
    this.collective = collective;
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public Optional<Outcome> after(Step step) throws IOException, InterruptedException {
    long done = step.done();
    boolean due = done == plan.steps() || done % plan.upkeep().checkpoint().every() == 0;
    return due || state.isBest(done) ? write(done) : Optional.empty();
  }

  /** Writes a checkpoint together with the other replicas; an outcome means that it failed. */
  Optional<Outcome> write(long step) throws IOException, InterruptedException {
    long checksum = state.checksum();
    String problem = writeOwnPart(step, checksum);
    Optional<String> disagreement = decide(checksum, problem);
    if (disagreement.isPresent()) {
      return Optional.of(failed(step, disagreement.get()));
    }
    if (collective.rank() == 0) {
      try {
        commit(step);
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
    return Optional.empty();
  }

  private String writeOwnPart(long step, long checksum) {
    try {
      folder.write(step, state.slice(), collective.rank(), collective.size());
      if (collective.rank() == 0) {
        folder.write(checkpointState(step, checksum), state.network());
      }
      return "";
    } catch (IOException e) {
      return cannotWrite(step, e);
    } catch (IllegalArgumentException e) {
      // HDFS throws the same exception when a stream is written to and when it is closed, which
      // try-with-resources cannot add to itself.
      if (e.getCause() instanceof IOException cause) {
        return cannotWrite(step, cause);
      }
      throw e;
    }
  }

  /** What all replicas together find wrong. */
  private Optional<String> decide(long checksum, String problem)
      throws IOException, InterruptedException {
    byte[] text = problem.getBytes(StandardCharsets.UTF_8);
    ByteBuffer mine = ByteBuffer.allocate(Long.BYTES + text.length);
    List<ByteBuffer> all = collective.allGather(mine.putLong(checksum).put(text).flip());
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).getLong() != checksum) {
        return Optional.of(
            "Replicas %d and %d have different parameters".formatted(collective.rank(), i));
      }
      if (all.get(i).hasRemaining()) {
        return Optional.of(StandardCharsets.UTF_8.decode(all.get(i)).toString());
      }
    }
    return Optional.empty();
  }

  private void commit(long step) throws IOException {
    state.lastCheckpoint(folder.commit(step));
    if (state.isBest(step)) {
      folder.best(step);
    }
    folder.retain(plan.upkeep().checkpoint(), state.best());
  }

  private Checkpoint.State checkpointState(long step, long checksum) throws IOException {
    return new Checkpoint.State(
        step,
        state.position().epoch(step),
        state.position().examples(step),
        plan.replicas(),
        plan.optimisation().batchSize(),
        plan.model().seed(),
        state.parameters(),
        checksum,
        plan.model().network(),
        plan.data().classMap(),
        Json.MAPPER.readTree(plan.upkeep().configuration()),
        state.best().orElse(null));
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
