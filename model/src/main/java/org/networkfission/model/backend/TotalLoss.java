package org.networkfission.model.backend;

import java.util.Map;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/** What a network is trained on: the losses of its heads, and what each counts in the total. */
public final class TotalLoss {
  private final NetworkProgram program;

  public TotalLoss(NetworkProgram program) {
    this.program = program;
  }

  /** The loss of a head against the truth of a minibatch. */
  public TaskLoss of(NetworkProgram.Head head, Batch batch) {
    return head.task()
        .definition()
        .loss(
            batch.truths(),
            program.losses().options(program.classes()),
            program.losses().normalisation(),
            batch.share(head.task()));
  }

  /**
   * What a task's losses count in the total: main, then auxiliary.
   *
   * @param factors what each task's losses are multiplied with besides; 1 where it is not named
   */
  public double[] weights(Task task, Map<Task, Double> factors) {
    TaskWeights weights = program.losses().weights(task);
    double weight = weights.weight() * factors.getOrDefault(task, 1.0);
    return new double[] {weight, weight * weights.aux1(), weight * weights.aux2()};
  }

  /** The losses of a step with their weighted sum. */
  public StepLosses sum(Map<Task, StepLosses.TaskLosses> losses, Map<Task, Double> factors) {
    double total = 0;
    for (NetworkProgram.Head head : program.heads()) {
      double[] weights = weights(head.task(), factors);
      StepLosses.TaskLosses of = losses.get(head.task());
      double[] values = {of.main(), of.aux1(), of.aux2()};
      for (int i = 0; i <= head.auxiliary().size(); i++) {
        total += weights[i] * values[i];
      }
    }
    return new StepLosses(total, losses);
  }
}
