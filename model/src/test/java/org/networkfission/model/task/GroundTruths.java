package org.networkfission.model.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;

/** What is known of a minibatch, from arrays. */
public final class GroundTruths {
  private GroundTruths() {}

  /**
   * One per image.
   *
   * @param labels [batch, height, width]
   * @param normals [batch, 3, height, width]
   * @param depth metres, [batch, 1, height, width]
   */
  public static List<GroundTruth> of(INDArray labels, INDArray normals, INDArray depth) {
    int height = (int) labels.size(1);
    int width = (int) labels.size(2);
    List<GroundTruth> truths = new ArrayList<>();
    for (int image = 0; image < labels.size(0); image++) {
      float[] ids = floats(labels, image);
      short[] shorts = new short[ids.length];
      for (int i = 0; i < ids.length; i++) {
        shorts[i] = (short) ids[i];
      }
      NormalMap directions = new Normals().prediction(floats(normals, image), width, height);
      truths.add(
          GroundTruth.of(new LabelMap(width, height, shorts), directions, floats(depth, image)));
    }
    return truths;
  }

  /** One per image, of which only some is known; what is not is void. */
  public static List<GroundTruth> of(
      INDArray labels, INDArray normals, INDArray depth, List<Set<TruthKind>> known) {
    List<GroundTruth> truths = new ArrayList<>();
    for (GroundTruth all : of(labels, normals, depth)) {
      truths.add(only(all, known.get(truths.size())));
    }
    return truths;
  }

  /** An image of which only some is known; what is not is void. */
  public static GroundTruth only(GroundTruth all, Set<TruthKind> known) {
    int width = all.width();
    int height = all.height();
    return GroundTruth.of(
        known.contains(TruthKind.LABELS)
            ? all.labels()
            : new LabelMap(width, height, new short[width * height]),
        known.contains(TruthKind.NORMALS)
            ? all.normals()
            : new NormalMap(width, height, new float[3 * width * height]),
        known.contains(TruthKind.DEPTH) ? all.metres() : new float[width * height],
        known);
  }

  private static float[] floats(INDArray batch, int image) {
    return batch.slice(image).dup('c').data().asFloat();
  }
}
