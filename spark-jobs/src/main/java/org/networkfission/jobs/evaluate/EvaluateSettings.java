package org.networkfission.jobs.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.prep.frame.ImageSize;
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
 * @param size at which predictions are judged
 * @param crop in which part of a frame predictions of depth are judged
 * @param window the largest part of a frame, WIDTHxHEIGHT in its pixels, that the network sees at
 *     once; empty: all of it
 * @param augment further views of each frame that the network sees
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
    Size size,
    Crop crop,
    Optional<String> window,
    Augment augment,
    int batchSize,
    boolean untrained,
    int constantFrames,
    int replicates,
    int panels,
    PredictionFormat predictions,
    double maxCorruptFraction) {
  private static final List<String> SPLITS = List.of("train", "val", "test");
  private static final int MAX_PANELS = 8;

  /** At which size predictions are judged. */
  public enum Size {
    /** That of the network's input. */
    NETWORK,
    /** That of the frames in the data set. */
    TRUTH
  }

  /**
   * Views of a frame whose predictions are averaged.
   *
   * @param flip whether the network sees each frame mirrored, too
   * @param scales by what the size of the network's input is multiplied, one view each
   */
  public record Augment(boolean flip, List<Double> scales) {
    private static final double SMALLEST = 0.25;
    private static final double LARGEST = 4;

    /** One view, as the network was trained. */
    public static final Augment NONE = new Augment(false, List.of(1.0));

    public Augment {
      scales = List.copyOf(scales);
      new Check()
          .that(
              "scales",
              scales,
              !scales.isEmpty()
                  && Set.copyOf(scales).size() == scales.size()
                  && scales.stream().allMatch(s -> s >= SMALLEST && s <= LARGEST),
              "one number or more from 0.25 to 4, each once")
          .done();
    }

    /** Whether the network sees frames at its own size only. */
    boolean oneScale() {
      return scales.equals(NONE.scales());
    }
  }

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
        .that(
            "window",
            window.orElse("null"),
            window.isEmpty() || ImageSize.is(window.get()),
            "WIDTHxHEIGHT in pixels of a frame, such as 640x480, or null")
        .that(
            "size",
            "network",
            window.isEmpty() || size == Size.TRUTH,
            "truth where evaluate.window is set: windows see more than the network's size can show")
        .that(
            "augment",
            augment.scales(),
            (tflite.isEmpty() && onnx.isEmpty()) || augment.oneScale(),
            "of scales = [1] where an exported file is judged: it takes one size")
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

  /** How frames are shown to the network, and where its predictions are judged. */
  Protocol protocol() {
    return new Protocol(
        size, crop, window.map(ImageSize::parse).orElse(null), augment.flip(), augment.scales());
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
        size,
        crop,
        window,
        augment,
        batchSize,
        untrained,
        constantFrames,
        replicates,
        panels,
        predictions,
        maxCorruptFraction);
  }
}
