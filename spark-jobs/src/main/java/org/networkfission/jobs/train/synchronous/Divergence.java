package org.networkfission.jobs.train.synchronous;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.StepLosses.TaskLosses;
import org.networkfission.model.network.Task;

/** Says in words where a replica's step first was not finite. */
final class Divergence {
  private Divergence() {}

  /**
   * What is not finite, and of which task.
   *
   * @param tensors whose gradients are not finite, in the order of the network
   */
  static String describe(int rank, StepLosses losses, List<String> tensors) {
    if (!Double.isFinite(losses.total())) {
      return "the loss of replica %d is %s%s".formatted(rank, losses.total(), tasks(tasks(losses)));
    }
    List<Task> tasks =
        losses.tasks().keySet().stream()
            .filter(task -> tensors.stream().anyMatch(tensor -> isOf(tensor, task)))
            .toList();
    // What is not finite flows from the last tensors to the first.
    String where = tensors.isEmpty() ? "" : ", first in tensor " + tensors.get(tensors.size() - 1);
    return "the gradient of replica %d is not finite%s%s".formatted(rank, tasks(tasks), where);
  }

  private static List<Task> tasks(StepLosses losses) {
    return losses.tasks().entrySet().stream()
        .filter(task -> !isFinite(task.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isFinite(TaskLosses losses) {
    return Double.isFinite(losses.main())
        && Double.isFinite(losses.aux1())
        && Double.isFinite(losses.aux2());
  }

  private static boolean isOf(String tensor, Task task) {
    return Arrays.asList(tensor.split("\\.")).contains(task.id());
  }

  private static String tasks(List<Task> tasks) {
    if (tasks.isEmpty()) {
      return "";
    }
    return " in %s %s"
        .formatted(
            tasks.size() == 1 ? "task" : "tasks",
            tasks.stream().map(Task::id).collect(Collectors.joining(", ")));
  }
}
