package org.networkfission.model.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Batch normalisation and ReLU in ND4J. */
final class Nd4jNormalisation extends Nd4jKernel {
  private final Op.Normalisation op;
  private final Tensors tensors;
  private INDArray normalised;
  private INDArray output;
  private INDArray scale;
  private INDArray mean;
  private INDArray variance;

  Nd4jNormalisation(Op.Normalisation op, Tensors tensors) {
    this.op = op;
    this.tensors = tensors;
  }

  @Override
  INDArray forward(INDArray[] inputs, boolean training, long step) {
    INDArray x = inputs[0];
    INDArray gamma = tensors.parameter(op.gamma());
    scale = gamma;
    normalised = x;
    if (op.statistics()) {
      mean = training ? x.mean(0, 2, 3) : tensors.parameter(op.mean());
      INDArray centred = x.sub(channels(mean));
      variance = training ? centred.mul(centred).mean(0, 2, 3) : tensors.parameter(op.variance());
      INDArray inverse = Transforms.sqrt(variance.add(op.epsilon()), false).rdivi(1);
      normalised = centred.muli(channels(inverse));
      scale = gamma.mul(inverse);
    }
    output = normalised.mul(channels(gamma)).addi(channels(tensors.parameter(op.beta())));
    if (op.relu()) {
      output = Transforms.relu(output, false);
    }
    return output;
  }

  @Override
  INDArray[] backward(INDArray outputGradient) {
    INDArray dy =
        op.relu()
            ? outputGradient.mul(output.gt(0).castTo(outputGradient.dataType()))
            : outputGradient;
    INDArray beta = dy.sum(0, 2, 3);
    INDArray gamma = dy.mul(normalised).sum(0, 2, 3);
    tensors.gradient(op.beta()).assign(beta);
    tensors.gradient(op.gamma()).assign(gamma);
    if (!op.statistics()) {
      return new INDArray[] {dy.mul(channels(scale))};
    }
    statisticsStep(op.mean(), mean);
    statisticsStep(op.variance(), variance);
    double count = (double) dy.length() / dy.size(1);
    INDArray dx = normalised.mul(channels(gamma.div(-count)));
    dx.addi(dy).subi(channels(beta.div(count)));
    return new INDArray[] {dx.muli(channels(scale))};
  }

  /** The running statistics' pseudo-gradient: old - new. */
  private void statisticsStep(String name, INDArray batch) {
    tensors.gradient(name).assign(tensors.parameter(name).sub(batch).muli(1 - op.decay()));
  }

  private static INDArray channels(INDArray vector) {
    return vector.reshape(1, vector.length(), 1, 1);
  }
}
