package org.networkfission.jobs.export;

import java.util.Optional;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.model.tflite.Precision;
import org.networkfission.prep.settings.Check;

/**
 * What to export and how.
 *
 * @param checkpoint a run's output folder, whose latest checkpoint counts; one checkpoint; or the
 *     file {@code checkpoints/best} of a run
 * @param weights which parameters of the checkpoint
 * @param output the file; must not exist
 * @param format of the file
 * @param precision of its constants
 */
public record ExportSettings(
    Optional<String> checkpoint,
    Weights weights,
    Optional<String> output,
    Format format,
    Precision precision) {
  /** Formats of exported models. */
  public enum Format {
    /** TensorFlow Lite. */
    TFLITE
  }

  public ExportSettings {
    new Check()
        .that(
            "output",
            output.orElse(""),
            output.isEmpty() || output.get().endsWith(TrainedModel.TFLITE),
            "a name that ends with " + TrainedModel.TFLITE)
        .done();
  }
}
