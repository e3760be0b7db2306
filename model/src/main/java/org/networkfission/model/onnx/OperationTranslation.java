package org.networkfission.model.onnx;

import static org.networkfission.model.onnx.OnnxGraph.integer;
import static org.networkfission.model.onnx.OnnxGraph.integers;
import static org.networkfission.model.onnx.OnnxGraph.number;
import static org.networkfission.model.onnx.OnnxGraph.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.OnnxMl.AttributeProto;
import org.networkfission.model.export.Precision;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/**
 * Writes the operations of stages as nodes of ONNX, one for one, so that whoever looks at the file
 * finds the network again; runtimes fold batch norms and activations into convolutions themselves.
 */
final class OperationTranslation implements Op.Visitor<String> {
  private final OnnxGraph graph;
  private final Map<String, float[]> parameters;
  private final Precision precision;

  /** The names of feature maps that are others by other names. */
  private final Map<String, String> aliases = new HashMap<>();

  /**
   * @param parameters the network's tensors by name, row-major
   * @param precision of the kernels; all else is small, and stays as it is
   */
  OperationTranslation(OnnxGraph graph, Map<String, float[]> parameters, Precision precision) {
    this.graph = graph;
    this.parameters = parameters;
    this.precision = precision;
  }

  /** Writes the operations of a stage, all of whose inputs are written. */
  void write(StageProgram stage) {
    stage.ops().forEach(op -> op.accept(this));
  }

  /** Gives a feature map the name of a value that holds it. */
  void rename(FeatureMap map, String name) {
    aliases.put(map.name(), name);
  }

  /** The name of the value that holds a feature map. */
  String value(FeatureMap map) {
    return aliases.getOrDefault(map.name(), map.name());
  }

  @Override
  public String bias(Op.Bias op) {
    return node(op, "Add", List.of(value(op.input()), channels(op.bias())));
  }

  @Override
  public String scale(Op.Scale op) {
    return node(op, "Mul", values(op));
  }

  @Override
  public String globalAveragePool(Op.GlobalAveragePool op) {
    return node(op, "GlobalAveragePool", values(op));
  }

  @Override
  public String add(Op.Add op) {
    return node(op, "Add", values(op));
  }

  @Override
  public String concat(Op.Concat op) {
    return node(op, "Concat", values(op), integer("axis", 1));
  }

  @Override
  public String dropout(Op.Dropout op) {
    return same(op);
  }

  /** What an operation makes is what it reads. */
  private String same(Op.Unary op) {
    String value = value(op.input());
    aliases.put(op.output().name(), value);
    return value;
  }

  private List<String> values(Op op) {
    return op.inputs().stream().map(this::value).toList();
  }

  private String node(Op op, String type, List<String> inputs, AttributeProto... attributes) {
    return graph.node(op.output(), type, inputs, attributes);
  }

  private String kernel(String name, long... shape) {
    float[] values = parameters.get(name);
    return precision == Precision.FLOAT16
        ? graph.halves(name, values, shape)
        : graph.floats(name, values, shape);
  }

  /** A number per channel, to be combined with features. */
  private String channels(String name) {
    float[] values = parameters.get(name);
    return graph.floats(name, values, values.length, 1, 1);
  }

  private String vector(String name) {
    float[] values = parameters.get(name);
    return graph.floats(name, values, values.length);
  }

  @Override
  public String convolution(Op.Convolution op) {
    FeatureMap in = op.input();
    FeatureMap out = op.output();
    int k = op.kernel();
    int depth = op.depthwise() ? 1 : in.channels();
    return node(
        op,
        "Conv",
        List.of(value(in), kernel(op.weight(), out.channels(), depth, k, k)),
        integers("kernel_shape", k, k),
        integers("strides", op.stride(), op.stride()),
        integers("dilations", op.dilation(), op.dilation()),
        integer("group", op.depthwise() ? in.channels() : 1),
        integers(
            "pads",
            op.paddingBefore(in.height(), out.height()),
            op.paddingBefore(in.width(), out.width()),
            op.paddingAfter(in.height(), out.height()),
            op.paddingAfter(in.width(), out.width())));
  }

  @Override
  public String transposedConvolution(Op.TransposedConvolution op) {
    int k = op.kernel();
    int p = op.padding();
    return node(
        op,
        "ConvTranspose",
        List.of(
            value(op.input()),
            kernel(op.weight(), op.input().channels(), op.output().channels(), k, k)),
        integers("kernel_shape", k, k),
        integers("strides", op.stride(), op.stride()),
        integers("pads", p, p, p, p));
  }

  @Override
  public String batchNorm(Op.BatchNorm op) {
    FeatureMap out = op.output();
    FeatureMap made = op.relu() ? part(out, "normalised") : out;
    String x = value(op.input());
    if (op.statistics()) {
      graph.node(
          made,
          "BatchNormalization",
          List.of(
              x, vector(op.gamma()), vector(op.beta()), vector(op.mean()), vector(op.variance())),
          number("epsilon", op.epsilon()));
    } else {
      String scaled = graph.node(part(out, "scaled"), "Mul", List.of(x, channels(op.gamma())));
      graph.node(made, "Add", List.of(scaled, channels(op.beta())));
    }
    return op.relu() ? node(op, "Relu", List.of(made.name())) : made.name();
  }

  private static FeatureMap part(FeatureMap map, String name) {
    return map.named(map.name() + "/" + name);
  }

  @Override
  public String activation(Op.Activation op) {
    String x = value(op.input());
    return switch (op.function()) {
      case NONE -> same(op);
      case RELU6 ->
          node(
              op,
              "Clip",
              List.of(
                  x, graph.floats("zero", new float[] {0}), graph.floats("six", new float[] {6})));
      case HARD_SIGMOID ->
          node(op, "HardSigmoid", List.of(x), number("alpha", 1.0 / 6), number("beta", 0.5));
      default -> node(op, op.function().onnx(), List.of(x));
    };
  }

  @Override
  public String maxPool(Op.MaxPool op) {
    FeatureMap in = op.input();
    FeatureMap out = op.output();
    int rows = Math.max(0, (out.height() - 1) * 2 + 3 - in.height());
    int columns = Math.max(0, (out.width() - 1) * 2 + 3 - in.width());
    return node(
        op,
        "MaxPool",
        values(op),
        integers("kernel_shape", 3, 3),
        integers("strides", 2, 2),
        integers("pads", rows / 2, columns / 2, rows - rows / 2, columns - columns / 2));
  }

  @Override
  public String upsampling(Op.Upsampling op) {
    FeatureMap out = op.output();
    String size = graph.constantIntegers(out.name() + "/size", out.height(), out.width());
    // The region of interest and the scales are left out, as sizes are given.
    return node(
        op,
        "Resize",
        List.of(value(op.input()), "", "", size),
        integers("axes", 2, 3),
        text("mode", "linear"),
        text("coordinate_transformation_mode", "half_pixel"));
  }

  @Override
  public String slice(Op.Slice op) {
    FeatureMap out = op.output();
    return node(
        op,
        "Slice",
        List.of(
            value(op.input()),
            graph.constantIntegers(out.name() + "/from", op.from()),
            graph.constantIntegers(out.name() + "/to", op.from() + out.channels()),
            graph.constantIntegers("channel axis", 1)));
  }

  /**
   * Writes vectors of length 1 in the direction of others; one of no length becomes one that faces
   * the camera, (0, 0, -1).
   */
  void unitVectors(FeatureMap map, String name) {
    String x = value(map);
    FeatureMap one = new FeatureMap(name + "/length", 1, map.height(), map.width());
    String squares =
        graph.node(
            part(one, "squared"),
            "ReduceSumSquare",
            List.of(x, graph.constantIntegers("channel axis", 1)),
            integer("keepdims", 1));
    String length = graph.node(one, "Sqrt", List.of(squares));
    String none = name + "/without direction";
    graph.named(none + "/true", "Less", List.of(length, tiny()));
    graph.node(
        new FeatureMap(none, 1, map.height(), map.width()),
        "Cast",
        List.of(none + "/true"),
        integer("to", 1));
    String divisor = graph.node(part(one, "or 1"), "Add", List.of(length, none));
    String units = graph.node(part(map, "unit"), "Div", List.of(x, divisor));
    String ahead =
        graph.node(
            new FeatureMap(name + "/ahead", 3, map.height(), map.width()),
            "Mul",
            List.of(none, graph.floats("ahead", new float[] {0, 0, 1}, 3, 1, 1)));
    graph.named(name, "Sub", List.of(units, ahead));
  }

  private String tiny() {
    return graph.floats("no length", new float[] {1e-12f});
  }
}
