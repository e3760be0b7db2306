package org.networkfission.model.loss;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.LossSpec.Normalisation;
import org.networkfission.model.network.Task;

/**
 * What a task's outputs of one minibatch are compared with.
 *
 * @param values [images, channels, pixels], row-major
 * @param valid [images, pixels]: which pixels count
 * @param scale per image, what each of its pixels' losses is multiplied with
 */
record Truth(
    float[] values, boolean[] valid, double[] scale, int images, int channels, int pixels) {
  static Truth of(Task task, Batch batch, Normalisation normalisation) {
    int images = Math.toIntExact(batch.images().size(0));
    int pixels = Math.toIntExact(batch.images().size(2) * batch.images().size(3));
    float[] values =
        switch (task) {
          case LABELS -> floats(batch.labels());
          case NORMALS -> floats(batch.normals());
          case DEPTH -> floats(batch.depth());
          case DISPARITY -> inverse(floats(batch.depth()));
        };
    boolean[] valid = new boolean[images * pixels];
    float[] depth = task == Task.NORMALS ? floats(batch.depth()) : null;
    for (int i = 0; i < valid.length; i++) {
      valid[i] =
          switch (task) {
            case LABELS, DEPTH, DISPARITY -> values[i] > 0;
            case NORMALS -> depth[i] > 0 && hasNormal(values, i / pixels, i % pixels, pixels);
          };
    }
    boolean allPixels = normalisation == Normalisation.REFERENCE && task == Task.LABELS;
    double[] scale = new double[images];
    if (normalisation == Normalisation.IMAGE) {
      for (int i = 0; i < images; i++) {
        scale[i] = 1.0 / images / Math.max(1, count(valid, i * pixels, (i + 1) * pixels));
      }
    } else {
      int divisor = allPixels ? valid.length : Math.max(1, count(valid, 0, valid.length));
      java.util.Arrays.fill(scale, 1.0 / divisor);
    }
    return new Truth(values, valid, scale, images, values.length / valid.length, pixels);
  }

  /** Depth in metres as 1/metres; 0 where there is none. */
  private static float[] inverse(float[] depth) {
    float[] disparity = new float[depth.length];
    for (int i = 0; i < depth.length; i++) {
      disparity[i] = depth[i] > 0 ? 1 / depth[i] : 0;
    }
    return disparity;
  }

  /** Copies the truth of some pixels of an image into a block. */
  void read(PixelLoss.Block block, int image, int from) {
    System.arraycopy(valid, image * pixels + from, block.valid, 0, block.count);
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * pixels + from;
      System.arraycopy(values, plane, block.truth, c * PixelLoss.Block.SIZE, block.count);
    }
  }

  private static boolean hasNormal(float[] normals, int image, int pixel, int pixels) {
    int at = image * 3 * pixels + pixel;
    return normals[at] != 0 || normals[at + pixels] != 0 || normals[at + 2 * pixels] != 0;
  }

  private static int count(boolean[] valid, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (valid[i]) {
        count++;
      }
    }
    return count;
  }

  private static float[] floats(INDArray array) {
    INDArray rows = array.castTo(DataType.FLOAT);
    rows = rows.ordering() == 'c' && !rows.isView() ? rows : rows.dup('c');
    float[] values = new float[Math.toIntExact(rows.length())];
    rows.data().asNioFloat().get(values);
    return values;
  }
}
