package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/**
 * What is done after a step, by all replicas together and in the order of the list: each hook may
 * exchange messages with its like.
 */
interface StepHook {
  /**
   * A step that is taken.
   *
   * @param done steps so far, this one too
   * @param losses of this replica's minibatch
   * @param sources which data set each of its images comes from
   * @param known the tasks that any replica's minibatch has truth of
   * @param weights what each task's losses weighed, by name; empty where that never changes
   * @param rate the learning rate
   * @param gradientNorm global norm of the mean gradient, before clipping
   */
  record Step(
      long done,
      StepLosses losses,
      List<Integer> sources,
      Set<Task> known,
      Map<String, Double> weights,
      double rate,
      double gradientNorm) {}

  /**
   * Does it.
   *
   * @return how the run ends, if it ends by it: on all replicas
   */
  Optional<Outcome> after(Step step) throws IOException, InterruptedException;
}
