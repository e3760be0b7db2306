package org.networkfission.model.network;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.networkfission.model.task.Depth;
import org.networkfission.model.task.Disparity;
import org.networkfission.model.task.Labels;
import org.networkfission.model.task.Normals;
import org.networkfission.model.task.Scoring;
import org.networkfission.model.task.TaskDefinition;

/** What the network predicts for every pixel. */
public enum Task {
  /** A class per pixel; class 0 is void. */
  LABELS(new Labels()),
  /** A surface normal per pixel: x right, y up, z forward, facing the camera. */
  NORMALS(new Normals()),
  /** Depth along the optical axis per pixel, in metres inside the network. */
  DEPTH(new Depth()),
  /**
   * Inverse depth up to a scale and a shift per image, near 1/metres: what mobile networks predict,
   * since depth in metres does not carry over from camera to camera.
   */
  DISPARITY(new Disparity());

  @SuppressWarnings("ImmutableEnumChecker") // A definition has no state.
  private final TaskDefinition<?> definition;

  Task(TaskDefinition<?> definition) {
    this.definition = definition;
  }

  /** The name in configurations and reports, e.g. {@code labels}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All that the task is. */
  public TaskDefinition<?> definition() {
    return definition;
  }

  /**
   * How many channels the task's output has.
   *
   * @param classes number of classes, void included
   */
  public int channels(int classes) {
    return definition.channels(classes);
  }

  /** The ways in which the task's predictions are scored; the first one is its headline. */
  public List<Scoring<?, ?>> scorings() {
    return List.copyOf(definition.scorings());
  }

  /** The scoring of a name in {@code metrics.json}, of any task; empty where there is no such. */
  public static Optional<Scoring<?, ?>> scoring(String id) {
    return Arrays.stream(values())
        .<Scoring<?, ?>>flatMap(task -> task.scorings().stream())
        .filter(scoring -> scoring.id().equals(id))
        .findFirst();
  }

  /** Whether a scoring is of a task that predicts classes of the class map. */
  public static boolean isOfClasses(String scoring) {
    return Arrays.stream(values())
        .filter(task -> task.definition.ofClasses())
        .anyMatch(task -> task.scorings().stream().anyMatch(s -> s.id().equals(scoring)));
  }

  /** Whether a scoring is the first one of its task: beside it the others are details. */
  public static boolean isHeadline(String scoring) {
    return Arrays.stream(values()).anyMatch(task -> task.scorings().get(0).id().equals(scoring));
  }
}
