package org.networkfission.model.backend.cuda.cudnn;

/** What of a convolution is computed from the other two. */
public enum Direction {
  /** The output. */
  FORWARD(
      Constants.BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
      Constants.ATTR_OPERATION_CONVOLUTION_FORWARD_W,
      Constants.ATTR_OPERATION_CONVOLUTION_FORWARD_X,
      Constants.ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
      Constants.ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
      Constants.ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
      Constants.ATTR_OPERATION_CONVOLUTION_FORWARD_BETA),
  /** The gradient of the input, which is also what a transposed convolution makes. */
  BACKWARD_DATA(
      Constants.BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA),
  /** The gradient of the kernel. */
  BACKWARD_FILTER(
      Constants.BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
      Constants.ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA);

  // cuDNN's numbers of the operation's descriptor and of its attributes.
  final int descriptor;
  final int kernel;
  final int input;
  final int output;
  final int convolution;
  final int alpha;
  final int beta;

  Direction(
      int descriptor, int kernel, int input, int output, int convolution, int alpha, int beta) {
    this.descriptor = descriptor;
    this.kernel = kernel;
    this.input = input;
    this.output = output;
    this.convolution = convolution;
    this.alpha = alpha;
    this.beta = beta;
  }
}
