package org.networkfission.jobs.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.SplitStatistics;

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
  private final WorkFolder folder;
  private final ClassMap classes;
  private final ShardMetadata metadata;

  /**
   * @param configuration the resolved configuration, for the manifest
   * @param out where progress is told
   */
  public PrepareJob(
      PrepareSettings settings, ClusterSettings cluster, JsonNode configuration, PrintWriter out) {
    this.settings = settings;
    this.cluster = cluster;
    this.configuration = configuration;
    this.out = out;
    this.input = ConfigException.required("prepare.input", settings.input());
    this.output = ConfigException.required("prepare.output", settings.output());
    this.folder = new WorkFolder(output);
    this.classes = ClassMaps.named(settings.classMap(), settings.dataset().labels());
    this.metadata =
        ShardMetadata.of(settings.dataset().id(), classes, normalsByName(), Product.VERSION);
  }

  /**
   * Runs the job.
   *
   * @throws InputException if the input is missing or too much of it is bad
   */
  public Manifest execute() throws IOException {
    long start = System.nanoTime();
    Configuration hadoop = Cluster.hadoop(cluster);
    FrameSource source = Sources.of(settings);
    List<FrameUnit> units = units(source, hadoop);
    String plan = Plan.fingerprint(settings, units);
    Path done = new Path(output, Manifest.SUCCESS);
    if (done.getFileSystem(hadoop).exists(done)) {
      return finished(plan, hadoop);
    }
    requireFreeOutput(plan, hadoop);
    UnitTask task = task(source);
    List<UnitSummary> finished = folder.finished(units, hadoop);
    requireSpace(task, units, finished, hadoop);
    folder.writeText(folder.plan(), plan, hadoop);
    List<UnitSummary> summaries;
    List<ShardSummary> shards;
    try (ClusterSession session =
        Cluster.start(cluster.withoutTensors(), "prepare", output.toString())) {
      PrepareStages stages = new PrepareStages(session.spark(), hadoop, folder, out);
      summaries = stages.units(task, units, finished);
      requireEnough(summaries, hadoop);
      shards =
          stages.shards(
              new ShardTask(metadata, folder, settings.rowGroupSize().toBytes()),
              summaries,
              shardNames(summaries),
              settings.seed());
      stages.quarantine(summaries.stream().flatMap(s -> s.rejected().stream()).toList());
    }
    Manifest manifest = publish(summaries, shards, plan, units, hadoop);
    report(manifest, summaries, Duration.ofNanos(System.nanoTime() - start));
    return manifest;
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
    String plan = Plan.fingerprint(settings, units);
    Path done = new Path(output, Manifest.SUCCESS);
    if (done.getFileSystem(hadoop).exists(done)) {
      finished(plan, hadoop);
      return;
    }
    requireFreeOutput(plan, hadoop);
    List<UnitSummary> finished = folder.finished(units, hadoop);
    PlanListing.print(units, finished.size(), out);
    requireSpace(task(source), units, finished, hadoop);
  }

  private UnitTask task(FrameSource source) {
    return new UnitTask(
        source,
        classes,
        settings.normals(),
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
    out.printf("prepare: %s is done already, nothing to do%n", output);
    return manifest;
  }

  /** Whatever stands in the output folder must be this job's. */
  private void requireFreeOutput(String plan, Configuration hadoop) throws IOException {
    String earlier = WorkFolder.readText(folder.plan(), hadoop);
    if (earlier != null && !earlier.equals(plan)) {
      throw taken(
          "it holds an unfinished job of another input or configuration; delete " + folder.root());
    }
    Path place = new Path(output);
    FileSystem fs = place.getFileSystem(hadoop);
    if (earlier == null && fs.exists(place)) {
      if (!fs.getFileStatus(place).isDirectory()) {
        throw taken("it is a file; delete it");
      }
      for (FileStatus file : fs.listStatus(place)) {
        if (!file.getPath().equals(fs.makeQualified(folder.root()))) {
          throw taken(
              "it holds files of another kind, such as %s; empty it"
                  .formatted(file.getPath().getName()));
        }
      }
    }
  }

  private ConfigException taken(String why) {
    return new ConfigException(
        List.of("prepare.output = %s: %s or choose another".formatted(output, why)));
  }

  private void requireEnough(List<UnitSummary> summaries, Configuration hadoop) throws IOException {
    try {
      new QuarantineLimit(settings, input).check(summaries);
    } catch (InputException e) {
      forgetBadUnits(summaries, hadoop);
      throw e;
    }
  }

  /** So that the next run reads them again, for the input may have been mended. */
  private void forgetBadUnits(List<UnitSummary> summaries, Configuration hadoop)
      throws IOException {
    for (UnitSummary summary : summaries) {
      if (!summary.rejected().isEmpty()) {
        Path file = folder.summary(summary.split(), summary.unit());
        file.getFileSystem(hadoop).delete(file, false);
      }
    }
  }

  private List<ShardName> shardNames(List<UnitSummary> summaries) {
    Map<String, Long> bytes = new TreeMap<>();
    for (UnitSummary summary : summaries) {
      bytes.merge(summary.split(), summary.bytes(), Long::sum);
    }
    List<ShardName> shards = new ArrayList<>();
    bytes.forEach(
        (split, total) -> {
          long size = settings.shardSize().toBytes();
          long count = Math.max(1, (total + size - 1) / size);
          for (int i = 0; i < count; i++) {
            shards.add(new ShardName(split, i));
          }
        });
    return shards;
  }

  private Manifest publish(
      List<UnitSummary> summaries,
      List<ShardSummary> shards,
      String plan,
      List<FrameUnit> units,
      Configuration hadoop)
      throws IOException {
    Map<String, SplitStatistics> splits = new TreeMap<>();
    for (ShardSummary shard : shards) {
      splits.merge(shard.file().split(), shard.statistics(), SplitStatistics::plus);
    }
    Map<String, String> inputs = new LinkedHashMap<>();
    inputs.put(Plan.KEY, plan);
    units.forEach(
        u -> inputs.put(u.name(), "%d frames, %d bytes".formatted(u.frames(), u.bytes())));
    Manifest manifest =
        Manifest.of(
            metadata,
            shards.stream()
                .map(ShardSummary::file)
                .sorted(Comparator.comparing(f -> f.path()))
                .toList(),
            splits,
            QuarantineLimit.byReason(summaries),
            configuration,
            inputs);
    FileSystem fs = folder.root().getFileSystem(hadoop);
    for (String split : Set.copyOf(shards.stream().map(s -> s.file().split()).toList())) {
      move(fs, new Path(folder.shards(), split), new Path(output, split));
    }
    move(fs, folder.quarantine(), new Path(output, Manifest.QUARANTINE));
    manifest.write(new Path(output), hadoop);
    fs.create(new Path(output, Manifest.SUCCESS), true).close();
    fs.delete(folder.root(), true);
    return manifest;
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
    StageTimes times =
        summaries.stream().map(UnitSummary::times).reduce(StageTimes.NONE, StageTimes::plus);
    out.printf("prepare: of the units' time: %s%n", times.shares());
    out.printf("prepare: %s is done in %s%n", output, Progress.clock(took));
  }

  private static void move(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.exists(from)) {
      return; // moved by an earlier run, cut off while it published
    }
    fs.delete(to, true);
    if (!fs.rename(from, to)) {
      throw new IOException("Cannot rename %s to %s".formatted(from, to));
    }
  }
}
