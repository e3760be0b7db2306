package org.networkfission.jobs.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.Sha256;

/** A card tells what a network was trained on, what it is good for and what nobody knows. */
class CardPageTest {
  private static final Configuration HADOOP = new Configuration();

  private static final String METRICS =
      """
      { "model": {}, "data": { "dataset": "scenenet", "split": "val", "frames": 1234,
          "manifestSha256": "abc" },
        "tasks": { "labels": {
          "metrics": {
            "mean-iou": { "title": "mIoU", "unit": "share", "pooled": 0.277, "interval": [0.25, 0.301],
              "constant": 0.039 } },
          "classes": [ { "id": 0, "name": "void", "pixels": 0 }, { "id": 1, "name": "bed", "pixels": 9 },
            { "id": 2, "name": "books", "pixels": 0 } ] } } }
      """;

  @TempDir Path folder;

  private Checkpoint.State state(Object... datasets) throws Exception {
    Checkpoint checkpoint = checkpoint();
    ObjectNode state = Json.MAPPER.valueToTree(checkpoint.state());
    ObjectNode train = state.putObject("configuration").putObject("train");
    train.put("split", "train");
    if (datasets.length == 1) {
      train.put("dataset", datasets[0].toString());
    } else {
      for (Object dataset : datasets) {
        train.withArray("datasets").addObject().put("path", dataset.toString()).put("weight", 1);
      }
    }
    return Json.MAPPER.treeToValue(state, Checkpoint.State.class);
  }

  private Checkpoint checkpoint() throws Exception {
    Path run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13");
    return Checkpoint.at(new org.apache.hadoop.fs.Path(run.toUri()), HADOOP);
  }

  private static String page(Checkpoint.State state) {
    return CardPage.of(state, TrainedOn.of(state.configuration(), HADOOP));
  }

  @Test
  void tellsTheDataByItsHashAndItsLicenceAsGiven() throws Exception {
    Path dataset = folder.resolve("data");
    TinyDataset.write(dataset, 8);
    Path manifest = dataset.resolve("manifest.json");
    String sha256 = Sha256.of(Files.readAllBytes(manifest));

    assertThat(page(state(dataset)))
        .contains(
            "A Network Fission network of labels, normals, depth: encoder resnet50, mid fission",
            "split train, 16 frames; SHA-256 of its manifest, which lists the hash of every shard: `%s`"
                .formatted(sha256),
            "licence of the data: not given",
            "Class map `nyu13`: 0 void, 1 bed",
            "stretched to 64 x 48 pixels",
            "- `depth`: depth along the optical axis in metres",
            "Not evaluated yet",
            "Depth in metres depends on the field of view");

    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(manifest.toFile());
    json.withObject("/configuration/prepare").put("licence", "CC BY 4.0, see x.org");
    Files.write(manifest, Json.INDENTED.writeValueAsBytes(json));
    assertThat(page(state(dataset, folder.resolve("gone"))))
        .contains(
            "licence of the data, as given: CC BY 4.0, see x.org",
            "gone`, split train; its manifest could not be read")
        .doesNotContain(sha256);
  }

  @Test
  void standsBesideTheNetworkAndInTheRecordOfACheckpoint() throws Exception {
    Path dataset = folder.resolve("data");
    TinyDataset.write(dataset, 8);
    Checkpoint.State state = state(dataset);
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(folder.resolve("new").toUri());
    CheckpointFolder checkpoints = new CheckpointFolder(output, HADOOP, "-x");
    StoredFile network;
    try (FissionNetwork trained = checkpoint().network(HADOOP)) {
      network = checkpoints.write(state.step(), trained);
    }

    checkpoints.commit(state, List.of(network));

    Checkpoint written = Checkpoint.at(output, HADOOP);
    assertThat(written.files()).extracting(StoredFile::path).contains("card-x.md");
    assertThat(written.card(HADOOP)).contains(page(state));
    assertThat(checkpoint().card(HADOOP)).as("of an earlier version").isEmpty();
    assertThat(
            CardPage.of(
                written,
                written.card(HADOOP),
                "`m.onnx`",
                "123",
                Optional.of(Json.MAPPER.readTree(METRICS))))
        .contains(
            "- `m.onnx`\n- SHA-256: `123`",
            "16 frames; SHA-256 of its manifest",
            "On scenenet, split val, 1,234 frames (SHA-256 of the manifest `abc`)",
            "| labels: mIoU | 27.7 % [25.0 %, 30.1 %] | 3.9 % |",
            "classes that the evaluated split does not show: books.")
        .doesNotContain("Not evaluated yet");
  }
}
