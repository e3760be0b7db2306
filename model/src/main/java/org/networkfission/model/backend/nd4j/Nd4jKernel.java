package org.networkfission.model.backend.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.Replicas;

/** One operation in ND4J. It remembers of the forward pass what its backward pass needs. */
abstract class Nd4jKernel {
  /** Computes the output. */
  abstract INDArray forward(INDArray[] inputs, boolean training, long step);

  /** Writes the gradients of the operation's tensors; returns those of its inputs. */
  abstract INDArray[] backward(INDArray outputGradient);

  /** Trains with other replicas from now on; only batch norms care. */
  void join(Replicas replicas) {}

  /** Runs a named ND4J operation. */
  static void run(String name, INDArray[] inputs, INDArray[] outputs, int... arguments) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments)
            .build());
  }
}
