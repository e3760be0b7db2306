package org.networkfission.jobs.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.config.NearestName;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.WholePaths;
import org.networkfission.prep.settings.ConfigException;

/**
 * Reads a study and the rows of other studies that it builds on, and checks it whole. What was
 * given on the command line wins over a row's own difference, which wins over the study's base.
 */
final class StudyReader {
  private static final String SECTION = "study";
  private static final String ENDING = ".conf";

  private final Layers given;
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<String, Optional<StudyRow>> rows = new HashMap<>();
  private final Set<String> problems = new LinkedHashSet<>();

  private record Source(Layers file, StudySettings settings) {}

  private StudyReader(Layers given) {
    this.given = given;
  }

  /**
   * Reads a study.
   *
   * @param name of a shipped study, or the path of a file that ends with {@code .conf}
   * @param given what wins over the file
   * @throws ConfigException naming every problem
   */
  static Study read(String name, Layers given) {
    return new StudyReader(given).study(name);
  }

  private Study study(String argument) {
    boolean file = argument.endsWith(ENDING);
    String name = file ? nameOf(Path.of(argument)) : argument;
    if (file) {
      sources.put(name, source(Layers.of(List.of(Path.of(argument)), List.of())));
    } else if (!Study.SHIPPED.contains(name)) {
      throw new ConfigException(
          List.of(
              "unknown study %s; the nearest is %s; a study of your own is a file that ends with .conf"
                  .formatted(name, NearestName.of(name, Study.SHIPPED).orElseThrow())));
    }
    StudySettings settings = source(name).settings();
    List<Study.Entry> entries = new ArrayList<>();
    for (RowSettings row : settings.rows()) {
      row(name + "/" + row.id(), List.of()).ifPresent(r -> entries.add(new Study.Entry(row, r)));
    }
    requireDistinct(entries);
    List<Column> columns = columns(settings);
    requireFigures(settings);
    requireFindings(settings);
    if (settings.rows().isEmpty()) {
      problems.add("study.rows = []: must be at least one row");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
    Layers base = given.over(source(name).file());
    return new Study(name, settings, columns, entries, base, ResolvedConfig.of(base).settings());
  }

  private static String nameOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  private Source source(String name) {
    if (!sources.containsKey(name)) {
      sources.put(name, source(Layers.shipped("conf/studies/" + name + ENDING)));
    }
    return sources.get(name);
  }

  private Source source(Layers file) {
    Layers whole = WholePaths.in(given.over(file));
    return new Source(file, whole.section(SECTION, StudySettings.Section.class).study());
  }

  /**
   * A row with all that it builds on.
   *
   * @param key {@code study/row}
   * @param path the rows that led here
   */
  private Optional<StudyRow> row(String key, List<String> path) {
    if (path.contains(key)) {
      problems.add(
          "rows begin from each other: %s -> %s"
              .formatted(String.join(" -> ", path.subList(path.indexOf(key), path.size())), key));
      return Optional.empty();
    }
    if (!rows.containsKey(key)) {
      rows.put(key, settings(key, path).flatMap(s -> row(key, s, Study.append(path, key))));
    }
    return rows.get(key);
  }

  private Optional<RowSettings> settings(String key, List<String> path) {
    String study = key.substring(0, key.lastIndexOf('/'));
    String id = key.substring(key.lastIndexOf('/') + 1);
    String asker = path.isEmpty() ? "" : "row %s: ".formatted(path.get(path.size() - 1));
    if (!sources.containsKey(study) && !Study.SHIPPED.contains(study)) {
      problems.add(
          "%sunknown study %s; the nearest is %s"
              .formatted(asker, study, NearestName.of(study, Study.SHIPPED).orElseThrow()));
      return Optional.empty();
    }
    List<RowSettings> known = source(study).settings().rows();
    Optional<RowSettings> found = known.stream().filter(r -> r.id().equals(id)).findFirst();
    if (found.isEmpty()) {
      problems.add(
          "%sno row %s in study %s%s"
              .formatted(
                  asker,
                  id,
                  study,
                  NearestName.of(id, known.stream().map(RowSettings::id).toList())
                      .map("; the nearest is %s"::formatted)
                      .orElse("")));
    }
    return found;
  }

  private Optional<StudyRow> row(String key, RowSettings row, List<String> path) {
    String study = key.substring(0, key.lastIndexOf('/'));
    if (row.sameAs().isPresent()) {
      return row(qualified(row.sameAs().get(), study), path);
    }
    Optional<Start> start = start(row, study, path);
    Layers layers =
        given
            .over(row.set().map(Layers::of).orElse(Layers.of(List.of(), List.of())))
            .over(source(study).file());
    if (row.set().map(set -> set.hasPath("cluster")).orElse(false)) {
      problems.add("row %s: cluster is the study's; a row cannot change it".formatted(key));
    }
    try {
      ResolvedConfig configuration = ResolvedConfig.of(layers);
      return start.map(s -> new StudyRow(study, row.id(), s, layers, configuration.settings()));
    } catch (ConfigException e) {
      e.problems().forEach(problem -> problems.add("row %s: %s".formatted(key, problem)));
      return Optional.empty();
    }
  }

  private static String qualified(String name, String study) {
    return name.contains("/") ? name : study + "/" + name;
  }

  private Optional<Start> start(RowSettings row, String study, List<String> path) {
    String from = row.initialise().orElse(Start.SCRATCH);
    if (from.equals(Start.SCRATCH)) {
      return Optional.of(Start.scratch());
    } else if (from.equals(Start.IMAGENET)) {
      Optional<String> file = source(study).settings().imagenet();
      if (file.isEmpty()) {
        problems.add(
            "study.imagenet is missing: rows begin from it; give a file of weights as"
                + " study.imagenet=FILE, or study.imagenet=none for new parameters");
      }
      return file.map(f -> f.equals("none") ? Start.scratch() : Start.from(f));
    }
    return row(qualified(from, study), path).map(Start::from);
  }

  private void requireDistinct(List<Study.Entry> entries) {
    Map<JsonNode, String> seen = new HashMap<>();
    for (Study.Entry entry : entries) {
      String other = seen.putIfAbsent(Identity.of(entry.row()), entry.settings().id());
      if (other != null) {
        problems.add(
            "rows %s and %s are one and the same training".formatted(other, entry.settings().id()));
      }
    }
  }

  private List<Column> columns(StudySettings settings) {
    List<Column> columns = new ArrayList<>();
    for (String metric : settings.columns()) {
      Optional<Column> column = Column.of(metric);
      column.ifPresent(columns::add);
      if (column.isEmpty()) {
        problems.add(
            "study.columns: no metric %s; the nearest is %s"
                .formatted(metric, NearestName.of(metric, Column.names()).orElseThrow()));
      }
    }
    return columns;
  }

  private void requireFigures(StudySettings settings) {
    for (RowSettings row : settings.rows()) {
      int figures = row.paper().map(List::size).orElse(settings.columns().size());
      if (figures != settings.columns().size()) {
        problems.add(
            "row %s: paper has %d figures for %d columns"
                .formatted(row.id(), figures, settings.columns().size()));
      }
    }
  }

  private void requireFindings(StudySettings settings) {
    FindingSettings findings = settings.findings();
    Set<String> ids = settings.rows().stream().map(RowSettings::id).collect(Collectors.toSet());
    Stream.of(
            findings.better().stream().flatMap(f -> Stream.of(f.better(), f.than())),
            findings.within().stream().flatMap(f -> f.rows().stream()),
            findings.costs().stream().flatMap(f -> Stream.of(f.row(), f.over())))
        .flatMap(names -> names)
        .filter(id -> !ids.contains(id))
        .forEach(
            id ->
                problems.add(
                    "study.findings: no row %s%s"
                        .formatted(
                            id,
                            NearestName.of(id, ids)
                                .map("; the nearest is %s"::formatted)
                                .orElse(""))));
    Stream.concat(
            findings.better().stream().map(FindingSettings.Better::metric),
            findings.within().stream().map(FindingSettings.Within::metric))
        .filter(metric -> !settings.columns().contains(metric))
        .forEach(
            metric ->
                problems.add(
                    "study.findings: %s is none of study.columns%s"
                        .formatted(
                            metric,
                            NearestName.of(metric, settings.columns())
                                .map("; the nearest is %s"::formatted)
                                .orElse(""))));
  }
}
