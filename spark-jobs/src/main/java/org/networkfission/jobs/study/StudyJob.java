package org.networkfission.jobs.study;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.config.NearestName;
import org.networkfission.jobs.prepare.PrepareJob;
import org.networkfission.jobs.report.TextTable;
import org.networkfission.jobs.sample.SampleJob;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.graph.NetworkCost;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.storage.Storage;

/**
 * Runs the rows of a study that are not finished yet, and those that they begin from, in one Spark
 * application, and writes the table of all that are.
 */
public final class StudyJob {
  private final Study study;
  private final Study shipped;
  private final List<Study.Entry> chosen;
  private final int seeds;
  private final PrintWriter out;
  private final String output;
  private final ClusterSettings cluster;

  /**
   * @param name of a shipped study, or a file that ends with {@code .conf}
   * @param rows ids of those to run; all where empty
   * @param seeds how many times each row is trained, each time with another seed
   * @param given what wins over the study's file
   * @param out where progress is told
   * @throws ConfigException naming everything that is wrong with the study
   */
  public StudyJob(String name, List<String> rows, int seeds, Layers given, PrintWriter out) {
    this.study = StudyReader.read(name, given);
    this.shipped =
        StudyReader.read(
            name, Layers.of(List.of(), List.of("study.imagenet=none", "study.output=none")));
    this.seeds = seeds;
    this.out = out;
    this.cluster = study.base().cluster();
    this.chosen = chosen(rows);
    this.output = requireOutputAndData();
  }

  private List<Study.Entry> chosen(List<String> rows) {
    List<String> ids = study.entries().stream().map(e -> e.settings().id()).toList();
    List<String> problems = new ArrayList<>();
    for (String row : rows) {
      if (!ids.contains(row)) {
        problems.add(
            "--rows: no row %s in study %s; the nearest is %s"
                .formatted(row, study.name(), NearestName.of(row, ids).orElseThrow()));
      }
    }
    if (seeds < 1) {
      problems.add("--seeds = %d: must be at least 1".formatted(seeds));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return study.entries().stream()
        .filter(e -> rows.isEmpty() || rows.contains(e.settings().id()))
        .toList();
  }

  private String requireOutputAndData() {
    List<String> problems = new ArrayList<>();
    if (study.settings().output().isEmpty()) {
      problems.add(ConfigException.missing("study.output"));
    }
    if (cluster.executors().isElastic()) { // Rows side by side share the executors.
      problems.add(
          "cluster.executors = %s: must be one number in a study".formatted(cluster.executors()));
    }
    Stream<StudyRow> rows = chosen.stream().map(Study.Entry::row);
    rows.flatMap(StudyRow::withStarts)
        .filter(row -> row.settings().train().dataset().isEmpty())
        .map(row -> row.settings().prepare().dataset().id())
        .distinct()
        .forEach(name -> problems.add(ConfigException.missing("study.datasets." + name)));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return study.settings().output().get();
  }

  /** What would be run, in order, and how far it is. */
  public TextTable plan() throws IOException {
    Configuration hadoop = Cluster.hadoop(cluster);
    List<List<String>> lines = new ArrayList<>();
    for (RowRun run : all().order()) {
      StudyRow row = run.row();
      NetworkCost cost = new NetworkCost(row.settings().network());
      lines.add(
          List.of(
              run.key(),
              row.start().text(),
              run.state(hadoop),
              String.format(Locale.ROOT, "%,d", row.settings().train().steps()),
              String.format(Locale.ROOT, "%.2f M", cost.parameters() / 1e6),
              String.format(Locale.ROOT, "%.2f G", cost.multiplyAdds() / 1e9),
              String.join(", ", run.changes(hadoop))));
    }
    return new TextTable(
        List.of("row", "begins from", "state", "steps", "parameters", "multiply-adds", "changed"),
        lines);
  }

  /**
   * Runs what is not finished and writes the result.
   *
   * @return the folder of {@code study.json}, {@code study.md} and {@code study.html}
   * @throws ConfigException if a row was begun with other settings
   */
  public Path execute() throws Exception {
    Configuration hadoop = Cluster.hadoop(cluster);
    requireOwn(hadoop);
    try (Lease lease = Lease.take("study.output", folder(), "study", hadoop)) {
      return execute(lease, hadoop);
    }
  }

  private Path folder() {
    return new Path(output, study.name());
  }

  /** A data set, a report or a run is not a folder of studies. */
  private void requireOwn(Configuration hadoop) throws IOException {
    Path place = new Path(output);
    Storage storage = Storage.of(place, hadoop);
    for (String name : List.of(OutputRecord.FILE_NAME, Checkpoint.FOLDER)) {
      if (storage.exists(new Path(place, name))) {
        throw new ConfigException(
            List.of(
                "study.output = %s: it holds files of another kind, such as %s; choose another"
                    .formatted(output, name)));
      }
    }
  }

  private Path execute(Lease lease, Configuration hadoop) throws Exception {
    requireUnchanged(hadoop);
    Schedule schedule = unfinished(hadoop);
    List<RowRun> order = schedule.order();
    out.println("study %s: %d trainings to run".formatted(study.name(), order.size()));
    Map<RowRun, Exception> failures = Map.of();
    if (!order.isEmpty()) {
      makeData(order, hadoop);
      int parallel = Math.min(study.settings().parallelRows(), order.size());
      ClusterSettings whole =
          cluster.withExecutors(cluster.executors().max() * parallel).oneTaskPerExecutor();
      try (ClusterSession session = Cluster.start(whole, "study", study.name())) {
        out.println("Spark application " + session.spark().sparkContext().applicationId());
        failures =
            schedule.run(
                parallel,
                run -> {
                  run.execute(output, hadoop, RowConsole.of(run.key(), out));
                  write(hadoop);
                });
      }
    }
    lease.requireHeld();
    Path folder = write(hadoop);
    throwFirst(failures);
    return folder;
  }

  private Schedule all() {
    Schedule schedule = new Schedule();
    for (RowRun run : withStarts()) {
      schedule.add(run, before(run).stream().collect(Collectors.toSet()));
    }
    return schedule;
  }

  private Schedule unfinished(Configuration hadoop) throws IOException {
    Set<RowRun> needed = new LinkedHashSet<>();
    for (Study.Entry entry : chosen) {
      for (int i = 0; i < seeds; i++) {
        addUnfinished(RowRun.of(entry.row(), i, output), needed, hadoop);
      }
    }
    Schedule schedule = new Schedule();
    for (RowRun run : needed) {
      schedule.add(run, before(run).filter(needed::contains).stream().collect(Collectors.toSet()));
    }
    return schedule;
  }

  private void addUnfinished(RowRun run, Set<RowRun> needed, Configuration hadoop)
      throws IOException {
    if (!run.finished(hadoop)) {
      Optional<RowRun> before = before(run);
      if (before.isPresent()) {
        addUnfinished(before.get(), needed, hadoop);
      }
      needed.add(run);
    }
  }

  /** The chosen rows with all that they build on. */
  private Set<RowRun> withStarts() {
    Set<RowRun> runs = new LinkedHashSet<>();
    for (Study.Entry entry : chosen) {
      for (int i = 0; i < seeds; i++) {
        for (Optional<RowRun> run = Optional.of(RowRun.of(entry.row(), i, output));
            run.isPresent();
            run = run.flatMap(this::before)) {
          runs.add(run.get());
        }
      }
    }
    return runs;
  }

  /** Rows begin from the first seed of another. */
  private Optional<RowRun> before(RowRun run) {
    return run.row().start().row().map(row -> RowRun.of(row, 0, output));
  }

  /** Of every row of the table, with every seed there is, and of what the chosen ones build on. */
  private void requireUnchanged(Configuration hadoop) throws IOException {
    Set<RowRun> runs = withStarts();
    for (Study.Entry entry : study.entries()) {
      runs.addAll(RowRun.begun(entry.row(), output, hadoop));
    }
    List<String> problems = new ArrayList<>();
    for (RowRun run : runs) {
      try {
        run.requireUnchanged(hadoop);
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private void makeData(List<RowRun> runs, Configuration hadoop)
      throws IOException, InterruptedException {
    for (RowRun run : runs) {
      Settings settings = run.row().settings();
      if (study.settings().sample() && !exists(settings.train().dataset().get(), hadoop)) {
        Path rooms =
            new Path(ConfigException.required("sample.output", settings.sample().output()));
        if (!Storage.of(rooms, hadoop).exists(rooms)) {
          new SampleJob(settings.sample(), cluster, out).execute();
        }
        new PrepareJob(
                settings.prepare(), cluster, ResolvedConfig.of(run.row().layers()).json(), out)
            .execute();
      }
    }
  }

  private static boolean exists(String dataset, Configuration hadoop) throws IOException {
    Path done = new Path(dataset, Manifest.SUCCESS);
    return Storage.of(done, hadoop).exists(done);
  }

  private synchronized Path write(Configuration hadoop) throws IOException {
    Path folder = folder();
    StudyResult result = new ResultReader(study, shipped, output, hadoop).read();
    WholeFile.write(new Path(folder, "study.json"), result.toJson(), hadoop);
    WholeFile.write(
        new Path(folder, "study.md"),
        StudyMarkdown.of(result).getBytes(StandardCharsets.UTF_8),
        hadoop);
    WholeFile.write(
        new Path(folder, StudyPage.FILE_NAME),
        StudyPage.of(result).getBytes(StandardCharsets.UTF_8),
        hadoop);
    return folder;
  }

  private void throwFirst(Map<RowRun, Exception> failures) throws Exception {
    failures.forEach(
        (run, e) -> out.println("row %s failed: %s".formatted(run.key(), e.getMessage())));
    for (Exception failure : failures.values()) {
      throw failure;
    }
  }
}
