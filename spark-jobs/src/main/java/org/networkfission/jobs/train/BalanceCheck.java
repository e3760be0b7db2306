package org.networkfission.jobs.train;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.jobs.train.plan.TrainMode;
import org.networkfission.model.balance.GradientScope;
import org.networkfission.model.balance.TaskBalance;
import org.networkfission.model.graph.SharedTensors;
import org.networkfission.model.network.Balance;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.settings.ConfigException;

/** Whether the weights of a network's tasks can change while it trains. */
final class BalanceCheck {
  private BalanceCheck() {}

  /**
   * Refuses a balance that cannot work.
   *
   * @param freeze beginnings of the names of tensors that do not learn
   * @throws ConfigException naming what it does not go with
   */
  static void require(LossSpec losses, NetworkSpec network, TrainMode mode, List<String> freeze) {
    if (losses.balance() != Balance.FIXED) {
      Optional<String> reason = reason(losses, network, mode, freeze);
      if (reason.isPresent()) {
        throw new ConfigException(
            List.of(
                "losses.balance = %s: must be fixed %s"
                    .formatted(losses.balance().id(), reason.get())));
      }
    }
  }

  private static Optional<String> reason(
      LossSpec losses, NetworkSpec network, TrainMode mode, List<String> freeze) {
    List<String> tasks = network.tasks().stream().map(Task::id).toList();
    if (tasks.size() < 2) {
      return Optional.of(
          "for a network of one task, which has nothing to balance (network.tasks = %s)"
              .formatted(tasks));
    }
    if (mode == TrainMode.GRADIENT_SHARING) {
      return Optional.of(
          "where train.mode is gradient-sharing, whose replicas step each by itself");
    }
    String weightless =
        network.tasks().stream()
            .filter(task -> losses.weights(task).weight() == 0)
            .map(task -> "losses.%s.weight".formatted(task.id()))
            .collect(Collectors.joining(", "));
    if (!weightless.isEmpty()) {
      return Optional.of("where a task counts nothing (%s = 0)".formatted(weightless));
    }
    GradientScope scope = TaskBalance.scope(losses.balance());
    boolean learns =
        SharedTensors.of(network, losses, scope).stream()
            .anyMatch(tensor -> freeze.stream().noneMatch(name -> within(tensor, name)));
    return scope == GradientScope.NONE || learns
        ? Optional.empty()
        : Optional.of(
            "where what the tasks share does not learn (train.initialise.freeze = %s)"
                .formatted(freeze));
  }

  private static boolean within(String tensor, String name) {
    return tensor.equals(name) || tensor.startsWith(name + ".");
  }
}
