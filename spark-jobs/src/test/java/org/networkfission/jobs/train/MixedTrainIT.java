package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.ProgressLine;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMaps;

/**
 * Two data sets, one without labels and one without depth, on two executors, one of them killed.
 */
class MixedTrainIT {
  @TempDir Path folder;

  private TrainJob job(String output, PrintWriter out) {
    ResolvedConfig configuration =
        ResolvedConfig.load(
            List.of(),
            List.of(
                "train.datasets=[{path=%s,weight=2},{path=%s,weight=1}]"
                    .formatted(folder.resolve("shapes"), folder.resolve("names")),
                "train.output=" + folder.resolve(output),
                "train.batch-size=3",
                "train.steps=28",
                "train.log-every=1",
                "train.checkpoint.every=4",
                "train.learning-rate.initial=0.01",
                "train.exchange.step-timeout=15s",
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05"));
    return new TrainJob(
        configuration.settings().train(),
        configuration.settings().network(),
        configuration.settings().losses(),
        TestCluster.of(2),
        configuration.json(),
        out);
  }

  private void write(String name, int frames, Set<TruthKind> truth) throws Exception {
    TinyDataset.write(
        folder.resolve(name), frames, List.of("train"), i -> 3, truth, ClassMaps.named("nyu13"));
  }

  @Test
  void learnsAllTasksAndAKilledExecutorChangesNothing() throws Exception {
    write("shapes", 9, EnumSet.of(TruthKind.DEPTH, TruthKind.NORMALS));
    write("names", 5, EnumSet.of(TruthKind.LABELS, TruthKind.NORMALS));
    StringWriter told = new StringWriter();
    Checkpoint whole = job("whole", new PrintWriter(told, true)).execute().checkpoint();
    CompletableFuture<ProcessHandle> killed = new CompletableFuture<>();
    PrintWriter killing =
        new PrintWriter(told, true) {
          @Override
          public void println(String line) {
            super.println(line);
            if (line.startsWith("step 10/") && !killed.isDone()) {
              ProcessHandle victim = ExecutorProcesses.all().get(0);
              victim.destroyForcibly();
              killed.complete(victim);
            }
          }
        };
    Checkpoint disturbed = job("disturbed", killing).execute().checkpoint();

    assertThat(killed).isDone();
    assertThat(told.toString()).containsPattern("going on from step (8|12|16|20|24) ");
    assertThat(disturbed.state().checksum()).isEqualTo(whole.state().checksum());
    List<ProgressLine> lines =
        RunLog.read(
            new org.apache.hadoop.fs.Path(folder.resolve("disturbed").toUri()),
            new Configuration());
    ProgressLine last = lines.get(lines.size() - 1);
    for (String task : List.of("labels", "normals", "depth")) {
      assertThat(last.losses().get(task))
          .as(task)
          .isLessThan(0.9 * lines.get(0).losses().get(task));
    }
    assertThat(last.datasets().get("shapes")).containsOnlyKeys("normals", "depth");
    assertThat(last.datasets().get("names")).containsOnlyKeys("labels", "normals");
  }
}
