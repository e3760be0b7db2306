package org.networkfission.model.backend.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/**
 * A convolution in ND4J.
 *
 * <p>ND4J's oneDNN refuses dilation. A dilated convolution is a plain one on each of the d x d
 * phases of the image, so the phases are folded into the batch, as in TensorFlow's atrous
 * convolution.
 */
final class Nd4jConvolution extends Nd4jKernel {
  private final Op.Convolution op;
  private final Tensors tensors;
  private final int[] arguments;
  private INDArray input;

  Nd4jConvolution(Op.Convolution op, Tensors tensors) {
    this.op = op;
    this.tensors = tensors;
    int k = op.kernel();
    int s = op.stride();
    // kernel, stride, padding, dilation, SAME, NCHW, kernels as [out, in, height, width]
    this.arguments = new int[] {k, k, s, s, 0, 0, 1, 1, 1, 0, 1};
  }

  @Override
  INDArray forward(INDArray[] inputs, boolean training, long step) {
    input = op.dilation() > 1 ? fold(inputs[0]) : inputs[0];
    INDArray output =
        Nd4j.createUninitialized(
            input.dataType(),
            input.size(0),
            op.output().channels(),
            input.size(2) / op.stride(),
            input.size(3) / op.stride());
    run(
        op.depthwise() ? "depthwise_conv2d" : "conv2d",
        new INDArray[] {input, kernel(tensors.parameter(op.weight()))},
        new INDArray[] {output},
        arguments);
    return op.dilation() > 1 ? unfold(output, op.output()) : output;
  }

  @Override
  INDArray[] backward(INDArray outputGradient) {
    INDArray folded = op.dilation() > 1 ? fold(outputGradient) : outputGradient;
    INDArray gradient = Nd4j.createUninitialized(input.dataType(), input.shape());
    run(
        op.depthwise() ? "depthwise_conv2d_bp" : "conv2d_bp",
        new INDArray[] {input, kernel(tensors.parameter(op.weight())), folded},
        new INDArray[] {gradient, kernel(tensors.gradient(op.weight()))},
        arguments);
    return new INDArray[] {op.dilation() > 1 ? unfold(gradient, op.input()) : gradient};
  }

  /**
   * A kernel, in place, as the operation takes it: depthwise ones as [1, channels, height, width].
   */
  private INDArray kernel(INDArray tensor) {
    return op.depthwise()
        ? tensor.reshape('c', 1, tensor.size(0), tensor.size(2), tensor.size(3))
        : tensor;
  }

  /** [b, c, h, w] to [b * d * d, c, ceil(h / d), ceil(w / d)], zeros below and to the right. */
  private INDArray fold(INDArray image) {
    int d = op.dilation();
    long b = image.size(0);
    long c = image.size(1);
    long h = (image.size(2) + d - 1) / d;
    long w = (image.size(3) + d - 1) / d;
    INDArray padded = image;
    if (h * d != image.size(2) || w * d != image.size(3)) {
      padded = Nd4j.create(image.dataType(), b, c, h * d, w * d);
      padded
          .get(
              NDArrayIndex.all(),
              NDArrayIndex.all(),
              NDArrayIndex.interval(0, image.size(2)),
              NDArrayIndex.interval(0, image.size(3)))
          .assign(image);
    }
    return padded
        .reshape('c', b, c, h, d, w, d)
        .permute(0, 3, 5, 1, 2, 4)
        .dup('c')
        .reshape('c', b * d * d, c, h, w);
  }

  /** The inverse of {@link #fold}. */
  private INDArray unfold(INDArray phases, FeatureMap map) {
    int d = op.dilation();
    long b = phases.size(0) / d / d;
    long c = phases.size(1);
    long h = phases.size(2);
    long w = phases.size(3);
    return phases
        .reshape('c', b, d, d, c, h, w)
        .permute(0, 3, 4, 1, 5, 2)
        .dup('c')
        .reshape('c', b, c, h * d, w * d)
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval(0, map.height()),
            NDArrayIndex.interval(0, map.width()))
        .dup('c');
  }
}
