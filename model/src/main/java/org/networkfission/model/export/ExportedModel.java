package org.networkfission.model.export;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Predictor;

/** An exported file of this product, run by the runtime that such files are for. */
public interface ExportedModel extends Predictor {
  /** What the file says of itself. */
  ModelCard card();

  @Override
  default NetworkSpec spec() {
    return card().network();
  }

  /**
   * The values of images that the model takes.
   *
   * @param images [batch, channels, height, width]
   * @return in that order
   * @throws IllegalArgumentException if they are of another size, or not all finite
   */
  default float[] values(INDArray images) {
    NetworkSpec spec = spec();
    long[] shape = images.shape();
    if (shape.length != 4
        || shape[0] < 1
        || shape[1] != spec.input().channels()
        || shape[2] != spec.height()
        || shape[3] != spec.width()) {
      throw new IllegalArgumentException(
          "Cannot use images of shape %s: the model takes [batch, %d, %d, %d]"
              .formatted(
                  Arrays.toString(shape), spec.input().channels(), spec.height(), spec.width()));
    }
    float[] values = images.dup('c').data().asFloat();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "Cannot use images: they hold values that are not finite");
      }
    }
    return values;
  }
}
