package org.networkfission.model.backend.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.backend.DropoutMask;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.Op;

/** One operation in ND4J. It remembers of the forward pass what its backward pass needs. */
abstract class Nd4jKernel {
  /** Computes the output. */
  abstract INDArray forward(INDArray[] inputs, boolean training, long step);

  /** Writes the gradients of the operation's tensors; returns those of its inputs. */
  abstract INDArray[] backward(INDArray outputGradient);

  /** Trains with other replicas from now on; only batch norms care. */
  void join(Replicas replicas) {}

  static Nd4jKernel of(Op op, Tensors tensors, long seed) {
    if (op instanceof Op.Convolution convolution) {
      return new Nd4jConvolution(convolution, tensors);
    } else if (op instanceof Op.TransposedConvolution convolution) {
      return new Nd4jTransposedConvolution(convolution, tensors);
    } else if (op instanceof Op.Normalisation normalisation) {
      return new Nd4jNormalisation(normalisation, tensors);
    } else if (op instanceof Op.Bias bias) {
      return new Bias(bias, tensors);
    } else if (op instanceof Op.Nonlinearity nonlinearity) {
      return new Nd4jNonlinearity(nonlinearity);
    } else if (op instanceof Op.Scale) {
      return new Scale();
    } else if (op instanceof Op.MaxPool) {
      return new MaxPool();
    } else if (op instanceof Op.GlobalMean) {
      return new GlobalMean();
    } else if (op instanceof Op.Upsampling upsampling) {
      return new Nd4jUpsampling(upsampling);
    } else if (op instanceof Op.Add) {
      return new Add();
    } else if (op instanceof Op.Concat concat) {
      return new Concat(concat);
    } else if (op instanceof Op.Slice slice) {
      return new Slice(slice);
    } else if (op instanceof Op.Dropout dropout) {
      return new Dropout(dropout, seed);
    }
    throw new IllegalStateException("No kernel for " + op);
  }

  /** Runs a named ND4J operation. */
  static void run(String name, INDArray[] inputs, INDArray[] outputs, int... arguments) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments)
            .build());
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

  private static final class GlobalMean extends Nd4jKernel {
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
      mask.fill(values, step);
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
