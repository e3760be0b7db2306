package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.networkfission.jobs.report.Contender;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.evaluation.Agreement;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.model.evaluation.FrameRef;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.commit.StoredFile;

/** What an executor found out about its share of a split. */
final class Part implements Serializable {
  private static final long serialVersionUID = 1;

  private final Crop crop;
  private final Map<Contender, Evaluation> evaluations = new EnumMap<>(Contender.class);
  private final Map<Contender, Long> predicting = new EnumMap<>(Contender.class);
  private final Agreement agreement = new Agreement();
  private final CorruptRows corrupt = new CorruptRows();
  private final TreeSet<String> damaged = new TreeSet<>();
  private final List<StoredFile> predictions = new ArrayList<>();
  private final Set<Arithmetic> arithmetic = new HashSet<>();
  private long frames;
  private long nanos;

  /**
   * Begins with no frames.
   *
   * @param replicates for the trained network's confidence intervals
   * @param crop in which part of a frame predictions of depth are judged
   */
  Part(int classes, int replicates, Crop crop) {
    this.crop = crop;
    for (Contender contender : Contender.values()) {
      evaluations.put(
          contender, new Evaluation(classes, contender == Contender.TRAINED ? replicates : 0));
    }
  }

  Part add(Part other) {
    evaluations.forEach((contender, own) -> own.add(other.of(contender)));
    other.predicting.forEach(this::predicted);
    agreement.add(other.agreement);
    corrupt.add(other.corrupt);
    damaged.addAll(other.damaged);
    predictions.addAll(other.predictions);
    arithmetic.addAll(other.arithmetic);
    frames += other.frames;
    nanos += other.nanos;
    return this;
  }

  /** Judges what the contenders predict for a frame. */
  void add(FrameRef frame, GroundTruth truth, Map<Contender, Prediction> byContender) {
    GroundTruth depthTruth = crop.of(truth);
    byContender.forEach(
        (contender, prediction) -> of(contender).add(frame, truth, depthTruth, prediction));
    if (byContender.containsKey(Contender.EXPORTED)) {
      agreement.add(byContender.get(Contender.TRAINED), byContender.get(Contender.EXPORTED));
    }
    frames++;
  }

  /** Notes for how long a contender predicted. */
  void predicted(Contender contender, long more) {
    predicting.merge(contender, more, Long::sum);
  }

  /** Notes what the bits of the trained network's predictions depend on. */
  void computedWith(Arithmetic how) {
    arithmetic.add(how);
  }

  /** What they depend on, in words; more than one where executors differ. */
  List<String> arithmetic() {
    return arithmetic.stream().map(Arithmetic::text).sorted().toList();
  }

  /** Notes which files of predictions were written. */
  void wrote(List<StoredFile> files) {
    predictions.addAll(files);
  }

  List<StoredFile> predictions() {
    return predictions;
  }

  /** Notes for how long an executor was busy. */
  void busy(long more) {
    nanos += more;
  }

  /** How good a contender's predictions are; of no frames where it does not take part. */
  Evaluation of(Contender contender) {
    return evaluations.get(contender);
  }

  /** For how many milliseconds a contender predicted each frame, on average. */
  double millisPerFrame(Contender contender) {
    return predicting.getOrDefault(contender, 0L) / 1e6 / Math.max(1, frames);
  }

  /** How far the exported model's predictions are from the trained one's. */
  Agreement agreement() {
    return agreement;
  }

  CorruptRows corrupt() {
    return corrupt;
  }

  /** Notes what is wrong with a shard that is not what the manifest lists. */
  void damaged(String message) {
    damaged.add(message);
  }

  Set<String> damaged() {
    return damaged;
  }

  long frames() {
    return frames;
  }

  long nanos() {
    return nanos;
  }
}
