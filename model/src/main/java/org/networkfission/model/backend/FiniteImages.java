package org.networkfission.model.backend;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.prep.frame.InputException;

/** Refuses images with what is not a number, which batch norm would spread over a minibatch. */
public final class FiniteImages {
  private FiniteImages() {}

  /**
   * Checks images.
   *
   * @param images [batch, channels, height, width]
   * @param keys the images' names; none where they have none
   * @throws InputException that names the image, the channel and the pixel
   */
  public static void require(INDArray images, List<String> keys) {
    if (Double.isFinite(images.sumNumber().doubleValue())) {
      return;
    }
    INDArray rows = images.dup('c');
    long length = rows.length() / rows.size(0);
    for (long i = 0; i < rows.length(); i++) {
      double value = rows.data().getDouble(i);
      if (!Double.isFinite(value)) {
        long pixels = rows.size(2) * rows.size(3);
        int image = Math.toIntExact(i / length);
        throw new InputException(
            "Cannot use image %s: channel %d, row %d, column %d is %s; it must be a finite number"
                .formatted(
                    keys.isEmpty() ? image : keys.get(image),
                    i % length / pixels,
                    i % pixels / rows.size(3),
                    i % rows.size(3),
                    value));
      }
    }
  }
}
