package org.networkfission.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

class UnitVectorsTest {
  /** The same in whole arrays. */
  private static INDArray expected(INDArray vectors) {
    INDArray length = Transforms.sqrt(vectors.mul(vectors).sum(true, 1), false);
    INDArray none = length.lt(1e-12).castTo(vectors.dataType());
    INDArray units = vectors.div(length.addi(none));
    units
        .get(
            NDArrayIndex.all(), NDArrayIndex.interval(2, 3), NDArrayIndex.all(), NDArrayIndex.all())
        .subi(none);
    return units;
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void hasTheBitsOfNd4j(DataType type) {
    INDArray vectors = Nd4j.rand(DataType.DOUBLE, 3, 3, 5, 7).subi(0.5).muli(4).castTo(type);
    for (int c = 0; c < 3; c++) {
      vectors.putScalar(new long[] {1, c, 2, 3}, 0);
      vectors.putScalar(new long[] {2, c, 4, 6}, c == 1 ? Double.NaN : 1e20);
    }
    INDArray right = expected(vectors);
    INDArray view =
        Nd4j.concat(1, vectors, vectors).get(NDArrayIndex.all(), NDArrayIndex.interval(3, 6));
    assertThat(UnitVectors.of(view).data().asDouble()).isEqualTo(right.data().asDouble());
    assertThat(right.getDouble(1, 2, 2, 3)).isEqualTo(-1);
    assertThat(UnitVectors.of(vectors)).isSameAs(vectors);
    assertThat(vectors.data().asDouble()).isEqualTo(right.data().asDouble());
  }
}
