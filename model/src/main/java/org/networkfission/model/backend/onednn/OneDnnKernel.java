package org.networkfission.model.backend.onednn;

import org.networkfission.model.op.Op;

/** Adds the steps of one operation to a plan. */
abstract class OneDnnKernel {
  /** Adds the forward pass: makes the output's memory. */
  abstract void forward(OneDnnPlan plan);

  /** Adds the backward pass: the output's gradient is there, the inputs' are added to. */
  abstract void backward(OneDnnPlan plan);

  static OneDnnKernel of(Op op, long seed) {
    if (op instanceof Op.Convolution convolution) {
      return new OneDnnConvolution(convolution);
    } else if (op instanceof Op.TransposedConvolution convolution) {
      return new OneDnnTransposedConvolution(convolution);
    } else if (op instanceof Op.Normalisation normalisation) {
      return new OneDnnNormalisation(normalisation);
    } else if (op instanceof Op.Bias bias) {
      return new OneDnnBias(bias);
    } else if (op instanceof Op.Nonlinearity nonlinearity) {
      return new OneDnnNonlinearity(nonlinearity);
    } else if (op instanceof Op.Scale scale) {
      return new OneDnnScale(scale);
    } else if (op instanceof Op.MaxPool pool) {
      return OneDnnPooling.max(pool);
    } else if (op instanceof Op.GlobalMean mean) {
      return OneDnnPooling.mean(mean);
    } else if (op instanceof Op.Upsampling upsampling) {
      return new OneDnnUpsampling(upsampling);
    } else if (op instanceof Op.Add add) {
      return new OneDnnAdd(add);
    } else if (op instanceof Op.Concat concat) {
      return new OneDnnConcat(concat);
    } else if (op instanceof Op.Slice slice) {
      return new OneDnnSlice(slice);
    } else if (op instanceof Op.Dropout dropout) {
      return new OneDnnDropout(dropout, seed);
    }
    throw new IllegalStateException("No kernel for " + op);
  }
}
