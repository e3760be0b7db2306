package org.networkfission.model.backend.nd4j;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.networkfission.model.backend.JointStatistics;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.Op;

/** Batch normalisation and ReLU in ND4J. */
final class Nd4jBatchNorm extends Nd4jKernel {
  private final Op.BatchNorm op;
  private final Tensors tensors;
  private Optional<Replicas> replicas = Optional.empty();
  private INDArray normalised;
  private INDArray output;
  private INDArray scale;
  private INDArray mean;
  private INDArray variance;

  Nd4jBatchNorm(Op.BatchNorm op, Tensors tensors) {
    this.op = op;
    this.tensors = tensors;
  }

  @Override
  void join(Replicas joined) {
    replicas = Optional.of(joined);
  }

  @Override
  INDArray forward(INDArray[] inputs, boolean training, long step) {
    INDArray x = inputs[0];
    INDArray gamma = tensors.parameter(op.gamma());
    scale = gamma;
    normalised = x;
    if (op.statistics()) {
      mean = training ? x.mean(0, 2, 3) : tensors.parameter(op.mean());
      INDArray centred = x.sub(channels(mean));
      variance = training ? centred.mul(centred).mean(0, 2, 3) : tensors.parameter(op.variance());
      if (training && replicas.isPresent()) {
        joinStatistics(replicas.get());
        centred = x.sub(channels(mean));
      }
      INDArray inverse = Transforms.sqrt(variance.add(op.epsilon()), false).rdivi(1);
      normalised = centred.muli(channels(inverse));
      scale = gamma.mul(inverse);
    }
    output = normalised.mul(channels(gamma)).addi(channels(tensors.parameter(op.beta())));
    if (op.relu()) {
      output = Transforms.relu(output, false);
    }
    return output;
  }

  @Override
  INDArray[] backward(INDArray outputGradient) {
    INDArray dy =
        op.relu()
            ? outputGradient.mul(output.gt(0).castTo(outputGradient.dataType()))
            : outputGradient;
    INDArray beta = dy.sum(0, 2, 3);
    INDArray gamma = dy.mul(normalised).sum(0, 2, 3);
    tensors.gradient(op.beta()).assign(beta);
    tensors.gradient(op.gamma()).assign(gamma);
    if (!op.statistics()) {
      return new INDArray[] {dy.mul(channels(scale))};
    }
    statisticsStep(op.mean(), mean);
    statisticsStep(op.variance(), variance);
    double count = (double) dy.length() / dy.size(1);
    // The mean over replicas and over the pixels of each: every replica's gradient is that of its
    // own loss, of which the step takes the mean.
    INDArray gammaMean = mean(gamma).divi(count);
    INDArray betaMean = mean(beta).divi(count);
    INDArray dx = normalised.mul(channels(gammaMean.neg()));
    dx.addi(dy).subi(channels(betaMean));
    return new INDArray[] {dx.muli(channels(scale))};
  }

  private void joinStatistics(Replicas joined) {
    double[] means = mean.toDoubleVector();
    double[] variances = variance.toDoubleVector();
    JointStatistics.join(joined, means, variances);
    mean = Nd4j.createFromArray(means).castTo(mean.dataType());
    variance = Nd4j.createFromArray(variances).castTo(variance.dataType());
  }

  /** The mean over replicas of a value per channel. */
  private INDArray mean(INDArray own) {
    if (replicas.isEmpty()) {
      return own.dup();
    }
    double[] values = own.toDoubleVector();
    JointStatistics.mean(replicas.get(), values);
    return Nd4j.createFromArray(values).castTo(own.dataType());
  }

  /** The running statistics' pseudo-gradient: old - new. */
  private void statisticsStep(String name, INDArray batch) {
    tensors.gradient(name).assign(tensors.parameter(name).sub(batch).muli(1 - op.decay()));
  }

  private static INDArray channels(INDArray vector) {
    return vector.reshape(1, vector.length(), 1, 1);
  }
}
