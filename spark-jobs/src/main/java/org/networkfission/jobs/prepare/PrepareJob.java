package org.networkfission.jobs.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.prepare.UnitSummary.Rejected;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMapFile;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.SplitStatistics;
import org.networkfission.prep.storage.Storage;

/**
 * Prepares a dataset: one Spark task per unit turns frames into rows, then the rows are shuffled
 * into shards. Whatever is finished is remembered under {@code <output>/_temporary}; a job that is
 * given again goes on where it stopped, and does nothing where the dataset is done.
 */
public final class PrepareJob {
  private final PrepareSettings settings;
  private final ClusterSettings cluster;
  private final JsonNode configuration;
  private final PrintWriter out;
  private final String input;
  private final String output;
  private final ClassMap classes;
  private final ShardMetadata metadata;

  /**
   * @param configuration the resolved configuration, for the manifest
   * @param out where progress is told
   * @throws InputException if the class map is a file that is missing or wrong
   */
  public PrepareJob(
      PrepareSettings settings, ClusterSettings cluster, JsonNode configuration, PrintWriter out)
      throws IOException {
    this.settings = settings;
    this.cluster = cluster;
    this.configuration = configuration;
    this.out = out;
    this.input = ConfigException.required("prepare.input", settings.input());
    this.output = ConfigException.required("prepare.output", settings.output());
    this.classes = classes(settings, cluster);
    ShardMetadata complete =
        ShardMetadata.of(settings.datasetName(), classes, normalsByName(), Product.VERSION);
    this.metadata = mayLackTruth(settings) ? complete.withOptionalTruth() : complete;
  }

  private static ClassMap classes(PrepareSettings settings, ClusterSettings cluster)
      throws IOException {
    return ClassMapFile.isFile(settings.classMap())
        ? ClassMapFile.read(new Path(settings.classMap()), Cluster.hadoop(cluster))
        : ClassMaps.named(settings.classMap(), settings.labelIds());
  }

  /** A published data set knows all of each frame. */
  private static boolean mayLackTruth(PrepareSettings settings) {
    return settings.dataset() == PrepareSettings.Dataset.LIST
        || settings.truth().size() < TruthKind.all().size();
  }

  /**
   * Runs the job.
   *
   * @throws InputException if the input is missing or too much of it is bad
   */
  public Manifest execute() throws IOException {
    long start = System.nanoTime();
    Configuration hadoop = Cluster.hadoop(cluster);
    OutputFolder.requireFinished(new Path(input), hadoop);
    FrameSource source = Sources.of(settings);
    List<FrameUnit> units = units(source, hadoop);
    String plan = Plan.fingerprint(settings, classes, units);
    if (isDone(hadoop)) {
      return finished(plan, hadoop);
    }
    try (Lease lease = Lease.take("prepare.output", new Path(output), "prepare", hadoop)) {
      if (isDone(hadoop)) { // By the job that had the folder until now.
        return finished(plan, hadoop);
      }
      WorkFolder folder = requireFreeOutput(plan, hadoop);
      UnitTask task = task(source, folder);
      List<UnitSummary> finished = folder.finished(units, hadoop);
      requireSpace(task, units, finished, hadoop);
      folder.begin(plan, hadoop);
      List<UnitSummary> summaries;
      List<ShardSummary> shards;
      try (ClusterSession session =
          Cluster.start(cluster.withoutTensors(), "prepare", output.toString())) {
        PrepareStages stages =
            new PrepareStages(session.spark(), hadoop, folder, lease.proof(), out);
        summaries = stages.units(task, units, finished);
        requireEnough(summaries, folder, hadoop);
        shards =
            stages.shards(
                new ShardTask(metadata, folder, settings.rowGroupSize().toBytes()),
                summaries,
                shardNames(summaries),
                settings.seed());
      }
      StoredFile quarantine =
          QuarantineTable.write(new Path(output), folder.run(), rejected(summaries), hadoop);
      Manifest manifest = manifest(summaries, shards, plan, units);
      new DatasetCommit(new Path(output), lease).execute(manifest, quarantine, hadoop);
      report(manifest, summaries, Duration.ofNanos(System.nanoTime() - start));
      return manifest;
    }
  }

  private boolean isDone(Configuration hadoop) throws IOException {
    Path done = new Path(output, Manifest.SUCCESS);
    return Storage.of(done, hadoop).exists(done);
  }

  private static List<Rejected> rejected(List<UnitSummary> summaries) {
    return summaries.stream().flatMap(s -> s.rejected().stream()).toList();
  }

  /**
   * Tells what {@link #execute} would do, and writes nothing.
   *
   * @throws InputException if the input is missing
   * @throws ConfigException if the output is taken or there is too little space
   */
  public void plan() throws IOException {
    Configuration hadoop = Cluster.hadoop(cluster);
    FrameSource source = Sources.of(settings);
    List<FrameUnit> units = units(source, hadoop);
    String plan = Plan.fingerprint(settings, classes, units);
    if (isDone(hadoop)) {
      finished(plan, hadoop);
      return;
    }
    WorkFolder folder = requireFreeOutput(plan, hadoop);
    List<UnitSummary> finished = folder.finished(units, hadoop);
    PlanListing.print(units, finished.size(), out);
    requireSpace(task(source, folder), units, finished, hadoop);
  }

  private UnitTask task(FrameSource source, WorkFolder folder) {
    return new UnitTask(
        source,
        classes,
        settings.normals(),
        EnumSet.copyOf(settings.truth()),
        settings.imageSize().orElse(null),
        new PixelLimit(settings.maxPixels()),
        metadata,
        folder);
  }

  private void requireSpace(
      UnitTask task, List<FrameUnit> units, List<UnitSummary> finished, Configuration hadoop)
      throws IOException {
    SpaceEstimate space = SpaceEstimate.of(task, metadata, units, new Path(output), hadoop);
    if (space.bytesPerFrame().isEmpty()) {
      return; // Units will tell what is wrong with their frames.
    }
    long frames = units.stream().mapToLong(FrameUnit::frames).sum();
    long needed =
        space.needed(frames, finished.stream().mapToLong(UnitSummary::rows).sum()).orElseThrow();
    out.printf(
        "prepare: %,d frames in %,d units take about %s, at most %s more while the job runs; %s are"
            + " free%n",
        frames,
        units.size(),
        PlanListing.bytes(space.bytesPerFrame().get() * frames),
        PlanListing.bytes(needed),
        space.free() == Long.MAX_VALUE ? "any number" : PlanListing.bytes(space.free()));
    if (needed > space.free()) {
      throw new ConfigException(
          List.of(
              "prepare.output = %s: the job needs about %s there, %s are free; make room, choose another, or take fewer frames (prepare.frame-stride, prepare.max-units)"
                  .formatted(output, PlanListing.bytes(needed), PlanListing.bytes(space.free()))));
    }
  }

  private List<FrameUnit> units(FrameSource source, Configuration hadoop) throws IOException {
    Map<String, Integer> taken = new TreeMap<>();
    List<FrameUnit> units = new ArrayList<>();
    for (FrameUnit unit : source.units(hadoop)) {
      if (taken.merge(unit.split(), 1, Integer::sum) <= settings.maxUnits()) {
        units.add(unit);
      }
    }
    for (String split : settings.splits()) {
      if (!taken.containsKey(split)) {
        throw new InputException(
            "Cannot prepare %s: it has nothing for the split %s".formatted(input, split));
      }
    }
    return units;
  }

  private Manifest finished(String plan, Configuration hadoop) throws IOException {
    Manifest manifest = Manifest.open(new Path(output), hadoop);
    if (!plan.equals(manifest.inputs().get(Plan.KEY))) {
      throw taken("it holds a dataset of another input or configuration; delete it");
    }
    Path left = WorkFolder.first(output).root();
    left.getFileSystem(hadoop).delete(left, true); // By a job that was killed when all was done.
    out.printf("prepare: %s is done already, nothing to do%n", output);
    return manifest;
  }

  /** Whatever stands in the output folder must be this job's. */
  private WorkFolder requireFreeOutput(String plan, Configuration hadoop) throws IOException {
    WorkFolder folder = WorkFolder.first(output);
    Optional<String> earlier = folder.plan(hadoop);
    if (earlier.isPresent()) {
      if (!earlier.get().equals(plan)) {
        throw taken("it holds an unfinished job of another input or configuration; delete it");
      }
      return WorkFolder.later(output);
    }
    Path place = new Path(output);
    Storage files = Storage.of(place, hadoop);
    if (files.exists(place)) {
      if (!files.status(place).isDirectory()) {
        throw taken("it is a file; delete it");
      }
      for (FileStatus file : files.list(place)) {
        String name = file.getPath().getName();
        if (!name.equals(WorkFolder.NAME) && !name.equals(Lease.FOLDER)) {
          throw taken("it holds files of another kind, such as %s; empty it".formatted(name));
        }
      }
    }
    return folder;
  }

  private ConfigException taken(String why) {
    return new ConfigException(
        List.of("prepare.output = %s: %s or choose another".formatted(output, why)));
  }

  private void requireEnough(List<UnitSummary> summaries, WorkFolder folder, Configuration hadoop)
      throws IOException {
    try {
      new QuarantineLimit(settings, input).check(summaries);
    } catch (InputException e) {
      forgetBadUnits(summaries, folder, hadoop);
      throw e;
    }
  }

  /** So that the next run reads them again, for the input may have been mended. */
  private static void forgetBadUnits(
      List<UnitSummary> summaries, WorkFolder folder, Configuration hadoop) throws IOException {
    folder.forget(summaries.stream().filter(s -> !s.rejected().isEmpty()).toList(), hadoop);
  }

  private List<ShardName> shardNames(List<UnitSummary> summaries) {
    Map<String, Long> bytes = new TreeMap<>();
    for (UnitSummary summary : summaries) {
      bytes.merge(summary.split(), summary.bytes(), Long::sum);
    }
    return ShardName.all(bytes, settings.shardSize().toBytes());
  }

  private Manifest manifest(
      List<UnitSummary> summaries, List<ShardSummary> shards, String plan, List<FrameUnit> units) {
    Map<String, SplitStatistics> splits = new TreeMap<>();
    for (ShardSummary shard : shards) {
      splits.merge(shard.file().split(), shard.statistics(), SplitStatistics::plus);
    }
    Map<String, String> inputs = new LinkedHashMap<>();
    inputs.put(Plan.KEY, plan);
    units.forEach(
        u -> inputs.put(u.name(), "%d frames, %d bytes".formatted(u.frames(), u.bytes())));
    return Manifest.of(
        metadata,
        shards.stream()
            .map(ShardSummary::file)
            .sorted(Comparator.comparing(f -> f.path()))
            .toList(),
        splits,
        QuarantineLimit.byReason(summaries),
        configuration,
        inputs);
  }

  private Map<String, String> normalsByName() {
    Map<String, String> values = new TreeMap<>();
    for (RecordComponent component : NormalSettings.class.getRecordComponents()) {
      try {
        values.put(
            component.getName(),
            String.valueOf(component.getAccessor().invoke(settings.normals())));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return values;
  }

  private void report(Manifest manifest, List<UnitSummary> summaries, Duration took) {
    manifest
        .splits()
        .forEach(
            (split, s) ->
                out.printf(
                    "prepare: %s: %,d frames in %d shards, %.1f %% of pixels without depth, %.1f %%"
                        + " with a normal%n",
                    split,
                    s.frames(),
                    manifest.files(split).size(),
                    100 * s.holeShare(),
                    100 * s.normalCoverage()));
    long bad = manifest.quarantined().values().stream().mapToLong(Long::longValue).sum();
    if (bad > 0) {
      out.printf("prepare: %,d frames in quarantine: %s%n", bad, manifest.quarantined());
    }
    PhaseTimes times =
        summaries.stream().map(UnitSummary::times).reduce(PhaseTimes.NONE, PhaseTimes::plus);
    out.printf("prepare: of the units' time: %s%n", times.shares());
    out.printf("prepare: %s is done in %s%n", output, Progress.clock(took));
  }
}
