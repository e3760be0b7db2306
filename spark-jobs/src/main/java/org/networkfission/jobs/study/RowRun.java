package org.networkfission.jobs.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.evaluate.EvaluateJob;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TrainJob;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.input.WeightedDataset;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.storage.Storage;

/**
 * A row with one seed, in {@code <output>/<study>/<row>/seed-<seed>}: {@code row.json} (what
 * decides its figures), {@code run} (training) and {@code report} (evaluation). It is finished when
 * the report has its record.
 *
 * @param row what is trained
 * @param seed with which seed
 * @param folder its own
 */
record RowRun(StudyRow row, long seed, Path folder) {
  static final String SEED = "seed-";

  private static final String IDENTITY = "row.json";
  private static final String RUN = "run";
  private static final String REPORT = "report";
  private static final ObjectMapper JSON = Json.MAPPER;

  /** Far apart, so that rows which differ in the seed alone stay different. */
  private static final long BETWEEN_SEEDS = 100;

  /**
   * A repetition of a row.
   *
   * @param output the folder of all studies
   * @param repetition from 0
   */
  static RowRun of(StudyRow row, int repetition, String output) {
    return withSeed(row, row.settings().train().seed() + BETWEEN_SEEDS * repetition, output);
  }

  private static RowRun withSeed(StudyRow row, long seed, String output) {
    return new RowRun(row, seed, new Path(folder(row, output), SEED + seed));
  }

  /** Every repetition that was begun, however many are asked for this time. */
  static List<RowRun> begun(StudyRow row, String output, Configuration hadoop) throws IOException {
    Path folder = folder(row, output);
    Storage storage = Storage.of(folder, hadoop);
    if (!storage.exists(folder)) {
      return List.of();
    }
    return storage.list(folder).stream()
        .map(file -> file.getPath().getName())
        .filter(name -> name.matches(SEED + "-?[0-9]+"))
        .map(name -> Long.parseLong(name.substring(SEED.length())))
        .sorted()
        .map(seed -> withSeed(row, seed, output))
        .toList();
  }

  /** The folder of all repetitions of a row. */
  private static Path folder(StudyRow row, String output) {
    return new Path(new Path(output, row.study()), row.id());
  }

  String key() {
    return row.key() + "/" + SEED + seed;
  }

  Path run() {
    return new Path(folder, RUN);
  }

  Path report() {
    return new Path(folder, REPORT);
  }

  boolean finished(Configuration hadoop) throws IOException {
    return OutputRecord.isIn(report(), hadoop);
  }

  /** How far it is, in words. */
  String state(Configuration hadoop) throws IOException {
    if (finished(hadoop)) {
      return "finished";
    }
    long step = Checkpoint.latest(run(), hadoop).map(c -> c.state().step()).orElse(-1L);
    return step < 0 ? "waiting" : "step %,d of %,d".formatted(step, row.settings().train().steps());
  }

  /**
   * What the folder's training was begun with and is no longer so, as {@code key = now (then)};
   * empty where nothing is.
   */
  List<String> changes(Configuration hadoop) throws IOException {
    Optional<JsonNode> before = begunWith(hadoop);
    if (before.isPresent()) {
      List<String> all = Identity.differences(before.get(), identity(hadoop));
      List<String> own = all.stream().filter(line -> !Identity.isOfStart(line)).toList();
      return own.isEmpty() ? all : own;
    }
    return finished(hadoop) ? List.of("not known (no %s)".formatted(IDENTITY)) : List.of();
  }

  /**
   * Checks that what the folder holds is this row.
   *
   * @throws ConfigException if it was begun with other settings
   */
  void requireUnchanged(Configuration hadoop) throws IOException {
    List<String> changes = changes(hadoop);
    if (!changes.isEmpty()) {
      throw new ConfigException(
          List.of(
              "row %s was begun with other settings: %s; give those in brackets, another study.output, or delete %s"
                  .formatted(key(), String.join(", ", changes), folder)));
    }
  }

  private Optional<JsonNode> begunWith(Configuration hadoop) throws IOException {
    Optional<byte[]> before = WholeFile.read(new Path(folder, IDENTITY), hadoop);
    if (before.isEmpty() || before.get().length == 0) { // Earlier versions left it empty if killed.
      return Optional.empty();
    }
    return Optional.of(JSON.readTree(before.get()));
  }

  /** With what the data are, too: data that were prepared anew are others. */
  private JsonNode identity(Configuration hadoop) throws IOException {
    ObjectNode identity = (ObjectNode) Identity.of(row);
    ((ObjectNode) identity.get("train")).put("seed", seed);
    ObjectNode manifests = identity.putObject("manifest");
    for (WeightedDataset data : row.settings().train().data()) {
      Path manifest = new Path(data.path(), Manifest.FILE_NAME);
      if (Storage.of(manifest, hadoop).exists(manifest)) {
        manifests.put(data.path(), Manifest.sha256(new Path(data.path()), hadoop));
      }
    }
    return identity;
  }

  /**
   * Trains, or goes on, and evaluates. Another study may have the same row: the folder belongs to
   * one of them at a time.
   *
   * @param output the folder of all studies
   * @param out where progress is told
   */
  void execute(String output, Configuration hadoop, PrintWriter out)
      throws IOException, InterruptedException {
    ResolvedConfig configuration = ResolvedConfig.of(layers(output));
    Settings settings = configuration.settings();
    ObjectNode json = (ObjectNode) configuration.json();
    json.remove("study");
    try (Lease lease = Lease.take("study.output", folder, "study", hadoop)) {
      begin(hadoop);
      if (finished(hadoop)) {
        return;
      }
      new TrainJob(
              settings.train(),
              settings.network(),
              settings.losses(),
              settings.cluster(),
              json,
              out)
          .execute();
      lease.requireHeld();
      new EvaluateJob(settings.evaluate(), settings.cluster(), json, out).execute();
    }
  }

  private Layers layers(String output) {
    Layers layers =
        row.layers()
            .with("train.output", run().toString())
            .with("train.seed", seed)
            .with("evaluate.checkpoint", run().toString())
            .with("evaluate.output", report().toString());
    if (row.settings().evaluate().data().isEmpty()) {
      layers = layers.with("evaluate.data", row.settings().train().dataset().orElseThrow());
    }
    Optional<String> from =
        row.start()
            .row()
            .map(before -> of(before, 0, output).run().toString())
            .or(row.start()::weights);
    return from.isPresent() ? layers.with("train.initialise.from", from.get()) : layers;
  }

  /**
   * Says once what decides the row's figures; whoever goes on must agree.
   *
   * @throws ConfigException if it was begun with other settings
   */
  void begin(Configuration hadoop) throws IOException {
    requireUnchanged(hadoop);
    if (begunWith(hadoop).isEmpty()) {
      WholeFile.write(
          new Path(folder, IDENTITY),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(identity(hadoop)),
          hadoop);
    }
  }
}
