package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.prediction.Alignment;
import org.networkfission.model.prediction.Prediction;
import org.networkfission.model.prediction.Truth;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.frame.DepthMap;

/**
 * How good the predictions of one predictor are, over all frames seen. Evaluations of different
 * frames merge exactly: the result is the same however the frames were shared out.
 */
public final class Evaluation implements Serializable {
  private static final long serialVersionUID = 1;

  private final TaskEvaluation<LabelStatistics> labels;
  private final TaskEvaluation<NormalStatistics> normals;
  private final TaskEvaluation<DepthStatistics> depth;
  private final TaskEvaluation<DepthStatistics> alignedDepth;
  private final TaskEvaluation<DepthStatistics> disparity;

  /**
   * Starts with no frames.
   *
   * @param classes the number of classes, void included
   * @param replicates for confidence intervals; 0 for none
   */
  public Evaluation(int classes, int replicates) {
    labels = new TaskEvaluation<>(Metrics.LABELS, new LabelStatistics(classes), replicates);
    normals = new TaskEvaluation<>(Metrics.NORMALS, new NormalStatistics(), replicates);
    depth = new TaskEvaluation<>(Metrics.DEPTH, new DepthStatistics(), replicates);
    alignedDepth = new TaskEvaluation<>(Metrics.DEPTH, new DepthStatistics(), replicates);
    disparity = new TaskEvaluation<>(Metrics.DEPTH, new DepthStatistics(), replicates);
  }

  /**
   * Adds a frame.
   *
   * @throws IllegalArgumentException naming the frame, if the prediction has another size or is not
   *     finite
   */
  public void add(FrameRef frame, Truth truth, Prediction prediction) {
    try {
      prediction
          .labels()
          .ifPresent(
              p ->
                  labels.add(
                      frame,
                      LabelStatistics.of(
                          truth.labels(), p, truth.depth(), labels.pooled().classes())));
      prediction
          .normals()
          .ifPresent(
              p -> normals.add(frame, NormalStatistics.of(truth.normals(), p, truth.depth())));
      prediction.depth().ifPresent(p -> addDepth(frame, truth.depth(), p));
      prediction
          .disparity()
          .ifPresent(
              p ->
                  disparity.add(
                      frame, DepthStatistics.of(truth.depth(), Alignment.fit(truth.depth(), p))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot evaluate frame %s: %s".formatted(frame.key(), e.getMessage()), e);
    }
  }

  private void addDepth(FrameRef frame, DepthMap truth, DepthMap predicted) {
    depth.add(frame, DepthStatistics.of(truth, predicted));
    alignedDepth.add(frame, DepthStatistics.of(truth, Alignment.fit(truth, predicted)));
  }

  /** Adds what another part saw, and returns this. */
  public Evaluation add(Evaluation other) {
    labels.add(other.labels);
    normals.add(other.normals);
    depth.add(other.depth);
    alignedDepth.add(other.alignedDepth);
    disparity.add(other.disparity);
    return this;
  }

  public TaskEvaluation<LabelStatistics> labels() {
    return labels;
  }

  public TaskEvaluation<NormalStatistics> normals() {
    return normals;
  }

  public TaskEvaluation<DepthStatistics> depth() {
    return depth;
  }

  /** Depth up to scale and shift of disparity, see {@link Alignment}. */
  public TaskEvaluation<DepthStatistics> alignedDepth() {
    return alignedDepth;
  }

  /** Predicted disparity as depth, after {@link Alignment}. */
  public TaskEvaluation<DepthStatistics> disparity() {
    return disparity;
  }

  /** The tasks of which there is something to say, by their names in reports. */
  public Map<String, TaskEvaluation<?>> tasks() {
    Map<String, TaskEvaluation<?>> tasks = new LinkedHashMap<>();
    tasks.put("labels", labels);
    tasks.put("normals", normals);
    tasks.put("depth", depth);
    tasks.put("aligned-depth", alignedDepth);
    tasks.put("disparity", disparity);
    tasks.values().removeIf(t -> t.frames() == 0);
    return tasks;
  }
}
