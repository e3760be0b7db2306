package org.networkfission.model.backend.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.Op;

/** A transposed convolution in ND4J. */
final class Nd4jTransposedConvolution extends Nd4jKernel {
  private final Op.TransposedConvolution op;
  private final Tensors tensors;
  private final int[] arguments;
  private INDArray input;

  Nd4jTransposedConvolution(Op.TransposedConvolution op, Tensors tensors) {
    this.op = op;
    this.tensors = tensors;
    int k = op.kernel();
    int s = op.stride();
    // kernel, stride, padding, dilation, SAME, NCHW, kernels as [in, out, height, width]
    this.arguments = new int[] {k, k, s, s, 0, 0, 1, 1, 1, 0, 1};
  }

  @Override
  INDArray forward(INDArray[] inputs, boolean training, long step) {
    input = inputs[0];
    INDArray output =
        Nd4j.createUninitialized(
            input.dataType(),
            input.size(0),
            op.output().channels(),
            op.output().height(),
            op.output().width());
    run(
        "deconv2d",
        new INDArray[] {input, tensors.parameter(op.weight())},
        new INDArray[] {output},
        arguments);
    return output;
  }

  @Override
  INDArray[] backward(INDArray outputGradient) {
    INDArray gradient = Nd4j.createUninitialized(input.dataType(), input.shape());
    run(
        "deconv2d_bp",
        new INDArray[] {input, tensors.parameter(op.weight()), outputGradient},
        new INDArray[] {gradient, tensors.gradient(op.weight())},
        arguments);
    return new INDArray[] {gradient};
  }
}
