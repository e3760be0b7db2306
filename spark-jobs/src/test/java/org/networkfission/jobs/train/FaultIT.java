package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.train.checkpoint.Checkpoint;

/**
 * Whoever is killed, and whenever: the run ends with the bits of one that was left alone. The
 * undisturbed runs have their replicas in threads of this process.
 */
@Tag("slow")
class FaultIT {
  private static final int STEPS = 24;

  @TempDir static Path datasets;
  @TempDir Path folder;

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private List<String> assignments(String output, int seed) {
    return new ArrayList<>(
        List.of(
            "train.dataset=" + datasets.resolve("tiny").toUri(),
            "train.output=" + folder.resolve(output).toUri(),
            "train.seed=" + seed,
            "train.batch-size=2",
            "train.steps=" + STEPS,
            "train.log-every=1",
            "train.checkpoint.every=4",
            "train.exchange.step-timeout=2m",
            "train.start-timeout=5m",
            "network.width=32",
            "network.height=32",
            // The decoder has 64 channels: enough for Winograd's filtering.
            "network.decoder-width=1024",
            "network.width-multiplier=0.0625"));
  }

  private Checkpoint run(List<String> assignments, ClusterSettings cluster, PrintWriter out)
      throws IOException, InterruptedException {
    ResolvedConfig configuration = ResolvedConfig.load(List.of(), assignments);
    return new TrainJob(
            configuration.settings().train(),
            configuration.settings().network(),
            configuration.settings().losses(),
            cluster == null ? configuration.settings().cluster() : cluster,
            configuration.json(),
            out)
        .execute()
        .checkpoint();
  }

  private Checkpoint undisturbed(int seed) throws IOException, InterruptedException {
    List<String> assignments = assignments("whole", seed);
    assignments.add("cluster.master=local[2]");
    return run(assignments, null, new PrintWriter(new StringWriter(), true));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anExecutorIsKilledAtARandomStep(int seed) throws Exception {
    Random random = new Random(seed);
    String at = "step %d/".formatted(1 + random.nextInt(STEPS - 2));
    int which = random.nextInt(2);
    int delay = random.nextInt(200);
    AtomicReference<ProcessHandle> killed = new AtomicReference<>();
    StringWriter told = new StringWriter();
    PrintWriter out =
        new PrintWriter(told, true) {
          @Override
          public void println(String line) {
            super.println(line);
            if (line.startsWith(at) && killed.get() == null) {
              sleep(delay);
              killed.set(ExecutorProcesses.all().get(which));
              killed.get().destroyForcibly();
            }
          }
        };
    Checkpoint disturbed = run(assignments("disturbed", seed), TestCluster.of(2), out);

    assertThat(killed.get()).isNotNull();
    assertThat(killed.get().isAlive()).isFalse();
    assertThat(disturbed.state().step()).isEqualTo(STEPS);
    assertThat(disturbed.state().checksum())
        .as("after the kill of executor %d at %s", which, at)
        .isEqualTo(undisturbed(seed).state().checksum());
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theDriverIsKilledAndTheCommandGivenAgain(int seed) throws Exception {
    List<String> command = new ArrayList<>();
    Path runtime = Path.of(System.getProperty("fission.runtime"));
    command.add(runtime.resolve("../../../submit/fission").normalize().toString());
    command.add("train");
    command.addAll(assignments("disturbed", seed));
    command.addAll(
        List.of(
            "cluster.executors=2", "cluster.executor-memory=512MiB", "cluster.native-memory=1GiB"));
    String at = "step %d/".formatted(1 + new Random(seed).nextInt(STEPS - 2));

    Process driver = start(command);
    List<ProcessHandle> executors = new ArrayList<>();
    try (BufferedReader out = driver.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(at)) {
          executors.addAll(driver.descendants().toList());
          driver.destroyForcibly(); // Which closes the stream, too.
          break;
        }
      }
    }
    assertThat(driver.waitFor()).isEqualTo(137);
    assertThat(executors).hasSizeGreaterThanOrEqualTo(2);

    Process again = start(command);
    String told = new String(again.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(again.waitFor()).as(told).isZero();
    assertThat(told).contains("trained %d steps".formatted(STEPS));
    Checkpoint disturbed =
        Checkpoint.latest(
                new org.apache.hadoop.fs.Path(folder.resolve("disturbed").toUri()),
                new org.apache.hadoop.conf.Configuration())
            .orElseThrow();
    assertThat(disturbed.state().step()).isEqualTo(STEPS);
    assertThat(disturbed.state().checksum()).isEqualTo(undisturbed(seed).state().checksum());
    for (ProcessHandle executor : executors) {
      executor.onExit().get(1, TimeUnit.MINUTES); // By itself: nobody tells it.
    }
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    return builder.start();
  }
}
