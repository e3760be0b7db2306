package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Statistics;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.Scoring;
import org.networkfission.model.task.TaskDefinition;
import org.networkfission.prep.frame.TruthKind;

/**
 * How good the predictions of one predictor are, over all frames seen. Evaluations of different
 * frames merge exactly: the result is the same however the frames were shared out.
 */
public final class Evaluation implements Serializable {
  private static final long serialVersionUID = 1;

  private final int classes;
  private final Map<String, TaskEvaluation<?>> byScoring = new LinkedHashMap<>();

  /**
   * Starts with no frames.
   *
   * @param classes the number of classes, void included
   * @param replicates for confidence intervals; 0 for none
   */
  public Evaluation(int classes, int replicates) {
    this.classes = classes;
    for (Task task : Task.values()) {
      for (Scoring<?, ?> scoring : task.scorings()) {
        byScoring.put(scoring.id(), start(scoring, classes, replicates));
      }
    }
  }

  private static <S extends Statistics<S>> TaskEvaluation<S> start(
      Scoring<?, S> scoring, int classes, int replicates) {
    return new TaskEvaluation<>(scoring.metrics(), scoring.none(classes), replicates);
  }

  /**
   * Adds a frame.
   *
   * @throws IllegalArgumentException naming the frame, if the prediction has another size or is not
   *     finite
   */
  public void add(FrameRef frame, GroundTruth truth, Prediction prediction) {
    add(frame, truth, truth, prediction);
  }

  /**
   * Adds a frame of which not all depth is judged.
   *
   * @param depthTruth the truth that predictions of depth are compared with, see {@link Crop}
   * @throws IllegalArgumentException naming the frame, if the prediction has another size or is not
   *     finite
   */
  public void add(
      FrameRef frame, GroundTruth truth, GroundTruth depthTruth, Prediction prediction) {
    try {
      prediction
          .maps()
          .forEach(
              (task, map) -> {
                boolean ofDepth = task.definition().truth() == TruthKind.DEPTH;
                add(frame, ofDepth ? depthTruth : truth, task.definition(), map);
              });
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot evaluate frame %s: %s".formatted(frame.key(), e.getMessage()), e);
    }
  }

  private <P> void add(
      FrameRef frame, GroundTruth truth, TaskDefinition<P> definition, Object map) {
    P prediction = definition.type().cast(map);
    definition.scorings().forEach(scoring -> add(frame, truth, scoring, prediction));
  }

  private <P, S extends Statistics<S>> void add(
      FrameRef frame, GroundTruth truth, Scoring<P, S> scoring, P prediction) {
    of(scoring).add(frame, scoring.compare(truth, prediction, classes));
  }

  /** Adds what another part saw, and returns this. */
  public Evaluation add(Evaluation other) {
    for (Task task : Task.values()) {
      task.scorings().forEach(scoring -> merge(scoring, other));
    }
    return this;
  }

  private <S extends Statistics<S>> void merge(Scoring<?, S> scoring, Evaluation other) {
    of(scoring).add(other.of(scoring));
  }

  /** How good the predictions are by one scoring of a task. */
  @SuppressWarnings("unchecked") // The constructor puts each scoring's own statistics.
  public <S extends Statistics<S>> TaskEvaluation<S> of(Scoring<?, S> scoring) {
    return (TaskEvaluation<S>) byScoring.get(scoring.id());
  }

  /** The scorings of which there is something to say, by their names in reports. */
  public Map<String, TaskEvaluation<?>> scorings() {
    Map<String, TaskEvaluation<?>> seen = new LinkedHashMap<>(byScoring);
    seen.values().removeIf(scoring -> scoring.frames() == 0);
    return seen;
  }
}
