package org.networkfission.model.backend.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.Op;

/** An activation in ND4J. */
final class Nd4jActivation extends Nd4jKernel {
  private final ActivationFunction activation;
  private INDArray input;

  Nd4jActivation(Op.Activation op) {
    this.activation = op.function();
  }

  @Override
  INDArray forward(INDArray[] inputs, boolean training, long step) {
    input = inputs[0];
    return switch (activation) {
      case NONE -> input;
      case RELU -> Transforms.relu(input, true);
      case RELU6 -> clip(input.dup(), 0, 6);
      case HARD_SIGMOID -> hardSigmoid();
      case HARD_SWISH -> hardSigmoid().muli(input);
    };
  }

  @Override
  INDArray[] backward(INDArray outputGradient) {
    INDArray slope =
        switch (activation) {
          case NONE -> Nd4j.onesLike(input);
          case RELU -> indicator(input.gt(0));
          case RELU6 -> indicator(input.gt(0)).muli(indicator(input.lt(6)));
          case HARD_SIGMOID -> bend().divi(6);
          case HARD_SWISH -> bend().muli(input.div(3).addi(0.5)).addi(indicator(input.gte(3)));
        };
    return new INDArray[] {slope.muli(outputGradient)};
  }

  private INDArray hardSigmoid() {
    return clip(input.div(6).addi(0.5), 0, 1);
  }

  /** 1 where the hard sigmoid rises, else 0. */
  private INDArray bend() {
    return indicator(input.gt(-3)).muli(indicator(input.lt(3)));
  }

  private INDArray indicator(INDArray truth) {
    return truth.castTo(input.dataType());
  }

  private static INDArray clip(INDArray values, double low, double high) {
    return Transforms.min(Transforms.max(values, low, false), high, false);
  }
}
