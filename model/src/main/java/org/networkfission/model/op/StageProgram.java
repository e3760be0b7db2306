package org.networkfission.model.op;

import java.util.List;
import org.networkfission.model.network.ParameterRange;

/**
 * The operations of one stage of a network, in the order of computation.
 *
 * @param name the stage's name, e.g. {@code enc.b1}
 * @param inputs feature maps of other stages that it reads
 * @param ops the operations, each reading inputs or outputs of operations before it
 * @param output the one feature map that other stages may read
 * @param trainingOnly whether only training needs it, as an auxiliary head
 */
public record StageProgram(
    String name, List<FeatureMap> inputs, List<Op> ops, FeatureMap output, boolean trainingOnly) {
  /** What the names of stages that make outputs of a decoder's features begin with. */
  public static final String HEADS = "heads.";

  public StageProgram {
    inputs = List.copyOf(inputs);
    ops = List.copyOf(ops);
  }

  /** Whether it makes an output of a decoder's features, or helps to. */
  public boolean ofHeads() {
    return name.startsWith(HEADS);
  }

  /** The tensors of the stage in the order of its flat vector. */
  public List<Parameter> parameters() {
    return ops.stream().flatMap(op -> op.parameters().stream()).toList();
  }

  /** The names of the stage's tensors, in order. */
  public List<String> tensorNames() {
    return parameters().stream().map(Parameter::name).toList();
  }

  /** How often a feature map is read: by operations, and by other stages if it is the output. */
  public long readers(FeatureMap map) {
    return (output.name().equals(map.name()) ? 1 : 0)
        + ops.stream()
            .flatMap(op -> op.inputs().stream())
            .filter(input -> input.name().equals(map.name()))
            .count();
  }

  /** Number of all parameters: learned ones and running statistics. */
  public long parameterCount() {
    return parameters().stream().mapToLong(Parameter::length).sum();
  }

  /** Number of learned parameters: running statistics do not count. */
  public long learnedParameters() {
    return parameters().stream()
        .filter(p -> p.kind() != ParameterRange.Kind.RUNNING_STATISTIC)
        .mapToLong(Parameter::length)
        .sum();
  }

  /** Multiply-adds of the convolutions for one image. */
  public long multiplyAdds() {
    return ops.stream().mapToLong(Op::multiplyAdds).sum();
  }

  /** Multiply-adds of the batch norms for one image: one per feature. */
  public long batchNormMultiplyAdds() {
    return ops.stream()
        .filter(Op.BatchNorm.class::isInstance)
        .map(Op::output)
        .mapToLong(FeatureMap::features)
        .sum();
  }
}
