package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.checkpoint.CheckpointSettings;
import org.networkfission.jobs.train.log.ProgressLine;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.Validation;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.model.evaluation.FrameRef;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.ExampleCodec;

/** Runs that validate, with replicas as threads of Spark's local mode. */
class ValidatedRunTest {
  private static final org.apache.hadoop.conf.Configuration HADOOP =
      new org.apache.hadoop.conf.Configuration();
  private static final int FRAMES = 7;

  @TempDir static Path datasets;
  @TempDir Path folder;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 6, List.of("train", "val"), number -> number);
  }

  private TrainJob job(String output, String... more) {
    TinyRun tiny =
        new TinyRun(
            "train.dataset=" + datasets.resolve("tiny"),
            "train.steps=6",
            "train.log-every=3",
            "train.checkpoint.every=4",
            "train.validation.every=2",
            "train.validation.frames=" + FRAMES,
            "train.average-decay=0.9",
            "network.batch-norm=synchronised",
            "network.batch-norm-decay=0.5");
    return tiny.job(folder.resolve(output), new PrintWriter(told, true), more);
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  @Test
  void validatesOnASampleAndKeepsTheBest() throws Exception {
    job("run", "train.checkpoint.keep=1").execute();

    List<Validation> validations = RunLog.validations(path("run"), HADOOP);
    assertThat(validations).extracting(Validation::step).containsExactly(2L, 4L, 6L);
    assertThat(validations).allSatisfy(one -> assertThat(one.frames()).isEqualTo(FRAMES));
    assertThat(RunLog.read(path("run"), HADOOP))
        .extracting(ProgressLine::step)
        .containsExactly(3L, 6L);
    Validation highest =
        validations.stream().max(Comparator.comparingDouble(Validation::score)).orElseThrow();
    assertThat(highest.best()).isTrue();
    Checkpoint best = Checkpoint.at(path("run/checkpoints/best"), HADOOP);
    assertThat(best.state().step()).isEqualTo(highest.step());
    assertThat(best.state().best())
        .isEqualTo(new Checkpoint.Best(best.state().step(), highest.score()));
    assertThat(told.toString())
        .contains("validation at step 2 on 7 frames: labels mean-iou ", ", the best so far");

    // What one process finds, which saw all frames.
    assertThat(Validation.of(best.state().step(), evaluation(best), OptionalDouble.empty()).tasks())
        .isEqualTo(highest.tasks());

    assertThat(Files.readString(folder.resolve("run/training.html")))
        .contains("All 6 steps are done.", "Labels: mean-iou", "validation");

    StringBuilder events = new StringBuilder();
    try (var files = Files.newDirectoryStream(folder.resolve("run/log"), "events.out.tfevents.*")) {
      for (Path file : files) {
        events.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(events.toString())
        .contains(
            "validation/labels/mean-iou", "frame/normals/3-prediction", "frame/depth/2-truth");
  }

  private static Evaluation evaluation(Checkpoint checkpoint) throws Exception {
    Evaluation evaluation = new Evaluation(14, 0);
    try (FissionNetwork network = checkpoint.network(HADOOP)) {
      BatchAssembler assembler = new BatchAssembler(network.spec(), Augmentation.NONE, 0);
      for (int i = 0; i < FRAMES; i++) {
        Batch batch = assembler.assemble(List.of(ExampleCodec.decode(TinyDataset.example(i))), 0);
        Map<Task, INDArray> outputs = network.predict(batch.images());
        evaluation.add(
            new FrameRef(batch.keys().get(0), i, 0),
            batch.truths().get(0),
            Prediction.of(outputs).get(0));
      }
    }
    return evaluation;
  }

  @Test
  void aRunThatGoesOnRemembersTheBest() throws Exception {
    job("whole").execute();
    job("stopped", "train.steps=4").execute();
    job("stopped").execute();

    assertThat(RunLog.validations(path("stopped"), HADOOP))
        .isEqualTo(RunLog.validations(path("whole"), HADOOP));
    assertThat(Files.readString(folder.resolve("stopped/checkpoints/best")))
        .isEqualTo(Files.readString(folder.resolve("whole/checkpoints/best")));
    assertThat(Checkpoint.latest(path("stopped"), HADOOP).orElseThrow().state().checksum())
        .isEqualTo(Checkpoint.latest(path("whole"), HADOOP).orElseThrow().state().checksum());
  }

  @Test
  void theBestIsNotDeleted() throws Exception {
    for (long step = 1; step <= 5; step++) {
      Path checkpoint = folder.resolve("kept/checkpoints/" + Checkpoint.name(step));
      Files.createDirectories(checkpoint);
      Files.createFile(checkpoint.resolve("state.json"));
    }
    CheckpointFolder checkpoints = new CheckpointFolder(path("kept"), HADOOP, "test");

    checkpoints.retain(new CheckpointSettings(1, 1, 0), Optional.of(new Checkpoint.Best(2, 0.5)));

    assertThat(folder.resolve("kept/checkpoints").toFile().list())
        .containsExactlyInAnyOrder("00000002", "00000005");
  }

  @Test
  void theAverageCanBeOpened() throws Exception {
    Checkpoint last = job("averaged").execute().checkpoint();

    float[] average;
    try (FissionNetwork network = last.averagedNetwork(HADOOP)) {
      average = network.parameters().dup().data().asFloat();
    }
    TrainedModel model = TrainedModel.open(path("averaged"), Weights.AVERAGE, HADOOP);
    try (FissionNetwork network = (FissionNetwork) model.file().load()) {
      assertThat(network.parameters().dup().data().asFloat()).isEqualTo(average);
    }
    assertThat(TrainedModel.open(path("averaged"), Weights.TRAINED, HADOOP).file().sha256())
        .isNotEqualTo(model.file().sha256());
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    assertThatThrownBy(() -> job("x", "train.validation.split=test").execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has nothing in split test (train.validation.split), only in [");
    Files.createDirectories(folder.resolve("y/checkpoints"));
    assertThatThrownBy(() -> Checkpoint.at(path("y/checkpoints/best"), HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "no such file; a run has a best checkpoint if it validates (train.validation.every)");
  }
}
