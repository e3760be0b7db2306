package org.networkfission.model.graph;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Gives the vectors of pixels length 1. */
final class UnitVectors {
  private UnitVectors() {}

  /**
   * Vectors of length 1; a vector of no length becomes one that faces the camera.
   *
   * @param vectors [batch, 3, height, width], overwritten
   */
  static INDArray of(INDArray vectors) {
    INDArray length = Transforms.sqrt(vectors.mul(vectors).sum(true, 1), false);
    INDArray none = length.lt(1e-12).castTo(vectors.dataType());
    INDArray units = vectors.divi(length.addi(none));
    units
        .get(
            NDArrayIndex.all(), NDArrayIndex.interval(2, 3), NDArrayIndex.all(), NDArrayIndex.all())
        .subi(none);
    return units;
  }
}
