package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.Task;

/**
 * What a replica's loss of a task counts for, where frames may lack its truth: by how much of the
 * joined minibatch's truth is this replica's. Without it, a replica of a single labelled image
 * would pull as hard as one of eight; with it, the mean of the replicas' gradients is the gradient
 * of one process on the joined minibatch, whatever a loss is the mean over.
 */
final class TaskShares {
  private final Collective collective;
  private final List<Task> tasks;
  private final Normalisation normalisation;
  private final boolean partial;
  private long nanos;

  TaskShares(Collective collective, RunPlan plan) {
    this(
        collective,
        plan.model().network().tasks(),
        plan.model().losses().normalisation(),
        plan.data().partial());
  }

  /**
   * @param partial whether a frame may lack the truth of a task; if none may, all replicas count
   *     alike, and nothing is exchanged
   */
  TaskShares(
      Collective collective, List<Task> tasks, Normalisation normalisation, boolean partial) {
    this.collective = collective;
    this.tasks = tasks;
    this.normalisation = normalisation;
    this.partial = partial;
  }

  /**
   * The minibatch with its shares, found together with the other replicas; there is none of a task
   * that no replica's minibatch has truth of.
   */
  Batch share(Batch batch) throws IOException, InterruptedException {
    if (!partial) {
      return batch;
    }
    ByteBuffer own = ByteBuffer.allocate(tasks.size() * Long.BYTES);
    for (Task task : tasks) {
      own.putLong(task.definition().counted(batch.truths(), normalisation));
    }
    long start = System.nanoTime();
    List<ByteBuffer> all = collective.allGather(own.flip());
    nanos += System.nanoTime() - start;
    Map<Task, Double> shares = new EnumMap<>(Task.class);
    for (int i = 0; i < tasks.size(); i++) {
      long total = 0;
      for (ByteBuffer one : all) {
        total += one.getLong(one.position() + i * Long.BYTES);
      }
      if (total > 0) {
        double counted = own.getLong(i * Long.BYTES);
        shares.put(tasks.get(i), counted * collective.size() / total);
      }
    }
    return batch.sharing(shares);
  }

  /** The tasks that any replica's minibatch has truth of. */
  Set<Task> known(Batch batch) {
    return partial ? batch.shares().keySet() : Set.copyOf(tasks);
  }

  /** Time spent waiting for other replicas since the last call. */
  long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }
}
