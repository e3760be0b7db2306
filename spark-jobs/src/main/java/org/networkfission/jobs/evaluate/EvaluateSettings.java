package org.networkfission.jobs.evaluate;

import java.util.List;
import java.util.Optional;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.prep.settings.Check;

/**
 * What to evaluate and how.
 *
 * @param checkpoint a run's output folder, whose latest checkpoint counts; one checkpoint; the file
 *     {@code checkpoints/best} of a run; or an exported file
 * @param weights which parameters of the checkpoint
 * @param tflite a TensorFlow Lite file that was exported from the checkpoint, to be judged beside
 *     it
 * @param onnx an ONNX file in its place
 * @param data a prepared data set
 * @param split of the data set
 * @param output folder of the report; must not exist
 * @param compare checkpoints and earlier reports to compare with each other; the first one is what
 *     the others are compared with. Where there are any, {@code checkpoint} must be absent
 * @param baselines checkpoints and reports of networks for one task each, which gains are over
 * @param batchSize images that are read, decoded and predicted as one piece; does not change the
 *     result
 * @param untrained whether the network before training is evaluated too
 * @param constantFrames training frames that the best constant prediction is fitted to; 0 for none
 * @param replicates of the bootstrap for confidence intervals; 0 for none
 * @param panels frames shown of the best, the median and the worst of each task
 * @param predictions as what every prediction is written too
 * @param maxCorruptFraction share of unreadable rows beyond which the job fails, 0 to 1
 */
public record EvaluateSettings(
    Optional<String> checkpoint,
    Weights weights,
    Optional<String> tflite,
    Optional<String> onnx,
    Optional<String> data,
    String split,
    Optional<String> output,
    List<String> compare,
    List<String> baselines,
    int batchSize,
    boolean untrained,
    int constantFrames,
    int replicates,
    int panels,
    PredictionFormat predictions,
    double maxCorruptFraction) {
  private static final List<String> SPLITS = List.of("train", "val", "test");
  private static final int MAX_PANELS = 8;

  public EvaluateSettings {
    compare = List.copyOf(compare);
    baselines = List.copyOf(baselines);
    new Check()
        .that(
            "onnx",
            onnx.orElse(""),
            onnx.isEmpty() || tflite.isEmpty(),
            "absent where tflite is given")
        .that("split", split, SPLITS.contains(split), "one of train, val, test")
        .that(
            "checkpoint",
            checkpoint.orElse(""),
            checkpoint.isEmpty() || compare.isEmpty(),
            "absent where compare is given")
        .that(
            "baselines",
            baselines,
            baselines.isEmpty() || !compare.isEmpty(),
            "absent unless compare is given")
        .that("batchSize", batchSize, batchSize >= 1, "at least 1")
        .that("constantFrames", constantFrames, constantFrames >= 0, "0 or more")
        .that("replicates", replicates, replicates >= 0 && replicates <= 10_000, "0 to 10000")
        .that("panels", panels, panels >= 0 && panels <= MAX_PANELS, "0 to " + MAX_PANELS)
        .that(
            "maxCorruptFraction",
            maxCorruptFraction,
            maxCorruptFraction >= 0 && maxCorruptFraction <= 1,
            "0 to 1")
        .done();
  }

  /** The exported file that is judged beside the checkpoint, and its format. */
  Optional<Beside> exported() {
    return tflite
        .map(file -> new Beside(ExportedFormat.TFLITE, file))
        .or(() -> onnx.map(file -> new Beside(ExportedFormat.ONNX, file)));
  }

  /** A file that was exported from the checkpoint. */
  record Beside(ExportedFormat format, String file) {}

  /** The same, for another checkpoint alone. */
  EvaluateSettings of(String otherCheckpoint, String otherOutput) {
    return new EvaluateSettings(
        Optional.of(otherCheckpoint),
        weights,
        Optional.empty(),
        Optional.empty(),
        data,
        split,
        Optional.of(otherOutput),
        List.of(),
        List.of(),
        batchSize,
        untrained,
        constantFrames,
        replicates,
        panels,
        predictions,
        maxCorruptFraction);
  }
}
