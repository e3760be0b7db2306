package org.networkfission.model.tflite;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.networkfission.model.export.Precision;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.QuantizeOptions;
import org.tensorflow.lite.schema.TensorType;

/**
 * Features of 8-bit integers with a scale per tensor; filters of 8-bit integers with a scale per
 * channel; biases of 32-bit integers. This is TensorFlow Lite's quantisation specification.
 */
final class Integers implements Numbers {
  private final FlatGraph graph;
  private final Ranges ranges;
  private final Map<Integer, Quantization> quantizations = new HashMap<>();

  /**
   * @param ranges of the features of all tensors
   */
  Integers(FlatGraph graph, Ranges ranges) {
    this.graph = graph;
    this.ranges = ranges;
  }

  @Override
  public int enter(String name, int image) {
    int quantized = features(name + "/int8", ranges.ofAll(name), graph.shape(image));
    graph.operator(
        BuiltinOperator.QUANTIZE,
        1,
        BuiltinOptions.QuantizeOptions,
        b -> {
          QuantizeOptions.startQuantizeOptions(b);
          return QuantizeOptions.endQuantizeOptions(b);
        },
        quantized,
        image);
    return quantized;
  }

  @Override
  public int leave(String name, int features) {
    int whole = graph.tensor(name, graph.shape(features));
    graph.dequantize(2, whole, features);
    return whole;
  }

  @Override
  public Numbers ofHeads() {
    return new Floats(graph, Precision.FLOAT32);
  }

  @Override
  public int tensor(String name, int... shape) {
    return features(name, ranges.of(name), shape);
  }

  private int features(String name, Quantization quantization, int... shape) {
    int tensor = graph.tensor(name, TensorType.INT8, quantization, shape);
    quantizations.put(tensor, quantization);
    return tensor;
  }

  @Override
  public int constant(Constants constants) {
    return filter(constants, Quantization.ofConstants(constants));
  }

  @Override
  public Kernel kernel(int input, Constants filter, int axis, Constants bias) {
    float inputScale = quantizations.get(input).scales()[0];
    Quantization ofFilter = Quantization.ofFilter(filter, axis, bias, inputScale);
    Quantization ofBias = ofFilter.ofBias(inputScale);
    ByteBuffer bytes = FlatGraph.bytes(bias.values().length * Integer.BYTES);
    for (int i = 0; i < bias.values().length; i++) {
      bytes.putInt(ofBias.integer(bias.values()[i], i));
    }
    return new Kernel(
        filter(filter, ofFilter),
        graph.constant(bias.name(), TensorType.INT32, bytes.flip(), ofBias, bias.shape()));
  }

  private int filter(Constants constants, Quantization quantization) {
    ByteBuffer bytes = FlatGraph.bytes(constants.values().length);
    for (int i = 0; i < constants.values().length; i++) {
      int place = constants.along(quantization.axis(), i);
      bytes.put((byte) quantization.integer(constants.values()[i], place));
    }
    return graph.constant(
        constants.name(), TensorType.INT8, bytes.flip(), quantization, constants.shape());
  }

  @Override
  public void copies(int output, int... inputs) {
    // The ranges know it.
  }

  @Override
  public int version(int ofFloats, int ofIntegers) {
    return ofIntegers;
  }

  @Override
  public boolean scaledByChannel() {
    return true;
  }
}
