package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.cluster.TestProcessor;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.backend.InstructionSet;
import org.networkfission.model.network.ComputePrecision;

/** The whole job, with replicas in executor processes. */
class TrainJobIT {
  /** The one that stands still cannot speak: whoever speaks names the other. */
  private static final Pattern BLAME =
      Pattern.compile(
          "replica ([01]): Nothing from replica (?!\\1)[01] at \\S+ within 15.0 s: no ");

  @TempDir static Path datasets;
  @TempDir Path folder;

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private TrainJob job(String output, PrintWriter out, String... more) {
    return job(output, TestCluster.of(2), out, more);
  }

  private TrainJob job(String output, ClusterSettings cluster, PrintWriter out, String... more) {
    return tiny().job(folder.resolve(output), cluster, out, more);
  }

  private static TinyRun tiny() {
    return new TinyRun(
        "train.dataset=" + datasets.resolve("tiny"),
        "train.steps=28",
        "train.log-every=1",
        "train.checkpoint.every=4",
        "train.start-timeout=5m",
        "train.exchange.step-timeout=15s");
  }

  @Test
  void aRunThatGoesOnOnOtherProcessorsSaysSo() throws Exception {
    StringWriter quiet = new StringWriter();
    Checkpoint before =
        job(
                "moved",
                TestCluster.of(2, InstructionSet.SSE41),
                new PrintWriter(quiet, true),
                "train.steps=2")
            .execute()
            .checkpoint();
    StringWriter told = new StringWriter();
    Checkpoint after =
        job(
                "moved",
                TestCluster.of(2, InstructionSet.AVX2),
                new PrintWriter(told, true),
                "train.steps=4")
            .execute()
            .checkpoint();

    assertThat(before.state().arithmetic())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.instructions()).isEqualTo("sse41"))
        .allSatisfy(one -> assertThat(one.threads()).isEqualTo(1));
    assertThat(quiet.toString()).doesNotContain("arithmetic", "compute differently");
    assumeTrue(
        !after.state().arithmetic().equals(before.state().arithmetic()), "the processor has AVX2");
    assertThat(told.toString())
        .contains("the run goes on with other arithmetic than before")
        .containsPattern(
            "now oneDNN \\S+ by avx2 on 1 thread in FLOAT32; before oneDNN \\S+ by sse41");
  }

  /** Hands every line that a job tells to a listener too. */
  private static PrintWriter listening(StringWriter told, Consumer<String> listener) {
    return new PrintWriter(told, true) {
      @Override
      public void println(String line) {
        super.println(line);
        listener.accept(line);
      }
    };
  }

  @Test
  void aKilledExecutorChangesNothingInTheResult() throws Exception {
    killAnExecutor(ComputePrecision.FLOAT32);
  }

  @Test
  @Tag("slow")
  void norInBfloat16() throws Exception {
    TestProcessor.require(ComputePrecision.BFLOAT16);
    killAnExecutor(ComputePrecision.BFLOAT16);
  }

  private void killAnExecutor(ComputePrecision precision) throws Exception {
    String in = "network.precision=" + precision.id();
    Checkpoint whole =
        tiny()
            .job(folder.resolve("whole"), new PrintWriter(new StringWriter(), true), in)
            .execute()
            .checkpoint();
    StringWriter told = new StringWriter();
    CompletableFuture<ProcessHandle> killed = new CompletableFuture<>();
    PrintWriter out =
        listening(
            told,
            line -> {
              if (line.startsWith("step 10/") && !killed.isDone()) {
                ProcessHandle victim = ExecutorProcesses.all().get(0);
                victim.destroyForcibly();
                killed.complete(victim);
              }
            });
    Checkpoint disturbed = job("disturbed", out, in).execute().checkpoint();

    assertThat(killed.isDone()).isTrue();
    assertThat(killed.get().isAlive()).isFalse();
    // The steps do not wait for the kill: which checkpoint was the last is not known. Nor is
    // whether Spark retries the stage or has given it up, so that the job is started again.
    assertThat(told.toString()).containsPattern("going on from step (8|12|16|20|24) ");
    assertThat(disturbed.state().checksum()).isEqualTo(whole.state().checksum());
    assertThat(disturbed.state().step()).isEqualTo(28);
  }

  /** As YARN and Kubernetes ask; no step is done twice, though no checkpoint was due. */
  @Test
  void aReplicaThatIsAskedToEndLeavesACheckpoint() throws Exception {
    Checkpoint whole =
        tiny()
            .job(folder.resolve("here"), new PrintWriter(new StringWriter(), true))
            .execute()
            .checkpoint();
    StringWriter told = new StringWriter();
    CompletableFuture<ProcessHandle> asked = new CompletableFuture<>();
    PrintWriter out =
        listening(
            told,
            line -> {
              if (line.startsWith("step 10/") && !asked.isDone()) {
                ProcessHandle victim = ExecutorProcesses.all().get(0);
                signal("TERM", victim);
                asked.complete(victim);
              }
            });
    Checkpoint disturbed =
        job("asked", out, "train.checkpoint.every=1000", "train.exchange.step-timeout=60s")
            .execute()
            .checkpoint();

    assertThat(asked.isDone()).isTrue();
    asked.get().onExit().get(1, TimeUnit.MINUTES);
    Matcher left =
        Pattern.compile("the process of replica [01] was asked to end, at step (\\d+);")
            .matcher(told.toString());
    assertThat(left.find()).as(told.toString()).isTrue();
    assertThat(told.toString()).contains("going on from step %s ".formatted(left.group(1)));
    assertThat(told.toString()).containsOnlyOnce("step 11/28 ");
    assertThat(disturbed.state().checksum()).isEqualTo(whole.state().checksum());
  }

  @Test
  void aReplicaThatStallsIsNamedInTime() throws Exception {
    StringWriter told = new StringWriter();
    CompletableFuture<ProcessHandle> stopped = new CompletableFuture<>();
    AtomicLong stoppedAt = new AtomicLong();
    AtomicLong namedAt = new AtomicLong();
    PrintWriter out =
        listening(
            told,
            line -> {
              if (line.startsWith("step 9/") && !stopped.isDone()) {
                ProcessHandle victim = ExecutorProcesses.all().get(0);
                signal("STOP", victim);
                stoppedAt.set(System.nanoTime());
                stopped.complete(victim);
              } else if (stopped.isDone() && BLAME.matcher(line).find()) {
                // Named: now the stalled executor may die, so that the run can go on.
                namedAt.compareAndSet(0, System.nanoTime());
                stopped.join().destroyForcibly();
              }
            });
    Checkpoint last = job("stalled", out).execute().checkpoint();

    assertThat(stopped.get(1, TimeUnit.SECONDS)).isNotNull();
    assertThat(told.toString()).containsPattern(BLAME);
    assertThat(last.state().step()).isEqualTo(28);
    // The time-out, the grace after it, and what a busy machine adds.
    assertThat(Duration.ofNanos(namedAt.get() - stoppedAt.get())).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void aReplicaThatStandsStillForAWhileSaysSoAndIsWaitedFor() throws Exception {
    StringWriter told = new StringWriter();
    CompletableFuture<Void> woken = new CompletableFuture<>();
    PrintWriter out =
        listening(
            told,
            line -> {
              if (line.startsWith("step 9/") && !woken.isDone()) {
                // Both, so that neither waits for the other in vain.
                List<ProcessHandle> all = ExecutorProcesses.all();
                all.forEach(process -> signal("STOP", process));
                CompletableFuture.delayedExecutor(20, TimeUnit.SECONDS)
                    .execute(
                        () -> {
                          all.forEach(process -> signal("CONT", process));
                          woken.complete(null);
                        });
              }
            });
    Checkpoint last = job("paused", out).execute().checkpoint();

    assertThat(woken).isDone();
    assertThat(last.state().step()).isEqualTo(28);
    assertThat(told.toString())
        .containsPattern("replica [01] stood still for \\d+ s")
        .doesNotContain("Nothing from");
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
