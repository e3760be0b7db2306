package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.networkfission.model.network.Task.DEPTH;
import static org.networkfission.model.network.Task.LABELS;
import static org.networkfission.model.network.Task.NORMALS;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.StageProgram;

/** Parameters and multiply-adds of every scheme, to the last digit of the published table. */
class CostTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "single | labels | 30156438 | 19.059 / 19.081 | 73.186 / 73.268",
        "single | normals | 30135934 | 18.988 / 18.993 | 72.913 / 72.931",
        "single | depth | 30133870 | 18.983 / 18.985 | 72.895 / 72.900",
        "early | labels depth | 34727390 | 28.043 / 28.066 | 107.685 / 107.773",
        "early-mid | labels depth | 32442334 | 26.247 / 26.270 | 100.786 / 100.875",
        "mid | labels depth | 30157278 | 19.061 / 19.084 | 73.192 / 73.280",
        "late | labels depth | 30159070 | 19.069 / 19.092 | 73.225 / 73.313",
        "early | labels normals depth | 39300406 | 37.032 / 37.060 | 142.202 / 142.309",
        "early-mid | labels normals depth | 34730294 | 33.439 / 33.467 | 128.405 / 128.511",
        "mid | labels normals depth | 30160182 | 19.067 / 19.095 | 73.217 / 73.323",
        "late | labels normals depth | 30167734 | 19.103 / 19.131 | 73.356 / 73.462"
      })
  void equalsTheTable(String scheme, String tasks, long parameters, String small, String large) {
    assertThat(
            stages(320, 240, scheme, tasks).stream()
                .mapToLong(StageProgram::learnedParameters)
                .sum())
        .isEqualTo(parameters);
    assertThat(cost(stages(320, 240, scheme, tasks))).isEqualTo(small);
    assertThat(cost(stages(768, 384, scheme, tasks))).isEqualTo(large);
  }

  @Test
  void chainedHeadsAddTheHeadlineShare() {
    NetworkSpec single = Specs.of(768, 384, FissionScheme.SINGLE, Heads.PARALLEL, 21, LABELS);
    NetworkSpec mid = Specs.of(768, 384, FissionScheme.MID, Heads.CHAINED, 21, LABELS, NORMALS);
    // The paper's 0.017 % counts batch norms too.
    long one = all(single);
    double percent = 100.0 * (all(mid) - one) / one;
    assertThat(percent).isCloseTo(0.0173, within(0.00005));
  }

  private static long all(NetworkSpec spec) {
    return FissionNetwork.stages(spec).stream()
        .filter(stage -> !stage.trainingOnly())
        .mapToLong(stage -> stage.multiplyAdds() + stage.batchNormMultiplyAdds())
        .sum();
  }

  @Test
  void tasksKeepTheirOrder() {
    NetworkSpec spec = Specs.of(320, 240, FissionScheme.MID, Heads.CHAINED, DEPTH, LABELS);
    StageProgram labels =
        FissionNetwork.stages(spec).stream()
            .filter(stage -> stage.name().equals("heads.labels.c78"))
            .findFirst()
            .orElseThrow();
    assertThat(labels.inputs().get(0).channels()).isEqualTo(1);
  }

  private static List<StageProgram> stages(int width, int height, String scheme, String tasks) {
    Task[] list =
        List.of(tasks.split(" ")).stream()
            .map(task -> Task.valueOf(task.toUpperCase(Locale.ROOT)))
            .toArray(Task[]::new);
    FissionScheme value = FissionScheme.valueOf(scheme.toUpperCase(Locale.ROOT).replace('-', '_'));
    return FissionNetwork.stages(Specs.of(width, height, value, Heads.PARALLEL, list));
  }

  /** Billions of multiply-adds without and with auxiliary heads, as the table prints them. */
  private static String cost(List<StageProgram> stages) {
    long all = stages.stream().mapToLong(StageProgram::multiplyAdds).sum();
    return String.format(Locale.ROOT, "%.3f / %.3f", multiplyAdds(stages) / 1e9, all / 1e9);
  }

  private static long multiplyAdds(List<StageProgram> stages) {
    return stages.stream()
        .filter(stage -> !stage.trainingOnly())
        .mapToLong(StageProgram::multiplyAdds)
        .sum();
  }
}
