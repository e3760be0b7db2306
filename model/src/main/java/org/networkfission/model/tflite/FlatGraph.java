package org.networkfission.model.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.DequantizeOptions;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorMap;
import org.tensorflow.lite.schema.TensorType;

/** A TensorFlow Lite file as it is written: tensors and operators, in the order of computation. */
final class FlatGraph {
  /** The signature that tools look for. */
  static final String SIGNATURE = "serving_default";

  private static final String IDENTIFIER = "TFL3";
  private static final int SCHEMA_VERSION = 3;

  /** The least version of the runtime that knows all operators used. */
  private static final String MINIMUM_RUNTIME = "2.3.0";

  /** The runtime reads constants in place, with vector instructions. */
  private static final int ALIGNMENT = 16;

  private static final int FIRST_SIZE = 1 << 20;

  private final FlatBufferBuilder builder = new FlatBufferBuilder(FIRST_SIZE);
  private final List<Integer> tensors = new ArrayList<>();
  private final List<int[]> shapes = new ArrayList<>();
  private final List<Integer> buffers = new ArrayList<>();
  private final List<Integer> operators = new ArrayList<>();
  private final List<Code> codes = new ArrayList<>();

  /** An operator that the file uses. */
  private record Code(int builtin, int version) {}

  FlatGraph() {
    // The first buffer is that of all tensors that are no constants.
    Buffer.startBuffer(builder);
    buffers.add(Buffer.endBuffer(builder));
  }

  /** A tensor that is computed, or an input: float32. */
  int tensor(String name, int... shape) {
    return tensor(name, TensorType.FLOAT32, 0, null, shape);
  }

  /** A tensor of integers that is computed. */
  int tensor(String name, byte type, Quantization quantization, int... shape) {
    return tensor(name, type, 0, quantization, shape);
  }

  /** A tensor of numbers that the file holds. */
  int constant(String name, byte type, ByteBuffer bytes, int... shape) {
    return tensor(name, type, buffer(bytes), null, shape);
  }

  /** The same, of integers that stand for floats. */
  int constant(String name, byte type, ByteBuffer bytes, Quantization quantization, int... shape) {
    return tensor(name, type, buffer(bytes), quantization, shape);
  }

  /** The shape of a tensor. */
  int[] shape(int tensor) {
    return shapes.get(tensor);
  }

  /** Makes floats of what stands for them. */
  void dequantize(int version, int output, int input) {
    operator(
        BuiltinOperator.DEQUANTIZE,
        version,
        BuiltinOptions.DequantizeOptions,
        b -> {
          DequantizeOptions.startDequantizeOptions(b);
          return DequantizeOptions.endDequantizeOptions(b);
        },
        output,
        input);
  }

  /** Whole numbers that an operator is told. */
  int numbers(String name, int... values) {
    ByteBuffer bytes = bytes(values.length * Integer.BYTES);
    for (int value : values) {
      bytes.putInt(value);
    }
    return constant(name, TensorType.INT32, bytes.flip(), values.length);
  }

  /** Room for what a file holds, in its order of bytes. */
  static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int buffer(ByteBuffer bytes) {
    builder.createUnintializedVector(1, bytes.remaining(), ALIGNMENT).put(bytes);
    int data = builder.endVector();
    Buffer.startBuffer(builder);
    Buffer.addData(builder, data);
    buffers.add(Buffer.endBuffer(builder));
    return buffers.size() - 1;
  }

  private int tensor(String name, byte type, int buffer, Quantization quantization, int... shape) {
    int parameters = quantization == null ? 0 : parameters(quantization);
    int dimensions = Tensor.createShapeVector(builder, shape);
    int text = builder.createString(name);
    Tensor.startTensor(builder);
    Tensor.addShape(builder, dimensions);
    Tensor.addType(builder, type);
    Tensor.addBuffer(builder, buffer);
    Tensor.addName(builder, text);
    if (quantization != null) {
      Tensor.addQuantization(builder, parameters);
    }
    Tensor.addHasRank(builder, true);
    tensors.add(Tensor.endTensor(builder));
    shapes.add(shape);
    return tensors.size() - 1;
  }

  private int parameters(Quantization quantization) {
    int scales = QuantizationParameters.createScaleVector(builder, quantization.scales());
    int zeros = QuantizationParameters.createZeroPointVector(builder, quantization.zeroPoints());
    QuantizationParameters.startQuantizationParameters(builder);
    QuantizationParameters.addScale(builder, scales);
    QuantizationParameters.addZeroPoint(builder, zeros);
    QuantizationParameters.addQuantizedDimension(builder, quantization.axis());
    return QuantizationParameters.endQuantizationParameters(builder);
  }

  /**
   * Adds an operator.
   *
   * @param builtin of {@link BuiltinOperator}
   * @param version of the operator
   * @param optionsType of {@link BuiltinOptions}
   * @param options writes the options and says where
   */
  void operator(
      int builtin,
      int version,
      byte optionsType,
      ToIntFunction<FlatBufferBuilder> options,
      int output,
      int... inputs) {
    Code code = new Code(builtin, version);
    if (!codes.contains(code)) {
      codes.add(code);
    }
    int ins = Operator.createInputsVector(builder, inputs);
    int outs = Operator.createOutputsVector(builder, new int[] {output});
    int optionsAt = options.applyAsInt(builder);
    Operator.startOperator(builder);
    Operator.addOpcodeIndex(builder, codes.indexOf(code));
    Operator.addInputs(builder, ins);
    Operator.addOutputs(builder, outs);
    if (optionsType != BuiltinOptions.NONE) {
      Operator.addBuiltinOptionsType(builder, optionsType);
      Operator.addBuiltinOptions(builder, optionsAt);
    }
    operators.add(Operator.endOperator(builder));
  }

  /**
   * Ends the file.
   *
   * @param inputs the tensors of the signature, by name
   * @param outputs likewise
   * @param metadata by name
   */
  byte[] finish(
      String description,
      Map<String, Integer> inputs,
      Map<String, Integer> outputs,
      Map<String, byte[]> metadata) {
    Map<String, byte[]> all = new LinkedHashMap<>(metadata);
    all.put("min_runtime_version", padded(MINIMUM_RUNTIME));
    all.put(FileChecksum.METADATA, new byte[FileChecksum.BYTES]);
    int entries = Model.createMetadataVector(builder, metadata(all));
    int subgraph = subgraph(inputs, outputs);
    int signature = signature(inputs, outputs);
    int codeTables = Model.createOperatorCodesVector(builder, codes());
    int subgraphs = Model.createSubgraphsVector(builder, new int[] {subgraph});
    int text = builder.createString(description);
    int bufferTables = Model.createBuffersVector(builder, ints(buffers));
    int signatures = Model.createSignatureDefsVector(builder, new int[] {signature});
    Model.startModel(builder);
    Model.addVersion(builder, SCHEMA_VERSION);
    Model.addOperatorCodes(builder, codeTables);
    Model.addSubgraphs(builder, subgraphs);
    Model.addDescription(builder, text);
    Model.addBuffers(builder, bufferTables);
    Model.addMetadata(builder, entries);
    Model.addSignatureDefs(builder, signatures);
    builder.finish(Model.endModel(builder), IDENTIFIER);
    return FileChecksum.write(builder.sizedByteArray());
  }

  /** Text as other writers store it: in 16 bytes. */
  private static byte[] padded(String text) {
    return java.util.Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), ALIGNMENT);
  }

  private int[] metadata(Map<String, byte[]> all) {
    List<Integer> entries = new ArrayList<>();
    all.forEach(
        (name, value) -> {
          int buffer = buffer(ByteBuffer.wrap(value));
          int text = builder.createString(name);
          entries.add(Metadata.createMetadata(builder, text, buffer));
        });
    return ints(entries);
  }

  private int[] codes() {
    return codes.stream()
        .mapToInt(
            code -> {
              OperatorCode.startOperatorCode(builder);
              OperatorCode.addDeprecatedBuiltinCode(
                  builder,
                  (byte)
                      Math.min(code.builtin(), BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES));
              OperatorCode.addBuiltinCode(builder, code.builtin());
              OperatorCode.addVersion(builder, code.version());
              return OperatorCode.endOperatorCode(builder);
            })
        .toArray();
  }

  private int subgraph(Map<String, Integer> inputs, Map<String, Integer> outputs) {
    int tables = SubGraph.createTensorsVector(builder, ints(tensors));
    int ins = SubGraph.createInputsVector(builder, ints(List.copyOf(inputs.values())));
    int outs = SubGraph.createOutputsVector(builder, ints(List.copyOf(outputs.values())));
    int steps = SubGraph.createOperatorsVector(builder, ints(operators));
    int name = builder.createString("main");
    return SubGraph.createSubGraph(builder, tables, ins, outs, steps, name);
  }

  private int signature(Map<String, Integer> inputs, Map<String, Integer> outputs) {
    int ins = SignatureDef.createInputsVector(builder, maps(inputs));
    int outs = SignatureDef.createOutputsVector(builder, maps(outputs));
    int key = builder.createString(SIGNATURE);
    return SignatureDef.createSignatureDef(builder, ins, outs, key, 0);
  }

  private int[] maps(Map<String, Integer> named) {
    return named.entrySet().stream()
        .mapToInt(
            entry -> {
              int name = builder.createString(entry.getKey());
              return TensorMap.createTensorMap(builder, name, entry.getValue());
            })
        .toArray();
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
