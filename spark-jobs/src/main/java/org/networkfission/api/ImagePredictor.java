package org.networkfission.api;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.networkfission.jobs.inference.PhotoPredictor;
import org.networkfission.jobs.inference.TaskPlanes;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.model.network.Predictor;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;

/** A model that predicts photos. For one thread at a time, that which opened it. */
public final class ImagePredictor implements AutoCloseable {
  private final TrainedModel model;
  private final Predictor predictor;
  private final Optional<ImageSize> window;
  private final List<String> classNames;

  ImagePredictor(TrainedModel model, Optional<ImageSize> window) throws IOException {
    this.model = model;
    this.predictor = model.file().load();
    this.window = window;
    this.classNames =
        model.spec().tasks().stream().anyMatch(task -> task.definition().ofClasses())
            ? model.classes().classNames()
            : List.of();
  }

  /** Names of the classes that labels are, by number, void (0) first; none without labels. */
  public List<String> classNames() {
    return classNames;
  }

  /** Width of what the network sees and predicts, in pixels. */
  public int width() {
    return model.spec().width();
  }

  /** Height of what the network sees and predicts, in pixels. */
  public int height() {
    return model.spec().height();
  }

  /**
   * Predicts a photo of any size, which is stretched to the network's input.
   *
   * @return a prediction of the photo's size
   */
  public ImagePrediction predict(BufferedImage photo) {
    return predict(photo, photo.getWidth(), photo.getHeight());
  }

  /**
   * Predicts a photo of any size.
   *
   * @param width of the prediction, in pixels
   * @param height of the prediction
   */
  public ImagePrediction predict(BufferedImage photo, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "Cannot predict at %d x %d pixels: both must be positive".formatted(width, height));
    }
    try {
      TaskPlanes planes =
          new PhotoPredictor(predictor, window).predict(Photos.of(photo), "the photo");
      return new ImagePrediction(planes.read(width, height), classNames);
    } catch (FrameException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Gives the model's memory back. */
  @Override
  public void close() {
    predictor.close();
  }
}
