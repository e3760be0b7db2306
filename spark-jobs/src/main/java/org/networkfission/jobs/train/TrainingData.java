package org.networkfission.jobs.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.DataFacts;
import org.networkfission.jobs.train.ChangedSettings.Change;
import org.networkfission.jobs.train.checkpoint.LearnedData;
import org.networkfission.jobs.train.input.RowGroup;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.jobs.train.input.WeightedDataset;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.SplitStatistics;

/**
 * The data sets of a run, opened and held against each other and the network, before anything
 * starts.
 */
final class TrainingData {
  private final TrainSettings settings;
  private final NetworkSpec network;
  private final List<Manifest> manifests = new ArrayList<>();
  private final List<LearnedData> learned = new ArrayList<>();

  /**
   * Opens them.
   *
   * @throws ConfigException if the settings name none, or cannot be used with them
   * @throws InputException if they cannot be used, or not together
   */
  static TrainingData open(
      TrainSettings settings, NetworkSpec network, int replicas, Configuration hadoop)
      throws IOException {
    if (settings.data().isEmpty()) {
      throw new ConfigException(List.of(ConfigException.missing("train.dataset")));
    }
    TrainingData data = new TrainingData(settings, network);
    for (WeightedDataset one : settings.data()) {
      data.manifests.add(Manifest.open(new Path(one.path()), hadoop));
    }
    data.requireRows(replicas);
    data.requireTruth();
    data.requireClasses();
    data.learned(hadoop);
    data.requireOneSize();
    return data;
  }

  private TrainingData(TrainSettings settings, NetworkSpec network) {
    this.settings = settings;
    this.network = network;
  }

  private String path(int i) {
    return settings.data().get(i).path();
  }

  private void requireRows(int replicas) {
    for (int i = 0; i < manifests.size(); i++) {
      long rows =
          RowGroup.of(manifests.get(i), settings.split()).stream().mapToLong(RowGroup::rows).sum();
      if (rows == 0) {
        throw new InputException(
            "Cannot train on %s: it has nothing in split %s, only in %s"
                .formatted(path(i), settings.split(), manifests.get(i).splits().keySet()));
      }
      if (rows < replicas) {
        throw new InputException(
            "Cannot train on %s: its %d rows are fewer than the %d replicas"
                .formatted(path(i), rows, replicas));
      }
    }
  }

  /** Each task needs truth of some frames; what a network sees instead of photos, of all. */
  private void requireTruth() {
    for (Task task : network.tasks()) {
      if (manifests.stream().noneMatch(m -> m.truth(settings.split()).contains(truth(task)))) {
        throw new InputException(
            "Cannot learn %s (network.tasks): no frame of %s has %s in split %s"
                .formatted(task.id(), paths(), truth(task).id(), settings.split()));
      }
    }
    if (network.input() == InputModality.RGB) {
      return;
    }
    TruthKind seen = network.input() == InputModality.DEPTH ? TruthKind.DEPTH : TruthKind.NORMALS;
    for (int i = 0; i < manifests.size(); i++) {
      SplitStatistics split = manifests.get(i).splits().get(settings.split());
      if (split.framesWith(seen) < split.frames()) {
        throw new InputException(
            "Cannot train with network.input = %s: %,d of %,d frames of %s have none in split %s"
                .formatted(
                    network.input().name().toLowerCase(Locale.ROOT),
                    split.frames() - split.framesWith(seen),
                    split.frames(),
                    path(i),
                    settings.split()));
      }
    }
  }

  private static TruthKind truth(Task task) {
    return task.definition().truth();
  }

  private String paths() {
    return settings.data().stream().map(WeightedDataset::path).collect(Collectors.joining(", "));
  }

  /** The first that has labels: its classes are the run's. */
  private Manifest labelled() {
    return manifests.stream().filter(this::hasLabels).findFirst().orElse(manifests.get(0));
  }

  private boolean hasLabels(Manifest manifest) {
    return manifest.truth(settings.split()).contains(TruthKind.LABELS);
  }

  private boolean learnsLabels() {
    return network.predictsClasses();
  }

  private void requireClasses() {
    if (!learnsLabels()) {
      return;
    }
    if (labelled().classNames().size() != network.classes()) {
      throw new ConfigException(
          List.of(
              "network.classes = %d: must be %d, the number of classes of %s, void included"
                  .formatted(
                      network.classes(),
                      labelled().classNames().size(),
                      path(manifests.indexOf(labelled())))));
    }
    for (int i = 0; i < manifests.size(); i++) {
      classes(i);
    }
  }

  /** By a data set's class, the run's of the same name; empty where they are the same. */
  private List<Integer> classes(int i) {
    Manifest manifest = manifests.get(i);
    List<String> names = labelled().classNames();
    if (!learnsLabels() || !hasLabels(manifest) || manifest.classNames().equals(names)) {
      return List.of();
    }
    List<Integer> classes = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (int c = 0; c < manifest.classNames().size(); c++) {
      String name = manifest.classNames().get(c);
      int same = c == 0 ? 0 : names.indexOf(name); // Void is void, whatever it is called.
      classes.add(same);
      if (same < 0) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new InputException(
          "Cannot train on %s (class map %s) together with %s (class map %s): the latter has no class of the name %s; prepare both with one class map"
              .formatted(
                  path(i),
                  manifest.classMap(),
                  path(manifests.indexOf(labelled())),
                  labelled().classMap(),
                  String.join(", ", unknown)));
    }
    return classes;
  }

  private void learned(Configuration hadoop) throws IOException {
    for (int i = 0; i < manifests.size(); i++) {
      Manifest manifest = manifests.get(i);
      DataFacts facts = DataFacts.of(path(i), manifest, settings.split(), hadoop);
      learned.add(LearnedData.of(facts, manifest.classNames(), manifest.palette()));
    }
  }

  private void requireOneSize() {
    String first = learned.get(0).images();
    for (int i = 1; i < manifests.size(); i++) {
      String other = learned.get(i).images();
      if (!other.equals(first)) {
        throw new InputException(
            "Cannot train on %s together with %s: its images are %s, the latter's %s; prepare both with one prepare.size"
                .formatted(path(i), path(0), other, first));
      }
    }
  }

  /**
   * In what the data differ from those that a run learned from before, each by its name.
   *
   * @param before none where it is not known
   */
  List<Change> changes(List<LearnedData> before) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < Math.min(before.size(), learned.size()); i++) {
      LearnedData then = before.get(i);
      LearnedData now = learned.get(i);
      int known = changes.size();
      change("class map of " + now.dataset(), then.classMap(), now.classMap(), changes);
      change("normals of " + now.dataset(), then.normals(), now.normals(), changes);
      change("images of " + now.dataset(), then.images(), now.images(), changes);
      if (changes.size() == known) { // Prepared anew, but alike; or of other frames.
        String name = "SHA-256 of %s/%s".formatted(now.dataset(), Manifest.FILE_NAME);
        change(name, then.manifest(), now.manifest(), changes);
      }
    }
    return changes;
  }

  private static void change(String name, String before, String now, List<Change> changes) {
    if (!now.equals(before)) {
      changes.add(new Change(name, before, now));
    }
  }

  /** What tells the data sets from others. */
  List<DataFacts> facts() {
    return learned.stream().map(LearnedData::facts).toList();
  }

  /** Of each data set, what its training split holds. */
  List<SplitStatistics> statistics() {
    return manifests.stream().map(m -> m.splits().get(settings.split())).toList();
  }

  /** The names of the run's classes, void first. */
  List<String> classNames() {
    return labelled().classNames();
  }

  /** What the replicas must know of it. */
  RunPlan.Data plan() {
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < manifests.size(); i++) {
      sources.add(
          new Source(
              name(i),
              path(i),
              settings.data().get(i).weight(),
              RowGroup.of(manifests.get(i), settings.split()),
              validation(i),
              shards(i),
              classes(i)));
    }
    requireValidation(sources);
    return new RunPlan.Data(
        sources,
        learned,
        isPartial(),
        labelled().classMap(),
        List.copyOf(labelled().palette()),
        settings.augmentation(),
        settings.input());
  }

  private List<RowGroup> validation(int i) {
    return settings.validation().every() == 0
        ? List.of()
        : RowGroup.of(manifests.get(i), settings.validation().split());
  }

  private List<ShardFile> shards(int i) {
    List<ShardFile> shards = new ArrayList<>(manifests.get(i).files(settings.split()));
    String validated = settings.validation().split();
    if (settings.validation().every() != 0 && !validated.equals(settings.split())) {
      shards.addAll(manifests.get(i).files(validated));
    }
    return shards;
  }

  private void requireValidation(List<Source> sources) {
    if (settings.validation().every() != 0
        && sources.stream().allMatch(source -> source.validationGroups().isEmpty())) {
      throw new InputException(
          "Cannot validate on %s: it has nothing in split %s (train.validation.split), only in %s; train.validation.every = 0 trains without"
              .formatted(
                  paths(), settings.validation().split(), manifests.get(0).splits().keySet()));
    }
  }

  /** Whether a frame may lack the truth of a task. */
  private boolean isPartial() {
    return statistics().stream()
        .anyMatch(
            split ->
                network.tasks().stream()
                    .anyMatch(task -> split.framesWith(truth(task)) < split.frames()));
  }

  /** The last part of its path; the whole of it where another has the same. */
  private String name(int i) {
    String last = new Path(path(i)).getName();
    boolean unique =
        settings.data().stream().filter(d -> new Path(d.path()).getName().equals(last)).count()
            == 1;
    return unique ? last : path(i);
  }

  /** The data sets, in words. */
  @Override
  public String toString() {
    if (manifests.size() == 1) {
      return "%s, split %s".formatted(path(0), settings.split());
    }
    return settings.data().stream()
        .map(data -> "%s × %s".formatted(data.path(), data.weight()))
        .collect(Collectors.joining(", ", "", ", split " + settings.split()));
  }
}
