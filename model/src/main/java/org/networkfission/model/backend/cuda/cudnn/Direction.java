package org.networkfission.model.backend.cuda.cudnn;

/** What of a convolution is computed from the other two. */
public enum Direction {
  /** The output. */
  FORWARD(10, 703, 704, 705, 702, 700, 701),
  /** The gradient of the input, which is also what a transposed convolution makes. */
  BACKWARD_DATA(12, 709, 710, 711, 708, 706, 707),
  /** The gradient of the kernel. */
  BACKWARD_FILTER(11, 715, 716, 717, 714, 712, 713);

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
