package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ExecutorCount;
import org.networkfission.jobs.cluster.StandaloneCluster;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.Generation;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.model.graph.FissionNetwork;

/** A cluster that loses a host while a network trains on it, and gets another one. */
@Tag("slow")
class ElasticIT {
  private static final int STEPS = 60;

  @TempDir Path folder;

  private TinyRun tiny() {
    return new TinyRun(
        "train.dataset=" + folder.resolve("tiny"),
        "train.steps=" + STEPS,
        "train.batch-size=1",
        "train.log-every=1",
        "train.checkpoint.every=4",
        "train.adam.epsilon=1e-2",
        "network.batch-norm=none", // With which rounding would grow.
        // As it does where some pixel's difference changes its sign by it: to 1e-3 of four seeds in
        // five.
        "train.seed=7",
        "train.start-timeout=5m",
        "train.exchange.step-timeout=2m",
        "cluster.executors={ min = 2, max = 3 }",
        "cluster.master=local[3]");
  }

  private static PrintWriter listening(StringWriter told, Consumer<String> listener) {
    return new PrintWriter(told, true) {
      @Override
      public void println(String line) {
        super.println(line);
        listener.accept(line);
      }
    };
  }

  private static float[] parameters(Checkpoint checkpoint) throws Exception {
    try (FissionNetwork network = checkpoint.network(new Configuration())) {
      return network.engine().parameters().read();
    }
  }

  /** Lets the executors stand still until Spark knows as many as there may be. */
  private static void holdUntilThree(List<Process> workers) {
    List<ProcessHandle> executors = workers.stream().flatMap(Process::descendants).toList();
    executors.forEach(process -> signal("STOP", process));
    new Thread(
            () -> {
              SparkContext spark = SparkSession.getDefaultSession().get().sparkContext();
              for (int i = 0; i < 1000 && ExecutorCount.usable(spark) < 3; i++) {
                sleep();
              }
              executors.forEach(process -> signal("CONT", process));
            })
        .start();
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRunGoesOnWithWhatIsLeftAndTakesANewcomerIn() throws Exception {
    TinyDataset.write(folder.resolve("tiny"), 11);
    StringWriter told = new StringWriter();
    List<Process> left = new ArrayList<>();
    CompletableFuture<Void> killed = new CompletableFuture<>();
    CompletableFuture<Void> grown = new CompletableFuture<>();
    Checkpoint last;
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      Process lost = cluster.worker("worker-0", "600m");
      left.add(cluster.worker("worker-1", "600m"));
      left.add(cluster.worker("worker-2", "600m"));
      PrintWriter out =
          listening(
              told,
              line -> {
                if (line.startsWith("step 10/") && killed.complete(null)) {
                  List<ProcessHandle> executors = lost.descendants().toList();
                  lost.destroyForcibly(); // First: it would start another one.
                  executors.forEach(ProcessHandle::destroyForcibly);
                } else if (line.contains("on 2 replicas train in place of 3")
                    && grown.complete(null)) {
                  new Thread(() -> start(cluster)).start();
                } else if (line.startsWith("step ") && grown.isDone() && !left.isEmpty()) {
                  holdUntilThree(left);
                  left.clear();
                }
              });
      last =
          tiny()
              .job(
                  folder.resolve("changing"),
                  TestCluster.of(cluster.master(), 2, 3),
                  out,
                  "cluster.master=" + cluster.master())
              .execute()
              .checkpoint();
    }
    requireTheRunThatNothingDisturbed(last, told);
    assertThat(last.state().replicas()).as(told.toString()).isEqualTo(3);
    List<Generation> generations =
        RunLog.generations(
            new org.apache.hadoop.fs.Path(folder.resolve("changing").toUri()), new Configuration());
    assertThat(generations).extracting(Generation::replicas).containsExactly(3, 2, 3);
    Matcher joined =
        Pattern.compile("executors have come that take part from step (\\d+) on")
            .matcher(told.toString());
    assertThat(joined.find()).as(told.toString()).isTrue();
    assertThat(generations.get(2).step()).isEqualTo(Long.parseLong(joined.group(1)));
    // Nothing is done twice for a newcomer.
    assertThat(told.toString())
        .containsOnlyOnce("step %d/".formatted(generations.get(2).step() + 1));
  }

  private void requireTheRunThatNothingDisturbed(Checkpoint last, StringWriter told)
      throws Exception {
    Checkpoint whole =
        tiny()
            .job(folder.resolve("whole"), new PrintWriter(new StringWriter(), true))
            .execute()
            .checkpoint();

    assertThat(last.state().step()).as(told.toString()).isEqualTo(STEPS);
    assertThat(last.state().examples()).isEqualTo(whole.state().examples()).isEqualTo(3L * STEPS);
    // Had they not seen the same rows in the same steps, they would be far apart.
    float[] expected = parameters(whole);
    float[] found = parameters(last);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - found[i]));
    }
    assertThat(largest).isCloseTo(0, within(1e-4));
  }

  /** As a host that is taken away with notice: no step is done twice, and nobody is waited for. */
  @Test
  void aReplicaThatIsAskedToEndLeavesACheckpointAndTheOthersGoOn() throws Exception {
    TinyDataset.write(folder.resolve("tiny"), 11);
    StringWriter told = new StringWriter();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    Checkpoint last;
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      Process leaves = cluster.worker("worker-0", "600m");
      cluster.worker("worker-1", "600m");
      cluster.worker("worker-2", "600m");
      PrintWriter out =
          listening(
              told,
              line -> {
                if (line.startsWith("step 10/") && asked.complete(null)) {
                  signal("STOP", leaves.toHandle()); // It would start another one.
                  leaves.descendants().toList().forEach(process -> signal("TERM", process));
                }
              });
      last =
          tiny()
              .job(
                  folder.resolve("asked"),
                  TestCluster.of(cluster.master(), 2, 3),
                  out,
                  "train.checkpoint.every=1000",
                  "cluster.master=" + cluster.master())
              .execute()
              .checkpoint();
      leaves.destroyForcibly();
    }

    requireTheRunThatNothingDisturbed(last, told);
    assertThat(last.state().replicas()).as(told.toString()).isEqualTo(2);
    Matcher left =
        Pattern.compile("the process of replica [012] was asked to end, at step (\\d+);")
            .matcher(told.toString());
    assertThat(left.find()).as(told.toString()).isTrue();
    assertThat(
            RunLog.generations(
                new org.apache.hadoop.fs.Path(folder.resolve("asked").toUri()),
                new Configuration()))
        .extracting(Generation::replicas)
        .containsExactly(3, 2);
    assertThat(told.toString())
        .contains("going on from step %s ".formatted(left.group(1)))
        .containsOnlyOnce("step %d/".formatted(Long.parseLong(left.group(1)) + 1));
  }

  private static void start(StandaloneCluster cluster) {
    try {
      cluster.worker("worker-3", "600m");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
