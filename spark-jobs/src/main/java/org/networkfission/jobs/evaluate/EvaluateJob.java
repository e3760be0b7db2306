package org.networkfission.jobs.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.inference.ImportedModel;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.report.Contender;
import org.networkfission.jobs.report.DataFacts;
import org.networkfission.jobs.report.HtmlReport;
import org.networkfission.jobs.report.MarkdownReport;
import org.networkfission.jobs.report.Panel;
import org.networkfission.jobs.report.Provenance;
import org.networkfission.jobs.report.Replicates;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.evaluation.ConstantFit;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.storage.Sha256;
import org.networkfission.prep.storage.Storage;

/**
 * Evaluates a checkpoint on a split: every executor predicts its share of the row groups and
 * counts; the driver merges the counts, which gives the same figures however the work was shared
 * out, and writes the report.
 */
public final class EvaluateJob {
  /** The command that writes reports. */
  static final String JOB = "evaluate";

  private static final String TRAIN = "train";
  private static final double NANOS = 1e9;

  private final EvaluateSettings settings;
  private final ClusterSettings cluster;
  private final JsonNode configuration;
  private final PrintWriter out;
  private final Optional<ImportedModel> imported;
  private final Path checkpoint;
  private final Path data;
  private final Path output;

  /**
   * @param configuration the resolved configuration, stored with the report
   * @param out where progress is told
   */
  public EvaluateJob(
      EvaluateSettings settings, ClusterSettings cluster, JsonNode configuration, PrintWriter out) {
    this(settings, cluster, Optional.empty(), configuration, out);
  }

  /**
   * @param imported what the checkpoint is if it is a file of another library's; without, such a
   *     file is refused
   * @param configuration the resolved configuration, stored with the report
   * @param out where progress is told
   */
  public EvaluateJob(
      EvaluateSettings settings,
      ClusterSettings cluster,
      Optional<ImportedModel> imported,
      JsonNode configuration,
      PrintWriter out) {
    this.settings = settings;
    this.imported = imported;
    this.cluster = cluster;
    this.configuration = configuration;
    this.out = out;
    this.checkpoint =
        new Path(ConfigException.required("evaluate.checkpoint", settings.checkpoint()));
    this.data = new Path(ConfigException.required("evaluate.data", settings.data()));
    this.output = new Path(ConfigException.required("evaluate.output", settings.output()));
  }

  /**
   * Runs the job.
   *
   * @throws InputException if the checkpoint or the data are missing or do not fit, or too many
   *     rows cannot be read
   * @throws ConfigException if the output exists
   */
  public EvaluateResult execute() throws IOException {
    long start = System.nanoTime();
    Configuration hadoop = Cluster.hadoop(cluster);
    try (OutputFolder folder = OutputFolder.begin("evaluate.output", output, JOB, hadoop)) {
      Manifest manifest = Manifest.open(data, hadoop);
      List<RowRange> groups = groups(manifest);
      TrainedModel model = open(manifest, hadoop);
      requireClassesOf(model, manifest);
      sayDifferences(model, manifest, hadoop);
      Protocol protocol = settings.protocol();
      protocol.check(model, manifest);
      Optional<TrainedModel> exported = exported(model, hadoop);
      Models models =
          Models.of(model, settings.untrained(), exported.map(TrainedModel::file), protocol);
      Part part;
      List<Panel> panels;
      int classes = model.spec().classes();
      try (ClusterSession session =
          Cluster.start(cluster.oneTaskPerExecutor(), "evaluate", checkpoint.toString())) {
        EvaluateStages stages =
            new EvaluateStages(
                settings,
                data.toString(),
                session.spark(),
                hadoop,
                models,
                cluster.executors().max(),
                out);
        ConstantFit constant = stages.constant(RowRange.groups(manifest, TRAIN), classes);
        part =
            stages.evaluate(
                groups,
                manifest.files(settings.split()),
                constant,
                new PredictionOutput(
                    settings.predictions(),
                    folder.path().toString(),
                    folder.proof(),
                    model.spec().tasks().stream().map(Task::id).toList(),
                    manifest.palette()));
        requireReadable(part, groups);
        part.predictions().forEach(folder::add);
        panels = stages.panels(groups, part.of(Contender.TRAINED), manifest.palette());
      }
      ReportBuilder builder = new ReportBuilder(part, manifest.classNames(), settings.panels());
      Report report =
          builder.build(
              describe(manifest, part, hadoop),
              protocol.described(),
              describe(model),
              exported.map(e -> describe(e, part)).orElse(null));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      Provenance provenance =
          new Provenance(facts(model, exported, report, part, took), configuration);
      folder.write(Replicates.FILE_NAME, builder.replicates().toJson());
      write(folder, report, provenance, panels);
      return new EvaluateResult(output, report);
    }
  }

  private TrainedModel open(Manifest manifest, Configuration hadoop) throws IOException {
    if (imported.isEmpty() || !ImportedModel.isAt(checkpoint, hadoop)) {
      return TrainedModel.open(checkpoint, settings.weights(), hadoop);
    }
    int classes = imported.get().spec().classes();
    if (imported.get().spec().predictsClasses() && classes != manifest.classNames().size()) {
      throw new ConfigException(
          List.of(
              "network.classes = %d: must be %d to evaluate %s on %s, which has the classes of %s"
                  .formatted(
                      classes,
                      manifest.classNames().size(),
                      checkpoint,
                      data,
                      manifest.classMap())));
    }
    return imported.get().open(checkpoint, manifest, hadoop);
  }

  private void write(OutputFolder folder, Report report, Provenance provenance, List<Panel> panels)
      throws IOException {
    folder.write(Report.FILE_NAME, report.toJson());
    folder.write(Provenance.FILE_NAME, provenance.toJson());
    folder.write(
        MarkdownReport.FILE_NAME,
        MarkdownReport.of(report, provenance).getBytes(StandardCharsets.UTF_8));
    folder.write(
        HtmlReport.FILE_NAME,
        HtmlReport.of(report, provenance, panels).getBytes(StandardCharsets.UTF_8));
    folder.commit();
  }

  private List<RowRange> groups(Manifest manifest) {
    List<RowRange> groups = RowRange.groups(manifest, settings.split());
    if (groups.isEmpty()) {
      throw new InputException(
          "Cannot evaluate split %s of %s: it has only %s"
              .formatted(settings.split(), data, String.join(", ", manifest.splits().keySet())));
    }
    return groups;
  }

  private void requireReadable(Part part, List<RowRange> groups) {
    long rows = groups.stream().mapToLong(RowRange::rows).sum();
    if (!part.damaged().isEmpty()) {
      throw new InputException(
          "Cannot evaluate split %s of %s: %s"
              .formatted(settings.split(), data, String.join("; ", part.damaged())));
    }
    if (part.corrupt().rows() > settings.maxCorruptFraction() * rows) {
      throw new InputException(
          "Cannot evaluate split %s of %s: %,d of %,d rows cannot be read, more than evaluate.max-corrupt-fraction = %s allows: %s"
              .formatted(
                  settings.split(),
                  data,
                  part.corrupt().rows(),
                  rows,
                  settings.maxCorruptFraction(),
                  String.join("; ", part.corrupt().names())));
    }
  }

  private void requireClassesOf(TrainedModel model, Manifest manifest) {
    if (model.spec().predictsClasses() && !model.classMap().equals(manifest.classMap())) {
      throw new InputException(
          "Cannot evaluate checkpoint %s on %s: it learned the classes of %s, the data set has those of %s"
              .formatted(model.path(), data, model.classMap(), manifest.classMap()));
    }
  }

  /** Tells where the data are not like those that the network learned from. */
  private void sayDifferences(TrainedModel model, Manifest manifest, Configuration hadoop)
      throws IOException {
    DataFacts own = DataFacts.of(data.toString(), manifest, settings.split(), hadoop);
    List<DataFacts> learned = model.learned();
    if (learned.stream().noneMatch(one -> one.manifest().equals(own.manifest()))) {
      List<String> differences = DataFacts.differences(learned, List.of(own));
      if (!differences.isEmpty()) {
        out.printf(
            "%s learned from other data: %s%n", model.path(), String.join(", ", differences));
      }
    }
  }

  /** The model that was exported from the checkpoint, if one is to be judged beside it. */
  private Optional<TrainedModel> exported(TrainedModel model, Configuration hadoop)
      throws IOException {
    if (settings.exported().isEmpty()) {
      return Optional.empty();
    }
    EvaluateSettings.Beside beside = settings.exported().get();
    ExportedFormat format = beside.format();
    Path file = new Path(beside.file());
    if (!ExportedFormat.of(file.getName()).equals(Optional.of(format))) {
      throw new ConfigException(
          List.of(
              "evaluate.%s = %s: must be a %s file that export wrote"
                  .formatted(format.id(), beside.file(), format.suffix())));
    }
    TrainedModel exported = TrainedModel.open(file, Weights.TRAINED, hadoop);
    if (!exported.spec().sameNetworkAs(model.spec())) {
      throw new InputException(
          "Cannot evaluate %s beside %s: it was exported from another network, %s"
              .formatted(exported.path(), model.path(), exported.spec()));
    }
    return Optional.of(exported);
  }

  private static Report.Exported describe(TrainedModel exported, Part part) {
    OptionalDouble labels = part.agreement().labels();
    return new Report.Exported(
        exported.file().exported().orElseThrow().shortTitle(),
        exported.path().getName(),
        exported.file().length(),
        exported.file().sha256(),
        labels.isPresent() ? labels.getAsDouble() : null,
        part.agreement().distances());
  }

  private static Report.Model describe(TrainedModel model) {
    NetworkSpec spec = model.spec();
    return new Report.Model(
        model.step(),
        spec.scheme().id(),
        spec.heads().name().toLowerCase(Locale.ROOT),
        spec.tasks().stream().map(Task::id).toList(),
        spec.width(),
        spec.height(),
        spec.widthMultiplier(),
        model.parameters(),
        model.file().sha256(),
        model.learned());
  }

  private Report.Data describe(Manifest manifest, Part part, Configuration hadoop)
      throws IOException {
    Path file = new Path(data, Manifest.FILE_NAME);
    byte[] bytes = Storage.of(file, hadoop).read(file);
    return new Report.Data(
        manifest.dataset(),
        settings.split(),
        part.frames(),
        manifest.classMap(),
        manifest.classNames(),
        manifest.palette(),
        Sha256.of(bytes));
  }

  private Map<String, String> facts(
      TrainedModel model,
      Optional<TrainedModel> exported,
      Report report,
      Part part,
      Duration took) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("checkpoint", model.path().toString());
    facts.put("weights", settings.weights().name().toLowerCase(Locale.ROOT));
    facts.put("model sha256", report.model().sha256());
    exported.ifPresent(
        e -> {
          String format = e.file().exported().orElseThrow().id();
          facts.put(format, e.path().toString());
          facts.put(format + " sha256", e.file().sha256());
          double ms = part.millisPerFrame(Contender.EXPORTED);
          facts.put(
              report.exported().latencyKey(),
              String.format(Locale.ROOT, "%.1f ms a frame on one thread of a busy executor", ms));
        });
    facts.put("data", data.toString());
    facts.put("manifest sha256", report.data().manifestSha256());
    facts.put("Network Fission", Product.VERSION);
    facts.put("Java", Runtime.version().toString());
    facts.put("Spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    if (!part.arithmetic().isEmpty()) {
      facts.put("arithmetic", String.join("; ", part.arithmetic()));
    }
    facts.put(
        "cluster",
        "%s executors of %d cores".formatted(cluster.executors(), cluster.coresPerExecutor()));
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("wall time", String.format(Locale.ROOT, "%,.1f s", took.toNanos() / NANOS));
    facts.put(
        "core time",
        String.format(Locale.ROOT, "%,.1f s", part.nanos() / NANOS * cluster.coresPerExecutor()));
    return facts;
  }
}
