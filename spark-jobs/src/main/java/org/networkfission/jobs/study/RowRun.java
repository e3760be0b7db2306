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
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.settings.Json;

/**
 * A row with one seed, in {@code <output>/<study>/<row>/seed-<seed>}: {@code row.json} (what
 * decides its figures), {@code run} (training) and {@code report} (evaluation). It is finished when
 * the report has its record.
 *
 * @param row what is trained
 * @param seed with which seed
 * @param folder its own
 */
record RowRun(Row row, long seed, Path folder) {
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
  static RowRun of(Row row, int repetition, String output) {
    return withSeed(row, row.settings().train().seed() + BETWEEN_SEEDS * repetition, output);
  }

  static RowRun withSeed(Row row, long seed, String output) {
    return new RowRun(row, seed, new Path(folder(row, output), SEED + seed));
  }

  /** The folder of all repetitions of a row. */
  static Path folder(Row row, String output) {
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

  /** What the folder's training was begun with and is no longer so; empty where nothing is. */
  List<String> changes(Configuration hadoop) throws IOException {
    Path file = new Path(folder, IDENTITY);
    Optional<byte[]> before = WholeFile.read(file, hadoop);
    if (before.isEmpty() || before.get().length == 0) { // Earlier versions left it empty if killed.
      return List.of();
    }
    return Identity.differences(JSON.readTree(before.get()), identity());
  }

  private JsonNode identity() {
    ObjectNode identity = (ObjectNode) Identity.of(row);
    ((ObjectNode) identity.get("train")).put("seed", seed);
    return identity;
  }

  /**
   * Trains, or goes on, and evaluates.
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
    writeIdentity(hadoop);
    new TrainJob(
            settings.train(), settings.network(), settings.losses(), settings.cluster(), json, out)
        .execute();
    new EvaluateJob(settings.evaluate(), settings.cluster(), json, out).execute();
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

  private void writeIdentity(Configuration hadoop) throws IOException {
    WholeFile.write(
        new Path(folder, IDENTITY),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(identity()),
        hadoop);
  }
}
