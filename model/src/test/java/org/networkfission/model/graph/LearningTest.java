package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.AdamSettings;

/** A tiny network of all three tasks learns rooms. */
class LearningTest {
  private static final NetworkSpec SPEC =
      Specs.tiny(FissionScheme.MID, BatchStatistics.REPLICA, Compute.AUTO);
  private static final int STEPS = 90;

  @Test
  void allLossesFallAndTheSameSeedGivesTheSameNumbers() {
    List<StepLosses> first = train(STEPS);
    for (Task task : SPEC.tasks()) {
      double start = mean(first.subList(0, 4), task);
      double end = mean(first.subList(STEPS - 4, STEPS), task);
      assertThat(end).as("loss of %s, at first %s", task, start).isLessThan(start / 2);
    }
    assertThat(train(10)).isEqualTo(first.subList(0, 10));
  }

  private static double mean(List<StepLosses> steps, Task task) {
    return steps.stream().mapToDouble(s -> s.tasks().get(task).main()).average().orElseThrow();
  }

  private static List<StepLosses> train(int steps) {
    List<StepLosses> losses = new ArrayList<>();
    BatchAssembler assembler = new BatchAssembler(SPEC, Augmentation.NONE, 1);
    try (FissionNetwork network = FissionNetwork.create(SPEC, Specs.LOSSES, 1)) {
      int n = (int) network.parameters().length();
      Adam adam =
          new Adam(
              new AdamSettings(0.9, 0.999, 1e-8, 0, 0), network.ranges(), Adam.Moments.zeros(0, n));
      for (int step = 0; step < steps; step++) {
        Batch batch = assembler.assemble(RoomImages.of(4, 32, step), 0);
        losses.add(network.computeGradient(batch, step));
        FloatBuffer parameters = network.parameters().data().asNioFloat();
        adam.update(parameters, network.gradient().data().asNioFloat(), 1, 0.02, step);
      }
    }
    return losses;
  }
}
