package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.OptimizerFile;
import org.networkfission.model.graph.FissionNetwork;

/**
 * What two replicas began, other numbers of replicas take up. All frames show the same, so that the
 * order of the data and the size of the joined batch change nothing: the run must end as if two
 * replicas had gone on.
 */
class ResumeTest {
  @TempDir Path folder;

  private final StringWriter told = new StringWriter();

  private Checkpoint run(String output, int replicas, int steps) throws Exception {
    List<String> assignments =
        List.of(
            "train.dataset=" + folder.resolve("alike"),
            "train.output=" + folder.resolve(output),
            "train.batch-size=2",
            "train.steps=" + steps,
            "train.average-decay=0.9",
            "train.log-every=100",
            "train.learning-rate.schedule=polynomial",
            "train.learning-rate.decay-steps=5",
            "train.adam.epsilon=1e-4",
            "network.width=32",
            "network.height=32",
            "network.width-multiplier=0.05",
            "network.dropout=0",
            "cluster.executors=" + replicas,
            "cluster.master=local[%d]".formatted(replicas));
    ResolvedConfig configuration = ResolvedConfig.load(List.of(), new ArrayList<>(assignments));
    return new TrainJob(
            configuration.settings().train(),
            configuration.settings().network(),
            configuration.settings().losses(),
            configuration.settings().cluster(),
            configuration.json(),
            new PrintWriter(told, true))
        .execute()
        .checkpoint();
  }

  private static float[] parameters(FissionNetwork network) {
    try (network) {
      return network.parameters().dup().data().asFloat();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8})
  void otherNumbersOfReplicasTakeUpWhatTwoBegan(int replicas) throws Exception {
    var hadoop = new org.apache.hadoop.conf.Configuration();
    TinyDataset.write(folder.resolve("alike"), 11, List.of("train"), number -> 3);
    Checkpoint two = run("two", 2, 4);
    run("other", 2, 3);
    Checkpoint other = run("other", replicas, 4);

    assertThat(told.toString())
        .contains(
            "going on from step 3 (",
            "; it was written by 2 replicas of batch size 2, so the order of the data differs");
    assertThat(other.state().replicas()).isEqualTo(replicas);
    assertThat(other.state().examples()).isEqualTo(3 * 2 * 2 + 2 * replicas);
    close(parameters(other.network(hadoop)), parameters(two.network(hadoop)));
    close(parameters(other.averagedNetwork(hadoop)), parameters(two.averagedNetwork(hadoop)));
    int n = other.state().parameters();
    OptimizerFile.Contents expected = two.slice(0, n, hadoop);
    OptimizerFile.Contents found = other.slice(0, n, hadoop);
    close(found.moments().first(), expected.moments().first());
    close(found.moments().second(), expected.moments().second());
  }

  private static void close(float[] found, float[] expected) {
    double largest = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - expected[i]));
      size = Math.max(size, Math.abs(expected[i]));
    }
    assertThat(found).hasSameSizeAs(expected);
    assertThat(largest).isCloseTo(0, within(1e-5 * Math.max(1, size)));
  }
}
