package org.networkfission.model.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Require;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * What is predicted for one image; absent where nothing is said of a task.
 *
 * @param labels a class per pixel
 * @param normals a direction per pixel
 * @param depth z in mm; may be negative where a network says so
 * @param disparity inverse depth up to scale and shift
 */
public record Prediction(
    Optional<LabelMap> labels,
    Optional<NormalMap> normals,
    Optional<DepthMap> depth,
    Optional<DisparityMap> disparity) {
  private static final float MILLIMETRES_PER_METRE = 1000;

  /**
   * Splits a network's outputs into images.
   *
   * @param outputs labels: scores [batch, classes, height, width]; normals: [batch, 3, height,
   *     width]; depth: metres [batch, 1, height, width]; disparity: [batch, 1, height, width]
   */
  public static List<Prediction> of(Map<Task, INDArray> outputs) {
    int images = (int) outputs.values().iterator().next().size(0);
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      int image = i;
      predictions.add(
          new Prediction(
              Optional.ofNullable(outputs.get(Task.LABELS)).map(a -> labels(a, image)),
              Optional.ofNullable(outputs.get(Task.NORMALS)).map(a -> normals(a, image)),
              Optional.ofNullable(outputs.get(Task.DEPTH)).map(a -> depth(a, image)),
              Optional.ofNullable(outputs.get(Task.DISPARITY)).map(a -> disparity(a, image))));
    }
    return predictions;
  }

  /** The class of the highest score; the lower class where two are equal. */
  private static LabelMap labels(INDArray scores, int image) {
    float[] values = values(scores, image);
    Require.finite("labels", values);
    int pixels = (int) (scores.size(2) * scores.size(3));
    int classes = (int) scores.size(1);
    float[] best = new float[pixels];
    System.arraycopy(values, 0, best, 0, pixels);
    short[] ids = new short[pixels];
    for (int c = 1; c < classes; c++) {
      for (int i = 0; i < pixels; i++) {
        float score = values[c * pixels + i];
        if (score > best[i]) {
          best[i] = score;
          ids[i] = (short) c;
        }
      }
    }
    return new LabelMap((int) scores.size(3), (int) scores.size(2), ids);
  }

  private static NormalMap normals(INDArray normals, int image) {
    return new NormalMap((int) normals.size(3), (int) normals.size(2), interleaved(normals, image));
  }

  /** One image of [batch, 3, height, width] as height x width x 3 values. */
  static float[] interleaved(INDArray vectors, int image) {
    float[] planes = values(vectors, image);
    int pixels = planes.length / 3;
    float[] xyz = new float[planes.length];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < pixels; i++) {
        xyz[3 * i + c] = planes[c * pixels + i];
      }
    }
    return xyz;
  }

  private static DepthMap depth(INDArray metres, int image) {
    float[] values = values(metres, image);
    for (int i = 0; i < values.length; i++) {
      values[i] *= MILLIMETRES_PER_METRE;
    }
    return new DepthMap((int) metres.size(3), (int) metres.size(2), values);
  }

  private static DisparityMap disparity(INDArray disparity, int image) {
    return new DisparityMap(
        (int) disparity.size(3), (int) disparity.size(2), values(disparity, image));
  }

  static float[] values(INDArray batch, int image) {
    return batch.slice(image).dup('c').data().asFloat();
  }
}
