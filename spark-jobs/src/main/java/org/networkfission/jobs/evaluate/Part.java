package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.evaluation.Agreement;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.prep.commit.StoredFile;

/** What an executor found out about its share of a split. */
final class Part implements Serializable {
  private static final long serialVersionUID = 1;

  private final Evaluation trained;
  private final Evaluation untrained;
  private final Evaluation constant;
  private final Evaluation exported;
  private final Agreement agreement = new Agreement();
  private final CorruptRows corrupt = new CorruptRows();
  private final List<StoredFile> predictions = new ArrayList<>();
  private long frames;
  private long nanos;
  private long exportedNanos;

  Part(int classes, int replicates) {
    trained = new Evaluation(classes, replicates);
    untrained = new Evaluation(classes, 0);
    constant = new Evaluation(classes, 0);
    exported = new Evaluation(classes, 0);
  }

  Part add(Part other) {
    trained.add(other.trained);
    untrained.add(other.untrained);
    constant.add(other.constant);
    exported.add(other.exported);
    agreement.add(other.agreement);
    exportedNanos += other.exportedNanos;
    corrupt.add(other.corrupt);
    predictions.addAll(other.predictions);
    frames += other.frames;
    nanos += other.nanos;
    return this;
  }

  /** Notes which files of predictions were written. */
  void wrote(List<StoredFile> files) {
    predictions.addAll(files);
  }

  List<StoredFile> predictions() {
    return predictions;
  }

  /** Notes that so many frames were evaluated. */
  void count(int more) {
    frames += more;
  }

  /** Notes for how long an executor was busy. */
  void busy(long more) {
    nanos += more;
  }

  Evaluation trained() {
    return trained;
  }

  Evaluation untrained() {
    return untrained;
  }

  Evaluation constant() {
    return constant;
  }

  /** What the model predicts that was exported from the trained one. */
  Evaluation exported() {
    return exported;
  }

  /** How far the exported model's predictions are from the trained one's. */
  Agreement agreement() {
    return agreement;
  }

  /** Notes how long the exported model took. */
  void exportedTook(long more) {
    exportedNanos += more;
  }

  long exportedNanos() {
    return exportedNanos;
  }

  CorruptRows corrupt() {
    return corrupt;
  }

  long frames() {
    return frames;
  }

  long nanos() {
    return nanos;
  }
}
