package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.cluster.ToldByTasks;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;

/** The whole job, with replicas as threads of Spark's local mode. */
class TrainJobTest {
  @TempDir static Path datasets;
  @TempDir Path folder;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private TrainJob job(String output, String... more) {
    TinyRun tiny =
        new TinyRun(
            "train.dataset=" + datasets.resolve("tiny"),
            "train.steps=6",
            "train.log-every=2",
            "train.checkpoint.every=2",
            "train.exchange.step-timeout=60s");
    return tiny.job(folder.resolve(output), new PrintWriter(told, true), more);
  }

  private static float[] parameters(Checkpoint checkpoint) throws IOException {
    try (FissionNetwork network = checkpoint.network(new org.apache.hadoop.conf.Configuration())) {
      return network.parameters().dup().data().asFloat();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifest.json", "metrics.json", "predictions.json", "notes.txt"})
  void aFolderThatHoldsFilesOfAnotherKindIsLeftAlone(String name) throws Exception {
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.writeString(foreign.resolve(name), "{}");

    assertThatThrownBy(() -> job("foreign").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "train.output = %s: it holds files of another kind, such as %s; empty it or choose another"
                .formatted(foreign, name));
    try (Stream<Path> files = Files.list(foreign)) {
      assertThat(files).containsExactly(foreign.resolve(name));
    }
  }

  @Test
  void aRunThatStoppedGoesOnToTheSameBits() throws Exception {
    // The decoder has 64 channels: enough for Winograd's filtering.
    String width = "network.decoder-width=1024";
    String part = "network.width-multiplier=0.0625";
    Checkpoint whole = job("whole", width, part).execute().checkpoint();
    job("stopped", width, part, "train.steps=2").execute();
    Checkpoint stopped = job("stopped", width, part).execute().checkpoint();

    assertThat(parameters(stopped)).isEqualTo(parameters(whole));
    assertThat(stopped.state().checksum()).isEqualTo(whole.state().checksum());
    assertThat(whole.state().step()).isEqualTo(6);
    assertThat(whole.state().examples()).isEqualTo(6 * 2 * 2);
    assertThat(whole.state().epoch()).isEqualTo(1);
    assertThat(told.toString())
        .contains("training 2 replicas from new parameters")
        .contains("step 6/6  loss ")
        .contains("labels ", "normals ", "depth ", " examples/s  input ", "% compute ", " left")
        .contains("going on from step 2 (");
    List<String> log = new ArrayList<>(); // A slow machine begins a file in between.
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder.resolve("stopped/log"), "0002-*.jsonl")) {
      for (Path file : files) {
        log.addAll(Files.readAllLines(file));
      }
    }
    assertThat(log)
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("{\"step\":").contains("\"losses\":{"));
  }

  @Test
  void aMultiTaskRunBeginsFromASingleTaskRunAndKeepsWhatIsFrozen() throws Exception {
    Checkpoint normals =
        job("normals", "network.scheme=single", "network.tasks=normals", "train.steps=2")
            .execute()
            .checkpoint();
    String[] initialised = {
      "train.initialise.from=" + folder.resolve("normals"),
      "train.initialise.freeze=enc,s1.x.c1",
      "train.average-decay=0.9",
      "train.adam.weight-decay=0.1"
    };
    Checkpoint multi = job("multi", initialised).execute().checkpoint();

    Map<String, float[]> before = tensors(normals);
    Map<String, float[]> after = tensors(multi);
    after.forEach(
        (name, values) -> {
          if (name.startsWith("enc.") || name.startsWith("s1.x.c1.")) {
            assertThat(values).as(name).isEqualTo(before.get(name));
          } else if (name.endsWith("weight")) {
            assertThat(values).as(name).isNotEqualTo(before.get(name));
          }
        });
    assertThat(told.toString())
        .containsOnlyOnce("initialising from " + folder.resolve("normals"))
        .containsOnlyOnce("weights: %d tensors taken, ".formatted(before.size()))
        .doesNotContain("heads.labels.c78.conv.weight")
        .contains("0 of the source dropped")
        .contains("training 2 replicas from the parameters of " + folder.resolve("normals"));

    // An interrupted run does not begin again, and goes on to the same bits.
    List<String> shorter = new ArrayList<>(List.of(initialised));
    shorter.add("train.steps=2");
    job("stopped", shorter.toArray(String[]::new)).execute();
    Checkpoint resumed = job("stopped", initialised).execute().checkpoint();
    assertThat(resumed.state().checksum()).isEqualTo(multi.state().checksum());
    assertThat(told.toString().split("initialising from ", -1)).hasSize(3);
  }

  @Test
  void aNewRunBeginsWithExactlyWhatWasTaken() throws Exception {
    Checkpoint first = job("first", "train.steps=2").execute().checkpoint();
    job("second", "train.steps=2", "train.initialise.from=" + first.folder()).execute();
    Checkpoint begin =
        Checkpoint.open(
            new org.apache.hadoop.fs.Path(folder.resolve("second/checkpoints/00000000").toUri()),
            new org.apache.hadoop.conf.Configuration());

    assertThat(parameters(begin)).isEqualTo(parameters(first));
  }

  @Test
  void aNewRunBeginsFromAFileOfKeras() throws Exception {
    Path file = folder.resolve("resnet50v2.h5");
    float[][][][] kernel = new float[7][7][3][8];
    kernel[6][5][2][7] = 0.25f;
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putGroup("conv1_conv").putGroup("conv1_conv").putDataset("kernel:0", kernel);
    }
    Checkpoint last =
        job(
                "imagenet",
                "train.steps=1",
                "train.initialise.from=" + file.toUri(),
                "train.initialise.freeze=enc.conv1.conv")
            .execute()
            .checkpoint();

    assertThat(told.toString()).contains("weights: 1 tensors taken");
    float[] values = tensors(last).get("enc.conv1.conv.weight");
    assertThat(values[((7 * 3 + 2) * 7 + 6) * 7 + 5]).isEqualTo(0.25f);
    values[((7 * 3 + 2) * 7 + 6) * 7 + 5] = 0;
    assertThat(values).containsOnly(0f);
  }

  @Test
  void saysWhatARunCannotBeginFrom() throws Exception {
    Path text = Files.writeString(folder.resolve("weights.txt"), "1 2 3");
    Path broken = Files.writeString(folder.resolve("broken.safetensors"), "1 2 3");
    job("narrow", "train.steps=1", "network.scheme=single", "network.tasks=normals").execute();

    assertThatThrownBy(() -> job("x", "train.initialise.from=" + folder.resolve("no")).execute())
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot initialise from %s: no such folder or file (train.initialise.from)"
                .formatted(folder.resolve("no")));
    assertThatThrownBy(() -> job("x", "train.initialise.from=" + text).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("weights.txt: Cannot read it as weights: its name must end in ");
    assertThatThrownBy(() -> job("x", "train.initialise.from=" + broken).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("its header would be -1 of 5 bytes");
    assertThatThrownBy(
            () ->
                job(
                        "x",
                        "network.scheme=single",
                        "network.tasks=depth",
                        "network.input=depth",
                        "network.width-multiplier=0.5",
                        "train.initialise.from=" + folder.resolve("narrow"))
                    .execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("narrow: must hold weights of this network: Cannot transfer weights");
    assertThatThrownBy(() -> job("x", "train.initialise.freeze=enc,decoder").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.initialise.freeze = decoder: must be the beginning of");
  }

  private static Map<String, float[]> tensors(Checkpoint checkpoint) throws IOException {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (FissionNetwork network = checkpoint.network(new org.apache.hadoop.conf.Configuration())) {
      float[] all = network.parameters().dup().data().asFloat();
      for (ParameterRange range : network.ranges()) {
        int end = range.offset() + range.length();
        tensors.put(range.name(), Arrays.copyOfRange(all, range.offset(), end));
      }
    }
    return tensors;
  }

  @Test
  void theMovingAverageGoesOnWithTheRun() throws Exception {
    Checkpoint whole = job("averaged", "train.average-decay=0.9").execute().checkpoint();
    job("interrupted", "train.average-decay=0.9", "train.steps=4").execute();
    Checkpoint interrupted = job("interrupted", "train.average-decay=0.9").execute().checkpoint();

    float[] average = averaged(whole);
    assertThat(averaged(interrupted)).isEqualTo(average);
    assertThat(average).isNotEqualTo(parameters(whole));
    assertThatThrownBy(() -> averaged(job("plain", "train.steps=2").execute().checkpoint()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has none (train.average-decay)");
  }

  private static float[] averaged(Checkpoint checkpoint) throws IOException {
    try (FissionNetwork network =
        checkpoint.averagedNetwork(new org.apache.hadoop.conf.Configuration())) {
      return network.parameters().dup().data().asFloat();
    }
  }

  @Test
  void keepsTheLastCheckpointsAndEachNth() throws Exception {
    Checkpoint last =
        job("kept", "train.checkpoint.keep=1", "train.checkpoint.keep-each=4")
            .execute()
            .checkpoint();

    assertThat(folder.resolve("kept/checkpoints"))
        .isDirectoryContaining(path -> path.endsWith("00000000"))
        .isDirectoryContaining(path -> path.endsWith("00000004"))
        .isDirectoryContaining(path -> path.endsWith("00000006"))
        .isDirectoryNotContaining(path -> path.endsWith("00000002"))
        .isDirectoryNotContaining(path -> path.toString().contains("_temporary"));
    assertThat(Path.of(last.folder().toUri().getPath()))
        .isDirectoryContaining(path -> path.endsWith("model.zip"))
        .isDirectoryContaining(path -> path.endsWith("optimizer-00-of-02.bin"))
        .isDirectoryContaining(path -> path.endsWith("optimizer-01-of-02.bin"))
        .isDirectoryContaining(path -> path.endsWith("state.json"));
  }

  @Test
  void aHalfWrittenCheckpointIsNeverTaken() throws Exception {
    job("half", "train.steps=4").execute();
    Path checkpoints = folder.resolve("half/checkpoints");
    Path half = Files.createDirectories(checkpoints.resolve("_temporary-killed-00000006"));
    byte[] model = Files.readAllBytes(checkpoints.resolve("00000004/model.zip"));
    Files.write(half.resolve("model.zip"), java.util.Arrays.copyOf(model, model.length / 2));
    Files.copy(checkpoints.resolve("00000004/state.json"), half.resolve("state.json"));
    // Killed when all parts were written, and the record was not.
    Path noRecord = Files.createDirectories(checkpoints.resolve("00000006"));
    Files.write(noRecord.resolve("model.zip"), model);
    Files.delete(checkpoints.resolve("latest"));

    Checkpoint last = job("half").execute().checkpoint();

    assertThat(told.toString()).contains("going on from step 4 (");
    assertThat(last.state().step()).isEqualTo(6);
    assertThat(last.state().checksum())
        .isEqualTo(job("all").execute().checkpoint().state().checksum());
    assertThat(half).doesNotExist();
    assertThat(noRecord.resolve("model.zip")).doesNotExist();
    assertThat(checkpoints.resolve("latest")).hasContent("00000006");
  }

  @Test
  void anotherNumberOfReplicasGoesOnAndSaysWhatThatMeans() throws Exception {
    try (ToldByTasks tasks = new ToldByTasks()) {
      job("several", "train.steps=2").execute();
      assertThat(tasks.lines())
          .hasSize(4)
          .allMatch(
              line ->
                  line.matches("replica [01] of 2( of \\S+/several, at .+|: done after step 2 ?)"));
    }
    Checkpoint alone =
        job("several", "train.steps=4", "cluster.executors=1").execute().checkpoint();

    assertThat(alone.state().replicas()).isEqualTo(1);
    assertThat(alone.state().examples()).isEqualTo(2 * 2 * 2 + 2 * 2);
    assertThat(told.toString())
        .contains("it was written by 2 replicas of batch size 2, so the order of the data differs");
  }

  @Test
  void stopsBeforeAnyParameterChangesWhereTrainingDiverges() throws Exception {
    job("diverging", "train.steps=2").execute();
    float[] before =
        parameters(
            Checkpoint.latest(
                    new org.apache.hadoop.fs.Path(folder.resolve("diverging").toUri()),
                    new org.apache.hadoop.conf.Configuration())
                .orElseThrow());

    assertThatThrownBy(
            () ->
                job(
                        "diverging",
                        "train.learning-rate.initial=1e30",
                        "train.learning-rate.schedule=constant",
                        "train.resume=with-changes",
                        "train.checkpoint.every=100")
                    .execute())
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("Training diverged at step 3: ")
        .hasMessageMatching("(?s).* in tasks? [a-z]+.*")
        .hasMessageContaining("no parameter was changed; last good checkpoint: ")
        .hasMessageContaining("diverging/checkpoints/00000002")
        .hasMessageContaining("frames of the minibatch: tiny/00");
    assertThat(before).isNotEmpty();
    assertThat(Files.readString(folder.resolve("diverging/training.html")))
        .contains("The run ended early: Training diverged at step 3: ");
  }

  @Test
  void goesOnWithOtherSettingsOnlyWhereThatIsAsked() throws Exception {
    job("changed", "train.steps=2").execute();
    String[] other = {
      "train.steps=4",
      "train.seed=5",
      "train.batch-size=1",
      "losses.normals.weight=3",
      "train.augmentation.flip=0.5",
      "train.checkpoint.keep=2"
    };

    assertThatThrownBy(() -> job("changed", other).execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "train.batch-size = 1: must be 2, as in the checkpoint of step 2 that the run goes on from")
        .hasMessageContaining("train.seed = 5: must be 1")
        .hasMessageContaining("losses.normals.weight = 3: must be 10")
        .hasMessageContaining("train.augmentation.flip = 0.5: must be 0")
        .hasMessageContaining("train.resume = with-changes")
        .hasMessageNotContainingAny("train.steps", "train.checkpoint");

    String[] asked = Arrays.copyOf(other, other.length + 1);
    asked[other.length] = "train.resume=with-changes";
    job("changed", asked).execute();
    assertThat(told.toString())
        .contains("changed since the checkpoint: ")
        .contains("train.seed = 5 (was 1)", "train.steps = 4 (was 2)");
    assertThat(Files.readString(folder.resolve("changed/training.html")))
        .contains("changed at step 2", "train.batch-size = 1 (was 2)");
  }

  @Test
  void doesNothingWhereAllStepsAreDone() throws Exception {
    job("done", "train.steps=2").execute();
    job("done", "train.steps=2").execute();

    assertThat(told.toString()).contains("nothing to do: ").contains(" has all 2 steps");
  }

  @Test
  void refusesTheCheckpointsOfAnotherNetwork() throws Exception {
    job("other", "train.steps=2").execute();

    assertThatThrownBy(() -> job("other", "network.scheme=early").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("it holds checkpoints of another network: NetworkSpec[")
        .hasMessageContaining("scheme=MID");
  }

  @Test
  void saysThatThereAreTooFewExecutorsInSeconds() {
    assertThatThrownBy(() -> job("few", "cluster.executors=3", "train.start-timeout=1s").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "cluster.executors = 3: must be at most 2, which is what the cluster offers after 1 s"
                + " (train.start-timeout)");
  }

  @Test
  void saysWhichReplicaLacksThePrecision() {
    assertThatThrownBy(
            () -> job("lacking", "network.compute=nd4j", "network.precision=bfloat16").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot compute with nd4j: it computes in float32 and float64")
        .hasMessageContaining("(replica 0, on ");
    assertThat(told.toString()).doesNotContain("goes on");
  }

  @Test
  void saysThatAPortIsInUse() throws Exception {
    try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> job("port", "train.exchange.port=" + taken.getLocalPort()).execute())
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Cannot listen at ")
          .hasMessageContaining(":" + taken.getLocalPort() + ": ");
    }
  }

  @Test
  void refusesADatasetThatIsMissingOrUnfinished() throws Exception {
    Files.createDirectories(folder.resolve("unfinished"));

    assertThatThrownBy(() -> job("x", "train.dataset=" + folder.resolve("unfinished")).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has no _SUCCESS");
    assertThatThrownBy(() -> job("x", "train.split=val").execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has nothing in split val, only in [train]");
    assertThatThrownBy(() -> job("x", "network.classes=5").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("network.classes = 5: must be 14");
    assertThatThrownBy(() -> job("x", "train.dataset=null").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.dataset is missing: give it as train.dataset=...");
  }

  @Test
  void namesADamagedShard() throws Exception {
    Path copy = folder.resolve("damaged");
    TinyDataset.write(copy, 11);
    Path shard = copy.resolve("train/part-00001.parquet");
    Files.write(shard, java.util.Arrays.copyOf(Files.readAllBytes(shard), 5_000));

    assertThatThrownBy(() -> job("y", "train.dataset=" + copy).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("part-00001.parquet");
  }

  @Test
  void namesAShardThatIsNotWhatTheManifestLists() throws Exception {
    Path other = folder.resolve("other");
    TinyDataset.write(other, 11);
    Path manifest = other.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceAll("(\"sha256\" : \")[0-9a-f]{64}", "$1" + "0".repeat(64)));
    Files.deleteIfExists(other.resolve(".manifest.json.crc"));

    assertThatThrownBy(() -> job("z", "train.dataset=" + other).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot use shard ")
        .hasMessageContaining(".parquet: its SHA-256 is ");
  }
}
