package org.networkfission.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.OperatorSetIdProto;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorShapeProto;
import onnx.OnnxMl.TensorShapeProto.Dimension;
import onnx.OnnxMl.TypeProto;
import onnx.OnnxMl.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.prep.codec.Half;
import org.networkfission.prep.frame.InputException;

/** A graph of ONNX that grows node by node; every value's shape stands in it. */
final class OnnxGraph {
  /** The version of the operators: the first whose Resize takes the sizes of chosen axes. */
  private static final long OPERATOR_SET = 18;

  /** The version of the format that belongs to it. */
  private static final long FORMAT = 8;

  /** The name of the dimension that is left open. */
  static final String BATCH = "batch";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> constants = new HashSet<>();

  /** Declares the input. */
  void input(FeatureMap image, String name, String description) {
    graph.addInput(value(image, name).setDocString(description));
  }

  /** Declares an output, which a node makes. */
  void output(FeatureMap map, String name, String description) {
    graph.addOutput(value(map, name).setDocString(description));
  }

  /**
   * Adds a node.
   *
   * @param output what it makes, and its own name
   * @return the output's name
   */
  String node(FeatureMap output, String type, List<String> inputs, AttributeProto... attributes) {
    graph.addValueInfo(value(output, output.name()));
    return named(output.name(), type, inputs, attributes);
  }

  /** Adds the node that makes an output of the graph, whose shape is declared there. */
  String named(String output, String type, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  /** A constant of 32-bit floats, once for each name. */
  String floats(String name, float[] values, long... shape) {
    if (constants.add(name)) {
      ByteBuffer bytes = littleEndian(Float.BYTES * values.length);
      bytes.asFloatBuffer().put(values);
      constant(name, TensorProto.DataType.FLOAT, bytes, shape);
    }
    return name;
  }

  /**
   * A constant of 16-bit floats, which the runtime widens once.
   *
   * @return the name of the widened constant
   * @throws InputException if a number has no counterpart among them
   */
  String halves(String name, float[] values, long... shape) {
    String half = name + "/float16";
    if (constants.add(name)) {
      ByteBuffer bytes = littleEndian(Short.BYTES * values.length);
      for (float value : values) {
        if (!(Math.abs(value) <= Half.LARGEST)) {
          throw new InputException(
              "Cannot export %s as float16: it holds %s, and the largest is %.0f"
                  .formatted(name, value, Half.LARGEST));
        }
        bytes.putShort(Half.of(value));
      }
      constant(half, TensorProto.DataType.FLOAT16, bytes.flip(), shape);
      named(name, "Cast", List.of(half), integer("to", TensorProto.DataType.FLOAT.getNumber()));
    }
    return name;
  }

  /** A constant vector of 64-bit integers. */
  String constantIntegers(String name, long... values) {
    if (constants.add(name)) {
      ByteBuffer bytes = littleEndian(Long.BYTES * values.length);
      bytes.asLongBuffer().put(values);
      constant(name, TensorProto.DataType.INT64, bytes, values.length);
    }
    return name;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void constant(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, int... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (int value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static ValueInfoProto.Builder value(FeatureMap map, String name) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam(BATCH));
    for (int size : new int[] {map.channels(), map.height(), map.width()}) {
      shape.addDim(Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)));
  }

  /**
   * The graph as a model.
   *
   * @param description for people
   * @param producer the program that made it, with its version
   * @param metadata for programs and people, by name
   */
  ModelProto finish(String description, String producer, Map<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName(producer)
            .setDocString(description)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setGraph(graph.setName("network"));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }
}
