package org.networkfission.model.graph;

import static org.networkfission.model.op.ActivationFunction.HARD_SWISH;
import static org.networkfission.model.op.ActivationFunction.NONE;
import static org.networkfission.model.op.ActivationFunction.RELU;
import static org.networkfission.model.op.ActivationFunction.RELU6;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.graph.NetworkBuilder.Encoded;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/**
 * Builds MobileNetV2 and MobileNetV3 up to their last 1x1 convolution at output stride 16: the unit
 * that would halve the resolution a fifth time does not, and the depthwise convolutions after it
 * are dilated instead, so that each computes what it would have (as DeepLab does; weights trained
 * at stride 32 fit). The image is normalised by a batch norm that is no part of the published
 * networks.
 */
final class MobileEncoder {
  private static final int OUTPUT_STRIDE = 16;
  private static final double EPSILON = 1e-3;

  /**
   * An inverted residual unit.
   *
   * @param kernel of the depthwise convolution
   * @param expanded channels within
   * @param out channels of its output
   * @param squeeze whether the channels are weighed by squeeze and excite
   * @param activation after every convolution but the last
   */
  private record Unit(
      int kernel,
      int expanded,
      int out,
      boolean squeeze,
      ActivationFunction activation,
      int stride) {}

  /**
   * A network.
   *
   * @param stem channels of the first convolution, 3x3 at stride 2
   * @param activation of the first and the last convolution
   * @param last channels of the last convolution, 1x1
   */
  private record Layout(int stem, ActivationFunction activation, List<Unit> units, int last) {}

  private static final Layout V3_LARGE =
      new Layout(
          16,
          HARD_SWISH,
          List.of(
              new Unit(3, 16, 16, false, RELU, 1),
              new Unit(3, 64, 24, false, RELU, 2),
              new Unit(3, 72, 24, false, RELU, 1),
              new Unit(5, 72, 40, true, RELU, 2),
              new Unit(5, 120, 40, true, RELU, 1),
              new Unit(5, 120, 40, true, RELU, 1),
              new Unit(3, 240, 80, false, HARD_SWISH, 2),
              new Unit(3, 200, 80, false, HARD_SWISH, 1),
              new Unit(3, 184, 80, false, HARD_SWISH, 1),
              new Unit(3, 184, 80, false, HARD_SWISH, 1),
              new Unit(3, 480, 112, true, HARD_SWISH, 1),
              new Unit(3, 672, 112, true, HARD_SWISH, 1),
              new Unit(5, 672, 160, true, HARD_SWISH, 2),
              new Unit(5, 960, 160, true, HARD_SWISH, 1),
              new Unit(5, 960, 160, true, HARD_SWISH, 1)),
          960);

  private static final Layout V3_SMALL =
      new Layout(
          16,
          HARD_SWISH,
          List.of(
              new Unit(3, 16, 16, true, RELU, 2),
              new Unit(3, 72, 24, false, RELU, 2),
              new Unit(3, 88, 24, false, RELU, 1),
              new Unit(5, 96, 40, true, HARD_SWISH, 2),
              new Unit(5, 240, 40, true, HARD_SWISH, 1),
              new Unit(5, 240, 40, true, HARD_SWISH, 1),
              new Unit(5, 120, 48, true, HARD_SWISH, 1),
              new Unit(5, 144, 48, true, HARD_SWISH, 1),
              new Unit(5, 288, 96, true, HARD_SWISH, 2),
              new Unit(5, 576, 96, true, HARD_SWISH, 1),
              new Unit(5, 576, 96, true, HARD_SWISH, 1)),
          576);

  private static final Layout V2 = new Layout(32, RELU6, unitsOfV2(), 1280);

  private final NetworkSpec spec;
  private final DataType type;
  private final List<StageProgram> stages;
  private StageBuilder stage;

  /**
   * @param type of its features
   * @param stages where the encoder's stages are added
   */
  MobileEncoder(NetworkSpec spec, DataType type, List<StageProgram> stages) {
    this.spec = spec;
    this.type = type;
    this.stages = stages;
  }

  private static List<Unit> unitsOfV2() {
    // Expansion, output channels, repeats, stride of the first.
    int[][] rows = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    List<Unit> units = new ArrayList<>();
    int in = 32;
    for (int[] row : rows) {
      for (int i = 0; i < row[2]; i++) {
        units.add(new Unit(3, row[0] * in, row[1], false, RELU6, i == 0 ? row[3] : 1));
        in = row[1];
      }
    }
    return units;
  }

  private Layout layout() {
    return switch (spec.encoder()) {
      case MOBILENET_V2 -> V2;
      case MOBILENET_V3_SMALL -> V3_SMALL;
      case MOBILENET_V3_LARGE -> V3_LARGE;
      case RESNET50 -> throw new IllegalStateException("ResNet-50 is no mobile encoder");
    };
  }

  /** Writes the encoder: a stage for each resolution, and one for what is dilated. */
  Encoded build(FeatureMap image) {
    Layout layout = layout();
    begin("enc.stem", image);
    FeatureMap x = NetworkBuilder.normalised(stage, image, spec);
    x = stage.convolutionNorm("enc.conv1", x, width(layout.stem()), 3, 2, 1, layout.activation());
    List<FeatureMap> ends = new ArrayList<>();
    int stride = 2;
    int dilation = 1;
    for (int i = 0; i < layout.units().size(); i++) {
      Unit unit = layout.units().get(i);
      boolean dense = unit.stride() > 1 && stride == OUTPUT_STRIDE;
      if (unit.stride() > 1) {
        // The resolution ends here, and with it the stage.
        ends.add(end(x));
        begin("enc.b" + ends.size(), x);
      }
      x = unit("enc.u." + i, x, unit, dense ? 1 : unit.stride(), dilation);
      dilation *= dense ? unit.stride() : 1;
      stride *= dense ? 1 : unit.stride();
    }
    x = stage.convolutionNorm("enc.last", x, width(layout.last()), 1, 1, 1, layout.activation());
    x = end(stage.dropout("enc.last", x, spec.dropout()));
    return new Encoded(ends.get(1), ends.get(2), x);
  }

  private FeatureMap unit(String name, FeatureMap x, Unit unit, int stride, int dilation) {
    int expanded = width(unit.expanded());
    int out = width(unit.out());
    FeatureMap y = x;
    if (expanded != x.channels()) {
      y = stage.convolutionNorm(name + ".expand", x, expanded, 1, 1, 1, unit.activation());
    }
    y =
        stage.depthwiseNorm(
            name + ".depthwise", y, unit.kernel(), stride, dilation, unit.activation());
    if (unit.squeeze()) {
      y = stage.squeezeExcite(name + ".se", y, divisible(expanded / 4.0));
    }
    y = stage.convolutionNorm(name + ".project", y, out, 1, 1, 1, NONE);
    return unit.stride() == 1 && x.channels() == out ? stage.add(name, y, x) : y;
  }

  private void begin(String name, FeatureMap input) {
    stage =
        new StageBuilder(name, spec.batchNorm(), spec.batchNormDecay(), input)
            .features(type)
            .epsilon(EPSILON);
  }

  private FeatureMap end(FeatureMap output) {
    stages.add(stage.build(output));
    return output;
  }

  /** A published width, scaled. */
  private int width(int channels) {
    return divisible(channels * spec.widthMultiplier());
  }

  /** The nearest multiple of 8 that takes away no more than a tenth, as published. */
  private static int divisible(double channels) {
    int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
    return nearest < 0.9 * channels ? nearest + 8 : nearest;
  }
}
