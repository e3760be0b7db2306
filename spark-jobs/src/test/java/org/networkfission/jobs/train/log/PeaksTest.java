package org.networkfission.jobs.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.StepLosses.TaskLosses;
import org.networkfission.model.network.Task;

/** The training log warns before an output leaves float16's range. */
class PeaksTest {
  private static final List<Task> TASKS = List.of(Task.LABELS, Task.DISPARITY);

  @Test
  void thePeakIsTheLargestOfAllStepsAndReplicas() {
    LossMeans one = new LossMeans(TASKS, List.of("rooms"));
    LossMeans other = new LossMeans(TASKS, List.of("rooms"));
    one.add(step(2, 7, 20_000), Set.copyOf(TASKS), List.of());
    one.add(step(4, 5, 3), Set.copyOf(TASKS), List.of());
    other.add(step(6, 9, 4), Set.copyOf(TASKS), List.of());
    other.add(step(8, 1, 5), Set.copyOf(TASKS), List.of());
    List<ByteBuffer> all = List.of(one.take(), other.take());

    assertThat(one.mean(all)).containsEntry("total", 5.0);
    assertThat(one.peaks(all))
        .containsExactly(Map.entry("labels", 9.0), Map.entry("disparity", 20_000.0));
    one.add(step(1, 1, 1), Set.copyOf(TASKS), List.of());
    assertThat(one.peaks(List.of(one.take()))).containsEntry("disparity", 1.0);
  }

  private static StepLosses step(double total, double labels, double disparity) {
    return new StepLosses(
        total,
        Map.of(
            Task.LABELS, new TaskLosses(1, 0, 0, labels, new double[0]),
            Task.DISPARITY, new TaskLosses(1, 0, 0, disparity, new double[0])));
  }

  @Test
  void warnsOfWhatFloat16WouldLose() {
    assertThat(warnings(16_000)).isEmpty();
    assertThat(warnings(20_000))
        .containsExactly(
            "warning: disparity reaches 2.00e+04 at step 30; float16, for a mobile export, ends at"
                + " 65,504");
    assertThat(warnings(1e-5)).singleElement().asString().contains("disparity is at most 1.00e-05");
  }

  private static List<String> warnings(double peak) {
    return new ProgressLine(
            30,
            100,
            0,
            1,
            Map.of(),
            Map.of(),
            Map.of("disparity", peak),
            Map.of(),
            1,
            1,
            1,
            1,
            Map.of(),
            1,
            1)
        .warnings();
  }
}
