package org.networkfission.jobs.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.report.Report;
import org.networkfission.jobs.train.checkpoint.CardPage;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ExportedModel;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.storage.Sha256;
import org.networkfission.prep.storage.Storage;

/**
 * Writes a checkpoint's network as a file for other runtimes. Before the file appears, the real
 * runtime opens it and predicts an image, of noise or of those that int8 is calibrated with, to
 * tell how far it is from the network.
 */
public final class ExportJob {
  /** What the name of the card beside a file ends with. */
  private static final String CARD = ".card.md";

  /** The split whose frames int8 is calibrated with. */
  private static final String TRAIN = "train";

  private static final int SEED = 1;
  private static final double MEGABYTE = 1e6;

  private final ExportSettings settings;
  private final Path checkpoint;
  private final Path output;
  private final Configuration hadoop;
  private final PrintWriter out;

  /**
   * Checks that everything is set.
   *
   * @param out where the result is told
   */
  public ExportJob(ExportSettings settings, Configuration hadoop, PrintWriter out) {
    this.settings = settings;
    this.checkpoint =
        new Path(ConfigException.required("export.checkpoint", settings.checkpoint()));
    this.output = new Path(ConfigException.required("export.output", settings.output()));
    this.hadoop = hadoop;
    this.out = out;
  }

  /**
   * Exports.
   *
   * @throws InputException if the checkpoint cannot be read, or its network cannot be exported
   * @throws ConfigException if the output exists
   */
  public void execute() throws IOException {
    if (Storage.of(output, hadoop).exists(output)) {
      throw new ConfigException(
          List.of("export.output = %s: it exists; delete it or choose another".formatted(output)));
    }
    TrainedModel model = TrainedModel.open(checkpoint, settings.weights(), hadoop);
    if (model.file().exported().isPresent()) {
      throw new InputException("Cannot export %s: it is exported already".formatted(model.path()));
    }
    Optional<JsonNode> metrics = metrics(model);
    Optional<CalibrationPhotos> photos = photos(model.spec());
    byte[] file;
    Map<Task, Double> differences;
    try (FissionNetwork network = model.file().network()) {
      file =
          settings
              .format()
              .write(
                  network, card(model), photos.<Iterable<INDArray>>map(p -> p).orElse(List.of()));
      INDArray image =
          photos.map(seen -> seen.iterator().next()).orElseGet(() -> noise(model.spec()));
      differences = differences(network, file, image);
    }
    WholeFile.create(output, file, hadoop);
    WholeFile.write(
        output.suffix(CARD), page(file, photos, metrics).getBytes(StandardCharsets.UTF_8), hadoop);
    out.printf(
        Locale.ROOT,
        "export: %s, %.2f MB in %s; against the network, relative: %s%n",
        output,
        file.length / MEGABYTE,
        settings.precision().id(),
        differences.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.1e", e.getKey().id(), e.getValue()))
            .collect(Collectors.joining(", ")));
  }

  /** What int8 is calibrated with. */
  private Optional<CalibrationPhotos> photos(NetworkSpec spec) throws IOException {
    if (settings.calibrate().isEmpty()) {
      return Optional.empty();
    }
    String dataset = settings.calibrate().get();
    CalibrationPhotos photos =
        CalibrationPhotos.read(dataset, TRAIN, settings.calibrationFrames(), spec, hadoop);
    out.printf("export: calibrates with %,d frames of %s%n", photos.frames(), dataset);
    return Optional.of(photos);
  }

  /** What an evaluation found out of this very network. */
  private Optional<JsonNode> metrics(TrainedModel model) throws IOException {
    if (settings.report().isEmpty()) {
      return Optional.empty();
    }
    String report = settings.report().get();
    JsonNode metrics =
        Json.MAPPER.readTree(
            OutputRecord.read(new Path(report), Report.FILE_NAME, hadoop)
                .orElseThrow(
                    () ->
                        new InputException(
                            "Cannot use report %s: it has no %s"
                                .formatted(report, Report.FILE_NAME))));
    if (!metrics.at("/model/sha256").asText().equals(model.file().sha256())) {
      throw new InputException(
          "Cannot use report %s: it is of another network than %s".formatted(report, model.path()));
    }
    return Optional.of(metrics);
  }

  private String page(byte[] file, Optional<CalibrationPhotos> photos, Optional<JsonNode> metrics)
      throws IOException {
    Checkpoint of = Checkpoint.at(checkpoint, hadoop);
    return CardPage.of(
        of,
        of.card(hadoop),
        "`%s`, %s in %s, %,d bytes%s"
            .formatted(
                output.getName(),
                settings.format().title(),
                settings.precision().id(),
                file.length,
                photos
                    .map(
                        seen ->
                            "; calibrated with %,d frames of `%s`, split %s"
                                .formatted(
                                    seen.frames(), settings.calibrate().orElseThrow(), TRAIN))
                    .orElse("")),
        Sha256.of(file),
        metrics);
  }

  private ModelCard card(TrainedModel model) {
    return new ModelCard(
        model.spec(),
        settings.precision(),
        model.classMap(),
        model.classes().classNames(),
        model.classes().palette(),
        Conventions.of(model.spec()),
        new ModelCard.Provenance(
            "Network Fission " + Product.VERSION,
            model.path().toString(),
            model.file().sha256(),
            model.step(),
            model.parameters()));
  }

  private static INDArray noise(NetworkSpec spec) {
    INDArray image =
        Nd4j.getRandomFactory()
            .getNewRandomInstance(SEED)
            .nextFloat(new long[] {1, spec.input().channels(), spec.height(), spec.width()});
    return spec.input() == InputModality.RGB ? image.muli(255) : image;
  }

  /** The relative L2 distance of each output. */
  private Map<Task, Double> differences(FissionNetwork network, byte[] file, INDArray image)
      throws IOException {
    Map<Task, INDArray> expected = network.predict(image);
    Map<Task, Double> differences = new LinkedHashMap<>();
    try (ExportedModel model = settings.format().open(file, 1)) {
      model
          .predict(image)
          .forEach(
              (task, output) ->
                  differences.put(
                      task,
                      output.distance2(expected.get(task))
                          / expected.get(task).norm2Number().doubleValue()));
    }
    return differences;
  }
}
