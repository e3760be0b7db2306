package org.networkfission.jobs.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.labels.ClassMaps;

/**
 * A model card: what a person should know of a trained network before using it, as Markdown. It
 * stands beside every checkpoint and export.
 */
public final class CardPage {
  private CardPage() {}

  /**
   * The card of a checkpoint, which has not been evaluated yet.
   *
   * @param data that it was trained on
   */
  static String of(Checkpoint.State state, List<TrainedOn> data) {
    List<String> names =
        data.stream()
            .map(TrainedOn::classNames)
            .filter(all -> all.size() == state.network().classes())
            .findFirst()
            .orElse(names(state));
    return head(state, training(state, data) + classes(state, names))
        + figures(state, Optional.empty())
        + limits(state, Optional.empty());
  }

  /**
   * The card of a file that a checkpoint was exported to.
   *
   * @param checkpoint of which it is
   * @param card beside the checkpoint; empty where it has none, as those of earlier versions
   * @param file its name, and how it is stored
   * @param sha256 of the file
   * @param metrics of an evaluation of the same checkpoint, {@code metrics.json}
   */
  public static String of(
      Checkpoint checkpoint,
      Optional<String> card,
      String file,
      String sha256,
      Optional<JsonNode> metrics) {
    Checkpoint.State state = checkpoint.state();
    String training =
        card.map(CardPage::trainingOf)
            .orElse(
                "## Training\n\nThe checkpoint has no card that says what it was trained on.\n\n"
                    + classes(state, names(state)));
    return head(
            state,
            "## File\n\n- %s\n- SHA-256: `%s`\n- exported from `%s`\n\n"
                    .formatted(file, sha256, checkpoint.folder())
                + training)
        + figures(state, metrics)
        + limits(state, metrics);
  }

  /** What the checkpoint itself knows of the names of its classes. */
  private static List<String> names(Checkpoint.State state) {
    return state.data().stream()
        .filter(set -> set.classMap().equals(state.classMap()) && !set.classNames().isEmpty())
        .map(LearnedData::classNames)
        .findFirst()
        .orElseGet(
            () ->
                ClassMaps.names().contains(state.classMap())
                    ? ClassMaps.named(state.classMap()).classNames()
                    : List.of());
  }

  private static String trainingOf(String card) {
    int from = card.indexOf("## Training\n");
    int to = card.indexOf("## Figures\n");
    return from >= 0 && to > from ? card.substring(from, to) : "";
  }

  private static String head(Checkpoint.State state, String training) {
    NetworkSpec network = state.network();
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Model card

        A Network Fission network of %s: encoder %s, %s fission, %s heads, %,d parameters, after \
        %,d steps.

        """
            .formatted(
                network.tasks().stream().map(Task::id).collect(Collectors.joining(", ")),
                network.encoder().id(),
                network.scheme().id(),
                network.heads().name().toLowerCase(Locale.ROOT),
                state.parameters(),
                state.step()));
    page.append("## Input and outputs\n\n");
    Conventions.of(network)
        .forEach((name, meaning) -> page.append("- `%s`: %s\n".formatted(name, meaning)));
    page.append(
        "\nA photo of any size is stretched to %d x %d pixels.\n\n"
            .formatted(network.width(), network.height()));
    page.append(training);
    return page.toString();
  }

  private static String classes(Checkpoint.State state, List<String> names) {
    if (state.network().tasks().stream().noneMatch(task -> task.definition().ofClasses())) {
      return "## Classes\n\nIt predicts no classes.\n\n";
    }
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      numbered.add(i + " " + names.get(i));
    }
    return "## Classes\n\nClass map `%s`: %s.\n\n"
        .formatted(
            state.classMap(),
            names.isEmpty() ? "the manifest of the data names them" : String.join(", ", numbered));
  }

  private static String training(Checkpoint.State state, List<TrainedOn> data) {
    StringBuilder page = new StringBuilder("## Training\n\n");
    for (TrainedOn set : data) {
      page.append(
          set.name() == null
              ? "- `%s`, split %s; its manifest could not be read\n"
                  .formatted(set.path(), set.split())
              : "- `%s`: %s, split %s, %,d frames; SHA-256 of its manifest, which lists the hash of every shard: `%s`\n"
                  .formatted(
                      set.path(), set.name(), set.split(), set.frames(), set.manifestSha256()));
      page.append(
          set.licence() == null
              ? "  - licence of the data: not given (prepare.licence)\n"
              : "  - licence of the data, as given: %s\n".formatted(set.licence()));
    }
    if (data.isEmpty()) {
      page.append("- the run does not say on what\n");
    }
    page.append(
        "- %,d examples seen (%,d epochs begun) by %s%d replicas with %d images each in a minibatch; seed %d\n\n"
            .formatted(
                state.examples(),
                state.epoch() + 1,
                state.virtualReplicas() == null ? "" : "up to ",
                state.shares(),
                state.batchSize(),
                state.seed()));
    return page.toString();
  }

  private static String figures(Checkpoint.State state, Optional<JsonNode> metrics) {
    StringBuilder page = new StringBuilder("## Figures\n\n");
    if (metrics.isEmpty()) {
      page.append(
          "Not evaluated yet: `fission evaluate` tells its figures, and `fission export --report REPORT` puts them here.\n");
      if (state.best() != null) {
        page.append(
            "The best score of the run on its validation sample so far is %.4f, at step %,d.\n"
                .formatted(state.best().score(), state.best().step()));
      }
      return page.append('\n').toString();
    }
    JsonNode report = metrics.get();
    page.append(
        "On %s, split %s, %,d frames (SHA-256 of the manifest `%s`); in brackets the interval that holds 95 %% of the replicates of a bootstrap over frames.\n\n"
            .formatted(
                report.at("/data/dataset").asText(),
                report.at("/data/split").asText(),
                report.at("/data/frames").asLong(),
                report.at("/data/manifestSha256").asText()));
    page.append("| | value | best constant prediction |\n|---|---:|---:|\n");
    report
        .path("tasks")
        .fields()
        .forEachRemaining(
            task ->
                task.getValue()
                    .path("metrics")
                    .forEach(metric -> page.append(row(task.getKey(), metric))));
    return page.append('\n').toString();
  }

  private static String row(String task, JsonNode metric) {
    Unit unit = Unit.valueOf(metric.path("unit").asText("number").toUpperCase(Locale.ROOT));
    JsonNode interval = metric.path("interval");
    String between =
        interval.size() == 2
            ? " [%s, %s]"
                .formatted(
                    unit.format(interval.get(0).asDouble()),
                    unit.format(interval.get(1).asDouble()))
            : "";
    return "| %s: %s | %s%s | %s |\n"
        .formatted(
            task,
            metric.path("title").asText(),
            metric.path("pooled").isNumber() ? unit.format(metric.get("pooled").asDouble()) : "",
            between,
            metric.path("constant").isNumber()
                ? unit.format(metric.get("constant").asDouble())
                : "");
  }

  private static String limits(Checkpoint.State state, Optional<JsonNode> metrics) {
    NetworkSpec network = state.network();
    StringBuilder page = new StringBuilder("## Limits\n\n");
    page.append(
        """
        - It has learned what its data shows, and from its cameras: figures elsewhere are unknown \
        until they are measured there.
        """);
    for (Task task : network.tasks()) {
      task.definition().limits().ifPresent(limits -> page.append("- %s\n".formatted(limits)));
    }
    List<String> unseen = new ArrayList<>();
    metrics.ifPresent(
        report ->
            report
                .at("/tasks/labels/classes")
                .forEach(
                    one -> {
                      if (one.path("pixels").asLong() == 0 && one.path("id").asInt() != 0) {
                        unseen.add(one.path("name").asText());
                      }
                    }));
    if (!unseen.isEmpty()) {
      page.append(
          "- The figures say nothing of classes that the evaluated split does not show: %s.\n"
              .formatted(String.join(", ", unseen)));
    }
    page.append("- It was not made for decisions on which somebody's safety depends.\n");
    return page.toString();
  }
}
