package org.networkfission.jobs.inference;

import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.InputException;

/**
 * Predicts photos of any size: stretched to the network's input, as images of the training were, or
 * a large photo window by window. For one thread at a time.
 */
public final class PhotoPredictor {
  private final Predictor predictor;
  private final Optional<ImageSize> window;

  /**
   * @param predictor stays the caller's
   * @param window the largest part of a photo, in its pixels, that is stretched to the network's
   *     input; empty: a photo is one
   */
  public PhotoPredictor(Predictor predictor, Optional<ImageSize> window) {
    this.predictor = predictor;
    this.window = window;
  }

  /**
   * Checks that a model sees photos.
   *
   * @throws InputException if it sees anything else
   */
  public static void requirePhotos(TrainedModel model) {
    if (model.spec().input() != InputModality.RGB) {
      throw new InputException(
          "Cannot predict photos with %s: it sees %s"
              .formatted(model.path(), model.spec().input()));
    }
  }

  /**
   * Predicts a photo.
   *
   * @param what it is, for messages
   * @return planes of the network's size; of a photo in windows, of as many pixels as all windows
   *     have together
   * @throws FrameException if it has too many windows
   */
  public TaskPlanes predict(ColorImage photo, String what) throws FrameException {
    if (window.isEmpty()
        || (photo.width() <= window.get().width() && photo.height() <= window.get().height())) {
      return whole(photo);
    }
    WindowCanvas canvas =
        WindowCanvas.of(photo.width(), photo.height(), window.get(), predictor.spec(), what);
    for (WindowCanvas.Window part : canvas.windows()) {
      canvas.add(part, whole(part.of(photo)));
    }
    return canvas.planes();
  }

  private TaskPlanes whole(ColorImage photo) {
    INDArray image = BatchAssembler.photo(photo, predictor.spec());
    Map<Task, INDArray> outputs = predictor.predict(image);
    if (image.closeable()) {
      image.close();
    }
    return TaskPlanes.of(outputs);
  }
}
