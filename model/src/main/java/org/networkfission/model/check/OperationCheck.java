package org.networkfission.model.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/** How far a back end's results are from another's, operation by operation. */
final class OperationCheck {
  private static final int BATCH = 2;

  private OperationCheck() {}

  /**
   * Compares outputs, gradients of inputs and of tensors.
   *
   * @param reference computes in float32, from the same inputs
   * @param type of the features of the other
   * @return by operation the largest difference of a result, as a share of the result's norm
   */
  static Map<String, Double> errors(
      Backend reference, Backend checked, org.networkfission.model.op.DataType type) {
    Map<String, Double> errors = new LinkedHashMap<>();
    List<OperationCase> exact = OperationCase.all(org.networkfission.model.op.DataType.FLOAT32);
    List<OperationCase> cases = OperationCase.all(type);
    for (int k = 0; k < cases.size(); k++) {
      OperationCase one = cases.get(k);
      List<INDArray> expected = results(exact.get(k).program(), reference);
      List<INDArray> computed = results(one.program(), checked);
      double worst = 0;
      for (int i = 0; i < expected.size(); i++) {
        double norm = Math.max(1e-6, expected.get(i).norm2Number().doubleValue());
        double apart = expected.get(i).distance2(computed.get(i)) / norm;
        worst = apart <= worst ? worst : apart; // What is not a number counts as the worst.
      }
      errors.put(one.name(), worst);
    }
    return errors;
  }

  private static List<INDArray> results(StageProgram program, Backend backend) {
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    int seed = 1;
    for (Parameter p : program.parameters()) {
      INDArray values = random(seed++, p.longShape());
      boolean positive = p.kind() == Kind.GAMMA || p.name().endsWith(".variance");
      parameters.put(p.name(), positive ? values.muli(0.3).addi(1) : values);
      gradients.put(p.name(), Nd4j.zeros(DataType.FLOAT, p.longShape()));
    }
    INDArray[] inputs = new INDArray[program.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      FeatureMap map = program.inputs().get(i);
      inputs[i] = random(50 + i, BATCH, map.channels(), map.height(), map.width());
    }
    List<INDArray> results = new ArrayList<>();
    try (StageRunner runner =
        backend.runner(program, new Tensors(parameters, gradients), 3, new OperationClock())) {
      INDArray output = runner.forward(inputs, true, 7);
      results.add(output.dup('c'));
      for (INDArray gradient : runner.backward(random(99, output.shape()))) {
        results.add(gradient.dup('c'));
      }
      gradients.values().forEach(gradient -> results.add(gradient.dup('c')));
      results.add(runner.forward(inputs, false, 7).dup('c'));
    }
    return results;
  }

  /** Uniform from -1 to 1. */
  static INDArray random(long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = 1;
    for (long size : shape) {
      length = Math.toIntExact(length * size);
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      // A number that bfloat16 holds too, so that all precisions begin from the same.
      float value = (float) random.nextDouble(-1, 1);
      values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xFFFF0000);
    }
    return Nd4j.createFromArray(values).reshape('c', shape);
  }
}
