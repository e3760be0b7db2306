package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.op.Op;

/** What writes the steps of each kind of operation. */
final class Operations implements Op.Visitor<Operation> {
  @Override
  public Operation convolution(Op.Convolution op) {
    return new ConvolutionOperation(op);
  }

  @Override
  public Operation transposedConvolution(Op.TransposedConvolution op) {
    return new TransposedOperation(op);
  }

  @Override
  public Operation batchNorm(Op.BatchNorm op) {
    return new BatchNormOperation(op);
  }

  @Override
  public Operation bias(Op.Bias op) {
    return new BiasOperation(op);
  }

  @Override
  public Operation activation(Op.Activation op) {
    return new ActivationOperation(op);
  }

  @Override
  public Operation scale(Op.Scale op) {
    return new ScaleOperation(op);
  }

  @Override
  public Operation maxPool(Op.MaxPool op) {
    return new MaxPoolOperation(op);
  }

  @Override
  public Operation globalAveragePool(Op.GlobalAveragePool op) {
    return new MeanOperation(op);
  }

  @Override
  public Operation upsampling(Op.Upsampling op) {
    return new UpsamplingOperation(op);
  }

  @Override
  public Operation add(Op.Add op) {
    return new AddOperation(op);
  }

  @Override
  public Operation concat(Op.Concat op) {
    return new ConcatOperation(op);
  }

  @Override
  public Operation slice(Op.Slice op) {
    return new SliceOperation(op);
  }

  @Override
  public Operation dropout(Op.Dropout op) {
    return new DropoutOperation(op);
  }
}
