package org.networkfission.jobs.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.jobs.storage.FaultStorm;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.frame.InputException;

/** A run's checkpoints, with a fault at each operation, and then the same command again. */
class CheckpointFaultTest {
  private static final int REPLICAS = 2;
  private static final int PARAMETERS = 4;
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  @TempDir static Path shared;
  private static NetworkSpec network;

  @BeforeAll
  static void takeANetwork() throws IOException {
    Path run = EvaluationInput.checkpoint(shared.resolve("run"), "nyu13");
    network = Checkpoint.at(new org.apache.hadoop.fs.Path(run.toUri()), HADOOP).state().network();
  }

  private static Checkpoint.State state(long step) {
    return new Checkpoint.State(
        step,
        0,
        step,
        REPLICAS,
        null,
        1,
        1,
        PARAMETERS,
        0,
        network,
        "nyu13",
        JsonNodeFactory.instance.objectNode(),
        new Checkpoint.Best(2, 0.5),
        null,
        List.of(),
        List.of());
  }

  /** Writes the checkpoints of steps that are not done yet; each "parameter" is the step. */
  private static void train(org.apache.hadoop.fs.Path output, Configuration hadoop)
      throws IOException {
    CheckpointFolder checkpoints =
        new CheckpointFolder(output, hadoop, CheckpointFolder.attempt(output, true, hadoop));
    checkpoints.clean();
    long begun = Checkpoint.latest(output, hadoop).map(c -> c.state().step() + 2).orElse(0L);
    for (long step = begun; step <= 6; step += 2) {
      List<StoredFile> parts = new ArrayList<>();
      for (int i = 0; i < REPLICAS; i++) {
        Moments moments = Moments.zeros(2 * i, 2 * i + 2);
        Arrays.fill(moments.first(), (float) step);
        parts.add(
            checkpoints.write(
                step, new OptimizerFile.Contents(moments, Optional.empty()), i, REPLICAS));
      }
      checkpoints.commit(state(step), parts);
      checkpoints.retain(new CheckpointSettings(2, 1, 0), Optional.of(new Checkpoint.Best(2, 1)));
    }
    // As a command that finds nothing to do any more still does.
    checkpoints.retain(new CheckpointSettings(2, 1, 0), Optional.of(new Checkpoint.Best(2, 1)));
  }

  /** The checkpoints that are there, with what their optimizers hold. */
  private static Object read(org.apache.hadoop.fs.Path output, Configuration hadoop)
      throws IOException {
    List<String> found = new ArrayList<>();
    var files = output.getFileSystem(hadoop);
    for (FileStatus one : files.listStatus(new org.apache.hadoop.fs.Path(output, "checkpoints"))) {
      if (Checkpoint.isCheckpoint(one.getPath())) {
        Checkpoint checkpoint = Checkpoint.open(one.getPath(), hadoop);
        float[] first = checkpoint.slice(0, PARAMETERS, hadoop).moments().first();
        found.add(checkpoint.state().step() + Arrays.toString(first));
        assertThat(files.listStatus(one.getPath())).hasSize(REPLICAS + 2);
      }
    }
    found.sort(null);
    found.add("latest " + Checkpoint.latest(output, hadoop).orElseThrow().state().step());
    found.add(
        "best "
            + Checkpoint.at(new org.apache.hadoop.fs.Path(output, "checkpoints/best"), hadoop)
                .state()
                .step());
    return found;
  }

  @Test
  void aRunGoesOnAfterAnyFault() throws Exception {
    FaultStorm.run(folder, CheckpointFaultTest::train, CheckpointFaultTest::read);
  }

  private org.apache.hadoop.fs.Path trained() throws IOException {
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(folder.toUri());
    train(output, HADOOP);
    return output;
  }

  @Test
  void aCheckpointWithoutARecordIsNone() throws Exception {
    org.apache.hadoop.fs.Path output = trained();
    Files.delete(folder.resolve("checkpoints/00000006/state.json"));

    assertThat(Checkpoint.latest(output, HADOOP).orElseThrow().state().step()).isEqualTo(2);
  }

  @Test
  void aListedPartThatIsMissingOrShortIsNamed() throws Exception {
    org.apache.hadoop.fs.Path output = trained();
    Path part = folder.resolve("checkpoints/00000006/optimizer-01-of-02.bin");
    byte[] content = Files.readAllBytes(part);
    Files.write(part, Arrays.copyOf(content, 10));
    assertThatThrownBy(() -> Checkpoint.latest(output, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot open checkpoint ")
        .hasMessageContaining("optimizer-01-of-02.bin of ")
        .hasMessageContaining("has 10 bytes, must be %d bytes".formatted(content.length))
        .hasMessageContaining("delete it to go on from one before it");
    Files.delete(part);
    assertThatThrownBy(() -> Checkpoint.latest(output, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is missing");
  }

  /** A record or a part that claims more than the files hold takes no memory for it. */
  @Test
  void moreParametersThanThePartsHoldAreNotBelieved() throws Exception {
    org.apache.hadoop.fs.Path output = trained();
    Path record = folder.resolve("checkpoints/00000006/state.json");
    int parameters = Checkpoint.latest(output, HADOOP).orElseThrow().state().parameters();
    Files.writeString(
        record,
        Files.readString(record)
            .replaceFirst("(\"parameters\" ?: ?)" + parameters, "$1" + (Integer.MAX_VALUE - 8)));
    Checkpoint large = Checkpoint.latest(output, HADOOP).orElseThrow();
    int claimed = large.state().parameters();
    assertThat(claimed).isEqualTo(Integer.MAX_VALUE - 8);
    assertThatThrownBy(() -> large.slice(0, claimed, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("optimizer-00-of-02.bin: it has ")
        .hasMessageContaining(" elements take ");
  }

  @Test
  void aStragglerOfAnEarlierAttemptDisturbsNothing() throws Exception {
    org.apache.hadoop.fs.Path output = trained();
    CheckpointFolder straggler = new CheckpointFolder(output, HADOOP, "-straggler");
    StoredFile late =
        straggler.write(
            6, new OptimizerFile.Contents(Moments.zeros(0, 2), Optional.empty()), 0, REPLICAS);

    assertThat(late.path()).isEqualTo("optimizer-00-of-02-straggler.bin");
    Checkpoint last = Checkpoint.latest(output, HADOOP).orElseThrow();
    assertThat(last.slice(0, PARAMETERS, HADOOP).moments().first()).containsOnly(6f);
  }

  @Test
  void aCheckpointIsCommittedOnlyWithAllItsParts() throws Exception {
    org.apache.hadoop.fs.Path output = trained();
    CheckpointFolder checkpoints = new CheckpointFolder(output, HADOOP, "");
    StoredFile part =
        checkpoints.write(
            8, new OptimizerFile.Contents(Moments.zeros(0, 2), Optional.empty()), 0, REPLICAS);

    assertThatThrownBy(
            () ->
                checkpoints.commit(
                    state(8), List.of(part, new StoredFile("optimizer-01-of-02.bin", 5, ""))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("optimizer-01-of-02.bin of ")
        .hasMessageContaining("is missing, must be 5 bytes");
    assertThat(Checkpoint.latest(output, HADOOP).orElseThrow().state().step()).isEqualTo(6);
  }
}
