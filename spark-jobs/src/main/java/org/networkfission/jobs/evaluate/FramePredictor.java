package org.networkfission.jobs.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.jobs.inference.PhotoPredictor;
import org.networkfission.jobs.inference.TaskPlanes;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Predictor;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabeledImage;

/**
 * A model that predicts frames as a protocol says: from one view or several, of the whole frame or
 * in windows, at the network's size or the frame's. For one thread at a time.
 */
final class FramePredictor implements AutoCloseable {
  private final Protocol protocol;
  private final List<Predictor> byScale;

  /**
   * @param byScale the model for each of the protocol's scales; this one's from now on
   */
  FramePredictor(Protocol protocol, List<Predictor> byScale) {
    this.protocol = protocol;
    this.byScale = List.copyOf(byScale);
  }

  /**
   * Predicts a frame.
   *
   * @param images for each scale a batch that shows it, which is left as it is
   * @param at its place in the batches
   * @param size of the prediction
   */
  Prediction predict(LabeledImage frame, List<INDArray> images, int at, ImageSize size) {
    List<TaskPlanes> views = new ArrayList<>();
    for (int i = 0; i < byScale.size(); i++) {
      double scale = protocol.scales().get(i);
      for (boolean mirrored : protocol.flip() ? new boolean[] {false, true} : new boolean[1]) {
        TaskPlanes seen =
            protocol.window() == null
                ? whole(byScale.get(i), images.get(i), at, mirrored)
                : windows(byScale.get(i), frame, mirrored);
        // Through the same lens, what is shown larger is taken for nearer.
        TaskPlanes metric = scale == 1 ? seen : seen.withDepthTimes(scale);
        views.add(mirrored ? metric.mirrored() : metric);
      }
    }
    TaskPlanes all =
        views.size() == 1 ? views.get(0) : TaskPlanes.mean(views, size.width(), size.height());
    return all.prediction(size.width(), size.height());
  }

  /**
   * Image by image: what a model computes for an image differs in its last bits with the others in
   * its batch, and with them a count near a threshold.
   */
  private static TaskPlanes whole(Predictor model, INDArray images, int at, boolean mirrored) {
    INDArray image = images.get(NDArrayIndex.interval(at, at + 1)).dup('c');
    INDArray shown = mirrored ? mirrored(image, model.spec().input()) : image;
    TaskPlanes planes = TaskPlanes.of(model.predict(shown));
    for (INDArray array : mirrored ? List.of(image, shown) : List.of(image)) {
      if (array.closeable()) {
        array.close();
      }
    }
    return planes;
  }

  private static INDArray mirrored(INDArray image, InputModality input) {
    int width = (int) image.size(3);
    float[] planes = TaskPlanes.mirrored(image.data().asFloat(), width);
    if (input == InputModality.NORMALS) {
      TaskPlanes.negate(planes, width * (int) image.size(2));
    }
    return Nd4j.createFromArray(planes).reshape('c', image.shape());
  }

  private TaskPlanes windows(Predictor model, LabeledImage frame, boolean mirrored) {
    ColorImage photo = mirrored ? mirrored(frame.color()) : frame.color();
    try {
      return new PhotoPredictor(model, Optional.of(protocol.window())).predict(photo, frame.key());
    } catch (FrameException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static ColorImage mirrored(ColorImage photo) {
    int width = photo.width();
    byte[] rgb = new byte[photo.rgb().length];
    for (int i = 0; i < width * photo.height(); i++) {
      int from = i - i % width + width - 1 - i % width;
      System.arraycopy(photo.rgb(), 3 * from, rgb, 3 * i, 3);
    }
    return new ColorImage(width, photo.height(), rgb);
  }

  /** The model for each of the protocol's scales. */
  List<Predictor> models() {
    return byScale;
  }

  @Override
  public void close() {
    byScale.forEach(Predictor::close);
  }
}
