package org.networkfission.jobs.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.report.CompareHtml;
import org.networkfission.jobs.report.CompareMarkdown;
import org.networkfission.jobs.report.Comparer;
import org.networkfission.jobs.report.Comparison;
import org.networkfission.jobs.report.NamedReport;
import org.networkfission.jobs.report.Replicates;
import org.networkfission.jobs.report.Report;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.storage.Storage;

/**
 * Compares networks on the same frames: what is given as a report is read, what is given as a
 * checkpoint is evaluated first, into a report beside the comparison.
 */
public final class CompareJob {
  /** The folder of the reports of checkpoints, within the output. */
  static final String REPORTS = "reports";

  private final EvaluateSettings settings;
  private final ClusterSettings cluster;
  private final JsonNode configuration;
  private final PrintWriter out;
  private final Path output;

  /**
   * Checks that there is something to compare.
   *
   * @param configuration the resolved configuration, stored with the reports of checkpoints
   * @param out where progress is told
   */
  public CompareJob(
      EvaluateSettings settings, ClusterSettings cluster, JsonNode configuration, PrintWriter out) {
    this.settings = settings;
    this.cluster = cluster;
    this.configuration = configuration;
    this.out = out;
    this.output = new Path(ConfigException.required("evaluate.output", settings.output()));
    if (settings.compare().size() + settings.baselines().size() < 2) {
      throw new ConfigException(
          List.of(
              "evaluate.compare = %s: give two or more, or one and evaluate.baselines"
                  .formatted(settings.compare())));
    }
  }

  /**
   * Compares.
   *
   * @throws InputException if a report or a checkpoint cannot be read, or they are of different
   *     frames
   * @throws ConfigException if the output exists
   */
  public Comparison execute() throws IOException {
    Configuration hadoop = Cluster.hadoop(cluster);
    try (OutputFolder folder =
        OutputFolder.begin("evaluate.output", output, EvaluateJob.JOB, hadoop)) {
      List<String> all = new ArrayList<>(settings.compare());
      all.addAll(settings.baselines());
      List<String> names = names(all);
      Set<String> checkpoints = new LinkedHashSet<>();
      for (String path : all) {
        if (!isReport(path, hadoop)) {
          checkpoints.add(path);
        }
      }
      if (!checkpoints.isEmpty()) {
        evaluate(checkpoints, all, names, folder);
      }
      List<NamedReport> reports = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        String path = all.get(i);
        Path at = checkpoints.contains(path) ? reportOf(names.get(i), folder) : new Path(path);
        reports.add(
            new NamedReport(
                names.get(i), path, Report.read(at, hadoop), Replicates.read(at, hadoop)));
      }
      int networks = settings.compare().size();
      Comparison comparison =
          new Comparer(reports.subList(0, networks), reports.subList(networks, reports.size()))
              .compare();
      comparison.otherData().forEach(out::println);
      folder.write(Comparison.FILE_NAME, comparison.toJson());
      folder.write(
          CompareMarkdown.FILE_NAME,
          CompareMarkdown.of(comparison).getBytes(StandardCharsets.UTF_8));
      folder.write(
          CompareHtml.FILE_NAME, CompareHtml.of(comparison).getBytes(StandardCharsets.UTF_8));
      folder.commit();
      return comparison;
    }
  }

  private static boolean isReport(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path, Report.FILE_NAME);
    return Storage.of(file, hadoop).exists(file);
  }

  private static Path reportOf(String name, OutputFolder folder) {
    return new Path(folder.path(), REPORTS + "/" + name);
  }

  /** One cluster evaluates all checkpoints, one after the other. */
  @SuppressWarnings("try")
  private void evaluate(
      Set<String> checkpoints, List<String> all, List<String> names, OutputFolder folder)
      throws IOException {
    try (ClusterSession session =
        Cluster.start(cluster.oneTaskPerExecutor(), "compare", output.toString())) {
      for (String checkpoint : checkpoints) {
        String name = names.get(all.indexOf(checkpoint));
        out.printf("evaluate: %s%n", checkpoint);
        new EvaluateJob(
                settings.of(checkpoint, reportOf(name, folder).toString()),
                cluster,
                configuration,
                out)
            .execute();
        folder.addFinished(REPORTS + "/" + name);
      }
    }
  }

  /** As many of a path's last parts as it takes to tell them apart, joined by dashes. */
  static List<String> names(List<String> paths) {
    int longest = paths.stream().mapToInt(p -> parts(p).size()).max().orElse(1);
    for (int parts = 1; parts <= longest; parts++) {
      List<String> names = new ArrayList<>();
      for (String path : paths) {
        List<String> all = parts(path);
        names.add(String.join("-", all.subList(Math.max(0, all.size() - parts), all.size())));
      }
      Set<String> distinct = new HashSet<>(names);
      if (distinct.size() == paths.size()) {
        return names;
      }
    }
    throw new ConfigException(
        List.of("evaluate.compare, evaluate.baselines = %s: a path stands twice".formatted(paths)));
  }

  private static List<String> parts(String path) {
    return List.of(new Path(path).toUri().getPath().replaceFirst("^/", "").split("/", -1));
  }
}
