package org.networkfission.model.backend.nd4j;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.DropoutMask;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.Op;

/**
 * The kernel of each kind of operation; those of a few lines stand here.
 *
 * @param seed decides, with the step, what dropout drops
 */
record Nd4jKernels(Tensors tensors, long seed) implements Op.Visitor<Nd4jKernel> {
  @Override
  public Nd4jKernel convolution(Op.Convolution op) {
    return new Nd4jConvolution(op, tensors);
  }

  @Override
  public Nd4jKernel transposedConvolution(Op.TransposedConvolution op) {
    return new Nd4jTransposedConvolution(op, tensors);
  }

  @Override
  public Nd4jKernel batchNorm(Op.BatchNorm op) {
    return new Nd4jBatchNorm(op, tensors);
  }

  @Override
  public Nd4jKernel bias(Op.Bias op) {
    return new Bias(op, tensors);
  }

  @Override
  public Nd4jKernel activation(Op.Activation op) {
    return new Nd4jActivation(op);
  }

  @Override
  public Nd4jKernel scale(Op.Scale op) {
    return new Scale();
  }

  @Override
  public Nd4jKernel maxPool(Op.MaxPool op) {
    return new MaxPool();
  }

  @Override
  public Nd4jKernel globalAveragePool(Op.GlobalAveragePool op) {
    return new GlobalAveragePool();
  }

  @Override
  public Nd4jKernel upsampling(Op.Upsampling op) {
    return new Nd4jUpsampling(op);
  }

  @Override
  public Nd4jKernel add(Op.Add op) {
    return new Add();
  }

  @Override
  public Nd4jKernel concat(Op.Concat op) {
    return new Concat(op);
  }

  @Override
  public Nd4jKernel slice(Op.Slice op) {
    return new Slice(op);
  }

  @Override
  public Nd4jKernel dropout(Op.Dropout op) {
    return new Dropout(op, seed);
  }

  private static INDArray rows(INDArray array, int from, int count) {
    return array.get(
        NDArrayIndex.all(),
        NDArrayIndex.interval(from, from + count),
        NDArrayIndex.all(),
        NDArrayIndex.all());
  }

  private static final class Bias extends Nd4jKernel {
    private final Op.Bias op;
    private final Tensors tensors;

    Bias(Op.Bias op, Tensors tensors) {
      this.op = op;
      this.tensors = tensors;
    }

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      INDArray bias = tensors.parameter(op.bias());
      return inputs[0].add(bias.reshape(1, bias.length(), 1, 1));
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      tensors.gradient(op.bias()).assign(outputGradient.sum(0, 2, 3));
      return new INDArray[] {outputGradient};
    }
  }

  private static final class Scale extends Nd4jKernel {
    private INDArray features;
    private INDArray factors;

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      features = inputs[0];
      factors = inputs[1];
      return features.mul(factors);
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      return new INDArray[] {
        outputGradient.mul(factors), outputGradient.mul(features).sum(true, 2, 3)
      };
    }
  }

  private static final class MaxPool extends Nd4jKernel {
    // kernel, stride, padding, dilation, SAME, unused, NCHW
    private static final int[] ARGUMENTS = {3, 3, 2, 2, 0, 0, 1, 1, 1, 0, 0};
    private INDArray input;

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      input = inputs[0];
      INDArray output =
          Nd4j.createUninitialized(
              input.dataType(), input.size(0), input.size(1), input.size(2) / 2, input.size(3) / 2);
      run("maxpool2d", inputs, new INDArray[] {output}, ARGUMENTS);
      return output;
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      INDArray gradient = Nd4j.create(input.dataType(), input.shape());
      run(
          "maxpool2d_bp",
          new INDArray[] {input, outputGradient},
          new INDArray[] {gradient},
          ARGUMENTS);
      return new INDArray[] {gradient};
    }
  }

  private static final class GlobalAveragePool extends Nd4jKernel {
    private long[] shape;

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      shape = inputs[0].shape();
      return inputs[0].mean(true, 2, 3);
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      INDArray gradient = Nd4j.create(outputGradient.dataType(), shape);
      return new INDArray[] {gradient.addi(outputGradient.div(shape[2] * shape[3]))};
    }
  }

  private static final class Add extends Nd4jKernel {
    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      return inputs[0].add(inputs[1]);
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      return new INDArray[] {outputGradient, outputGradient};
    }
  }

  private static final class Concat extends Nd4jKernel {
    private final Op.Concat op;

    Concat(Op.Concat op) {
      this.op = op;
    }

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      return Nd4j.concat(1, inputs);
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      INDArray[] gradients = new INDArray[op.inputs().size()];
      int from = 0;
      for (int i = 0; i < gradients.length; i++) {
        int channels = op.inputs().get(i).channels();
        gradients[i] = rows(outputGradient, from, channels).dup('c');
        from += channels;
      }
      return gradients;
    }
  }

  private static final class Slice extends Nd4jKernel {
    private final Op.Slice op;

    Slice(Op.Slice op) {
      this.op = op;
    }

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      return rows(inputs[0], op.from(), op.output().channels()).dup('c');
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      INDArray gradient =
          Nd4j.create(
              outputGradient.dataType(),
              outputGradient.size(0),
              op.input().channels(),
              op.input().height(),
              op.input().width());
      rows(gradient, op.from(), op.output().channels()).assign(outputGradient);
      return new INDArray[] {gradient};
    }
  }

  private static final class Dropout extends Nd4jKernel {
    private final DropoutMask mask;
    private INDArray scale;

    Dropout(Op.Dropout op, long seed) {
      this.mask = new DropoutMask(op, seed);
    }

    @Override
    INDArray forward(INDArray[] inputs, boolean training, long step) {
      if (!training) {
        return inputs[0];
      }
      float[] values = new float[Math.toIntExact(inputs[0].length())];
      mask.fill(FloatBuffer.wrap(values), step);
      scale =
          Nd4j.createFromArray(values).reshape('c', inputs[0].shape()).castTo(inputs[0].dataType());
      return inputs[0].mul(scale);
    }

    @Override
    INDArray[] backward(INDArray outputGradient) {
      return new INDArray[] {outputGradient.mul(scale)};
    }
  }
}
