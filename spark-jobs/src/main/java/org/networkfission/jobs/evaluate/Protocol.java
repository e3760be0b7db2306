package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.shard.Manifest;

/**
 * How frames are shown to the network, and where its predictions are judged.
 *
 * @param size at which predictions are judged
 * @param crop in which part of a frame predictions of depth are judged
 * @param window the largest part of a frame that the network sees at once; null: all of it
 * @param flip whether the network sees each frame mirrored, too
 * @param scales by what the network's input size is multiplied, one view each
 */
record Protocol(
    EvaluateSettings.Size size, Crop crop, ImageSize window, boolean flip, List<Double> scales)
    implements Serializable {
  private static final String NYU = "nyudv2";
  private static final List<String> OTHER_CAMERAS = List.of("scenenet", "scannet");

  /** As reports tell it; null where everything is as by default. */
  Report.Protocol described() {
    Report.Protocol told =
        new Report.Protocol(
            size == EvaluateSettings.Size.TRUTH ? "truth" : null,
            crop == Crop.EIGEN ? "eigen" : null,
            window == null ? null : window.toString(),
            flip ? true : null,
            scales.equals(List.of(1.0)) ? null : scales);
    return told.equals(Report.Protocol.DEFAULT) ? null : told;
  }

  /** The size that the prediction of a frame is judged at. */
  ImageSize sizeOf(LabeledImage frame, NetworkSpec network) {
    return size == EvaluateSettings.Size.NETWORK
        ? new ImageSize(network.width(), network.height())
        : new ImageSize(frame.width(), frame.height());
  }

  /**
   * Checks that it makes sense for a model and a data set.
   *
   * @throws ConfigException naming every setting that does not
   */
  void check(TrainedModel model, Manifest manifest) {
    List<String> problems = new ArrayList<>();
    NetworkSpec network = model.spec();
    boolean scaled = !scales.equals(List.of(1.0));
    if (scaled && model.file().exported().isPresent()) {
      problems.add(
          "evaluate.augment.scales = %s: must be [1] for %s: an exported file takes one size"
              .formatted(scales, model.path()));
    }
    if (network.tasks().contains(Task.DISPARITY)) {
      String why = "the network predicts disparity, which has another scale and shift in each view";
      if (scaled) {
        problems.add("evaluate.augment.scales = %s: must be [1]: %s".formatted(scales, why));
      }
      if (window != null) {
        problems.add("evaluate.window = %s: must be null: %s".formatted(window, why));
      }
    }
    if (window != null && network.input() != InputModality.RGB) {
      problems.add(
          "evaluate.window = %s: must be null: windows are cut out of photos, the network sees %s"
              .formatted(window, network.input()));
    }
    if (crop == Crop.EIGEN) {
      checkCrop(network, manifest, problems);
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void checkCrop(NetworkSpec network, Manifest manifest, List<String> problems) {
    String value = "evaluate.crop = eigen: must be none: ";
    if (network.tasks().stream().noneMatch(t -> t.definition().truth() == TruthKind.DEPTH)) {
      problems.add(value + "it is of depth, and the network predicts none");
    }
    if (OTHER_CAMERAS.contains(manifest.dataset())) {
      problems.add(value + "it is a part of NYUDv2's frames, the data are " + manifest.dataset());
    }
    if (manifest.dataset().equals(NYU)
        && manifest.configuration().at("/prepare/nyudv2/crop").asBoolean()) {
      problems.add(
          value
              + "the frames were cut to nearly the same part when they were prepared (prepare.nyudv2.crop)");
    }
  }
}
