package org.networkfission.model.backend.onednn;

import org.networkfission.model.op.Op;

/**
 * The kernel of each kind of operation.
 *
 * @param seed decides, with the step, what dropout drops
 */
record OneDnnKernels(long seed) implements Op.Visitor<OneDnnKernel> {
  @Override
  public OneDnnKernel convolution(Op.Convolution op) {
    return new OneDnnConvolution(op);
  }

  @Override
  public OneDnnKernel transposedConvolution(Op.TransposedConvolution op) {
    return new OneDnnTransposedConvolution(op);
  }

  @Override
  public OneDnnKernel batchNorm(Op.BatchNorm op) {
    return new OneDnnBatchNorm(op);
  }

  @Override
  public OneDnnKernel bias(Op.Bias op) {
    return new OneDnnBias(op);
  }

  @Override
  public OneDnnKernel activation(Op.Activation op) {
    return new OneDnnActivation(op);
  }

  @Override
  public OneDnnKernel scale(Op.Scale op) {
    return new OneDnnScale(op);
  }

  @Override
  public OneDnnKernel maxPool(Op.MaxPool op) {
    return OneDnnPooling.max(op);
  }

  @Override
  public OneDnnKernel globalAveragePool(Op.GlobalAveragePool op) {
    return OneDnnPooling.mean(op);
  }

  @Override
  public OneDnnKernel upsampling(Op.Upsampling op) {
    return new OneDnnUpsampling(op);
  }

  @Override
  public OneDnnKernel add(Op.Add op) {
    return new OneDnnAdd(op);
  }

  @Override
  public OneDnnKernel concat(Op.Concat op) {
    return new OneDnnConcat(op);
  }

  @Override
  public OneDnnKernel slice(Op.Slice op) {
    return new OneDnnSlice(op);
  }

  @Override
  public OneDnnKernel dropout(Op.Dropout op) {
    return new OneDnnDropout(op, seed);
  }
}
