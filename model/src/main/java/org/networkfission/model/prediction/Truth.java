package org.networkfission.model.prediction;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.Batch;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * What is true of one image, at the size of the network's output.
 *
 * @param labels a class per pixel, 0 = void
 * @param normals a unit normal per pixel, (0, 0, 0) where there is none
 * @param depth z in mm, 0 where nothing was measured
 */
public record Truth(LabelMap labels, NormalMap normals, DepthMap depth) {
  private static final double MILLIMETRES_PER_METRE = 1000;

  /** Splits a minibatch into images. Depth goes back to the whole mm that shards hold. */
  public static List<Truth> of(Batch batch) {
    int height = (int) batch.depth().size(2);
    int width = (int) batch.depth().size(3);
    List<Truth> truths = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      truths.add(
          new Truth(
              new LabelMap(width, height, ids(batch.labels(), i)),
              new NormalMap(width, height, Prediction.interleaved(batch.normals(), i)),
              new DepthMap(width, height, millimetres(batch.depth(), i))));
    }
    return truths;
  }

  private static short[] ids(INDArray labels, int image) {
    float[] values = Prediction.values(labels, image);
    short[] ids = new short[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (short) values[i];
    }
    return ids;
  }

  private static float[] millimetres(INDArray metres, int image) {
    float[] values = Prediction.values(metres, image);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.rint(values[i] * MILLIMETRES_PER_METRE);
    }
    return values;
  }
}
