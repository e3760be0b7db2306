package org.networkfission.model.backend.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.op.Op;

/**
 * Bilinear upsampling in ND4J, as two products with interpolation matrices: ND4J's own resize has
 * no gradient.
 */
final class Nd4jUpsampling extends Nd4jKernel {
  private final Op.Upsampling op;
  private INDArray vertical;
  private INDArray horizontal;

  Nd4jUpsampling(Op.Upsampling op) {
    this.op = op;
  }

  @Override
  INDArray forward(INDArray[] inputs, boolean training, long step) {
    prepare(inputs[0].dataType());
    return apply(inputs[0], vertical, horizontal.transpose());
  }

  @Override
  INDArray[] backward(INDArray outputGradient) {
    return new INDArray[] {apply(outputGradient, vertical.transpose(), horizontal)};
  }

  @SuppressWarnings("try")
  private void prepare(DataType type) {
    if (vertical == null) {
      try (var outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        vertical = matrix(op.output().height(), op.input().height()).castTo(type);
        horizontal = matrix(op.output().width(), op.input().width()).castTo(type);
      }
    }
  }

  /** For each row of the output, the weights of the input's rows. */
  private static INDArray matrix(int outputs, int inputs) {
    double[][] weights = new double[outputs][inputs];
    for (int i = 0; i < outputs; i++) {
      double at = Math.max(0, (i + 0.5) * inputs / outputs - 0.5);
      int low = Math.min((int) at, inputs - 1);
      double part = Math.min(at - low, 1);
      weights[i][low] += 1 - part;
      weights[i][Math.min(low + 1, inputs - 1)] += part;
    }
    return Nd4j.createFromArray(weights);
  }

  /** left x image x right for each image of each channel. */
  private static INDArray apply(INDArray images, INDArray left, INDArray right) {
    long b = images.size(0);
    long c = images.size(1);
    long h = images.size(2);
    long w = images.size(3);
    long rows = left.size(0);
    long columns = right.size(1);
    INDArray heightFirst =
        images.reshape('c', b * c, h, w).permute(1, 0, 2).dup('c').reshape('c', h, b * c * w);
    INDArray tall =
        left.mmul(heightFirst)
            .dup('c')
            .reshape('c', rows, b * c, w)
            .permute(1, 0, 2)
            .dup('c')
            .reshape('c', b * c * rows, w);
    INDArray result = Nd4j.createUninitialized(images.dataType(), b, c, rows, columns);
    tall.mmuli(right, result.reshape('c', b * c * rows, columns));
    return result;
  }
}
