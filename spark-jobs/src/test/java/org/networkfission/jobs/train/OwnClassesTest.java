package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.inference.SavedModel;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.tflite.TfliteModel;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMapFile;
import org.networkfission.prep.settings.Json;

/** The classes of a map of the user's keep their names and colours wherever a network goes. */
class OwnClassesTest {
  /** As many as {@link TinyDataset} shows. */
  private static final int CLASSES = 14;

  private static final List<String> NAMES =
      IntStream.range(0, CLASSES).mapToObj(c -> c == 0 ? "nothing" : "plant no. " + c).toList();
  private static final List<Integer> PALETTE =
      IntStream.range(0, CLASSES).mapToObj(c -> c * 0x0f1203).toList();

  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();

  private Path train() throws Exception {
    Path file = folder.resolve("plants.csv");
    StringBuilder map = new StringBuilder("id,name,color,train_id\n");
    for (int c = 0; c < NAMES.size(); c++) {
      map.append("%d,%s,#%06x,%d\n".formatted(c, NAMES.get(c), PALETTE.get(c), c));
    }
    Files.writeString(file, map);
    ClassMap classes = ClassMapFile.read(new org.apache.hadoop.fs.Path(file.toUri()), HADOOP);
    TinyDataset.write(
        folder.resolve("tiny"), 4, List.of("train"), number -> number, TruthKind.all(), classes);
    ResolvedConfig configuration =
        ResolvedConfig.load(
            List.of(),
            List.of(
                "train.dataset=" + folder.resolve("tiny"),
                "train.output=" + folder.resolve("run"),
                "train.batch-size=2",
                "train.steps=1",
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05",
                "cluster.master=local[1]",
                "cluster.executors=1"));
    new TrainJob(
            configuration.settings().train(),
            configuration.settings().network(),
            configuration.settings().losses(),
            configuration.settings().cluster(),
            configuration.json(),
            new PrintWriter(out, true))
        .execute();
    return folder.resolve("run");
  }

  private void fission(String... arguments) {
    PrintWriter told = new PrintWriter(out, true);
    assertThat(Fission.run(told, told, arguments)).as(out.toString()).isZero();
  }

  private void predicts(Path model, String output) throws Exception {
    fission(
        "predict",
        "--checkpoint=file:" + model,
        "--input=file:" + folder.resolve("photo.jpg"),
        "--output=file:" + folder.resolve(output));
    JsonNode classes =
        Json.MAPPER
            .readTree(folder.resolve(output).resolve("predictions.json").toFile())
            .get("classes");
    assertThat(classes.findValuesAsText("name")).isEqualTo(NAMES);
    assertThat(classes.findValuesAsText("color"))
        .isEqualTo(PALETTE.stream().map("#%06x"::formatted).toList());
  }

  @Test
  void theyAreInTheCheckpointInWhatItPredictsAndInWhatItIsExportedTo() throws Exception {
    Path run = train();
    byte[] rgb = new byte[3 * 40 * 30];
    new Random(1).nextBytes(rgb);
    Files.write(folder.resolve("photo.jpg"), Jpeg.encode(new ColorImage(40, 30, rgb), 90));
    predicts(run, "predictions");

    Path exported = folder.resolve("model.tflite");
    fission("export", "--checkpoint=file:" + run, "--output=file:" + exported, "--format=tflite");
    try (TfliteModel model = TfliteModel.open(Files.readAllBytes(exported), 1)) {
      ModelCard card = model.card();
      assertThat(card.classes()).isEqualTo(NAMES);
      assertThat(card.palette()).isEqualTo(PALETTE);
    }
    assertThat(Files.readString(folder.resolve("model.tflite.card.md")))
        .contains("13 plant no. 13");
    predicts(exported, "exported");

    org.apache.hadoop.fs.Path saved = new org.apache.hadoop.fs.Path(folder + "/saved");
    SavedModel.write(open(run), saved, HADOOP);
    assertThat(SavedModel.read(saved, HADOOP).classes().classNames()).isEqualTo(NAMES);
  }

  private static TrainedModel open(Path run) throws Exception {
    return TrainedModel.open(new org.apache.hadoop.fs.Path(run.toUri()), Weights.TRAINED, HADOOP);
  }

  /** Such a record knows the map's name alone. */
  @Test
  void aCheckpointOfAnEarlierVersionNumbersThem() throws Exception {
    Path run = train();
    Path state = run.resolve("checkpoints").resolve(Checkpoint.name(1)).resolve("state.json");
    ObjectNode record = (ObjectNode) Json.MAPPER.readTree(state.toFile());
    for (JsonNode data : record.get("data")) {
      ((ObjectNode) data).remove(List.of("classNames", "palette"));
    }
    Files.write(state, Json.MAPPER.writeValueAsBytes(record));
    assertThat(open(run).classes().classNames())
        .hasSize(CLASSES)
        .startsWith("void", "class 1", "class 2");
  }
}
