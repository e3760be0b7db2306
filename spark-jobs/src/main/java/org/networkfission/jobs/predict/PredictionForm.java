package org.networkfission.jobs.predict;

import java.io.Serializable;
import java.util.Optional;
import org.networkfission.jobs.predict.PredictSettings.Format;
import org.networkfission.jobs.predict.PredictSettings.Size;
import org.networkfission.model.task.ColumnForms;
import org.networkfission.prep.frame.ImageSize;

/**
 * What predictions become, as executors are told it.
 *
 * @param window the largest part of a photo that the network sees at once; null: all of it
 * @param columns how tables hold predictions
 */
record PredictionForm(Format format, Size size, ImageSize window, ColumnForms columns)
    implements Serializable {
  static PredictionForm of(PredictSettings settings) {
    return new PredictionForm(
        settings.format(), settings.size(), settings.windowSize().orElse(null), settings.columns());
  }

  Optional<ImageSize> windowSize() {
    return Optional.ofNullable(window);
  }
}
