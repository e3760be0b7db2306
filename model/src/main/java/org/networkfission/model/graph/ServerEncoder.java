package org.networkfission.model.graph;

import static org.networkfission.model.op.ActivationFunction.RELU;

import java.util.List;
import org.networkfission.model.graph.NetworkBuilder.Encoded;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/**
 * Builds the server's encoder, AdapNet++: a full pre-activation ResNet-50 at output stride 16 whose
 * later units are multi-scale.
 */
final class ServerEncoder {
  private final NetworkSpec spec;
  private final DataType type;
  private final List<StageProgram> stages;

  /**
   * @param type of its features
   * @param stages where the encoder's stages are added
   */
  ServerEncoder(NetworkSpec spec, DataType type, List<StageProgram> stages) {
    this.spec = spec;
    this.type = type;
    this.stages = stages;
  }

  /** Writes the encoder: a stage for the stem and for each block. */
  Encoded build(FeatureMap image) {
    FeatureMap block1 = block1(stem(image));
    FeatureMap block2 = block2(block1);
    return new Encoded(block1, block2, block4(block3(block2)));
  }

  private FeatureMap stem(FeatureMap image) {
    StageBuilder s = stage("enc.stem", image);
    FeatureMap x = NetworkBuilder.normalised(s, image, spec);
    x = s.convolutionNorm("enc.conv1", x, width(64), 7, 2, 1, RELU);
    return end(s, s.maxPool("enc.pool", x));
  }

  private FeatureMap block1(FeatureMap stem) {
    StageBuilder s = stage("enc.b1", stem);
    int width = width(256);
    int inner = width(64);
    FeatureMap first = s.convolutionNorm("enc.b1.0.c1", stem, inner, 1, 1, 1, RELU);
    FeatureMap x = s.convolutionNorm("enc.b1.0.c2", first, inner, 3, 1, 1, RELU);
    x = s.pointwise("enc.b1.0.c3", x, width, 1);
    // This unit's shortcut reads the output of its first 1x1, not its input.
    x = s.add("enc.b1.0", x, s.pointwise("enc.b1.0.sc", first, width, 1));
    x = unit(s, "enc.b1.1", x, width);
    x = unit(s, "enc.b1.2", x, width);
    return end(s, s.batchNorm("enc.b1.3.bn", x, RELU));
  }

  private FeatureMap block2(FeatureMap block1) {
    StageBuilder s = stage("enc.b2", block1);
    int width = width(512);
    FeatureMap x = firstUnit(s, "enc.b2.0", block1, width);
    x = unit(s, "enc.b2.1", x, width);
    x = unit(s, "enc.b2.2", x, width);
    x = multiScaleUnit(s, "enc.b2.3", x, width, 1, 0);
    return end(s, s.batchNorm("enc.b2.4.bn", x, RELU));
  }

  private FeatureMap block3(FeatureMap block2) {
    StageBuilder s = stage("enc.b3", block2);
    int width = width(1024);
    FeatureMap x = firstUnit(s, "enc.b3.0", block2, width);
    x = unit(s, "enc.b3.1", x, width);
    for (int i = 2; i < 6; i++) {
      x = multiScaleUnit(s, "enc.b3." + i, x, width, 1, 0);
    }
    return end(s, x);
  }

  private FeatureMap block4(FeatureMap block3) {
    StageBuilder s = stage("enc.b4", block3);
    int width = width(2048);
    FeatureMap x = multiScaleUnit(s, "enc.b4.0", block3, width, 2, 0);
    x = multiScaleUnit(s, "enc.b4.1", x, width, 2, 0);
    x = multiScaleUnit(s, "enc.b4.2", x, width, 2, spec.dropout());
    return end(s, s.batchNorm("enc.b4.3.bn", x, RELU));
  }

  /** The unit that halves the resolution; its input is activated already. */
  private FeatureMap firstUnit(StageBuilder s, String name, FeatureMap x, int width) {
    int inner = inner(width);
    FeatureMap y = s.convolutionNorm(name + ".c1", x, inner, 1, 1, 1, RELU);
    y = s.convolutionNorm(name + ".c2", y, inner, 3, 2, 1, RELU);
    y = s.pointwise(name + ".c3", y, width, 1);
    return s.add(name, y, s.pointwise(name + ".sc", x, width, 2));
  }

  /** A full pre-activation residual unit. */
  private FeatureMap unit(StageBuilder s, String name, FeatureMap x, int width) {
    int inner = inner(width);
    FeatureMap y = s.batchNorm(name + ".pre", x, RELU);
    y = s.convolutionNorm(name + ".c1", y, inner, 1, 1, 1, RELU);
    y = s.convolutionNorm(name + ".c2", y, inner, 3, 1, 1, RELU);
    return s.add(name, s.pointwise(name + ".c3", y, width, 1), x);
  }

  /** A unit whose 3x3 is split in two halves of different dilation: rate and 2. */
  private FeatureMap multiScaleUnit(
      StageBuilder s, String name, FeatureMap x, int width, int rate, double dropout) {
    int inner = inner(width);
    FeatureMap pre = s.batchNorm(name + ".pre", x, RELU);
    FeatureMap y = s.convolutionNorm(name + ".c1", pre, inner, 1, 1, 1, RELU);
    y =
        s.concat(
            name,
            s.convolution(name + ".wa", y, inner / 2, 3, 1, rate),
            s.convolution(name + ".wb", y, inner / 2, 3, 1, 2));
    y = s.batchNorm(name + ".bn", y, RELU);
    y = s.dropout(name, s.pointwise(name + ".c3", y, width, 1), dropout);
    FeatureMap shortcut = x.channels() == width ? x : s.pointwise(name + ".sc", pre, width, 1);
    return s.add(name, y, shortcut);
  }

  private int width(int channels) {
    return NetworkBuilder.width(channels, spec);
  }

  /** The width within a residual unit. */
  private static int inner(int width) {
    return Math.max(8, width / 4);
  }

  private StageBuilder stage(String name, FeatureMap input) {
    return new StageBuilder(name, spec.batchNorm(), spec.batchNormDecay(), input).features(type);
  }

  private FeatureMap end(StageBuilder s, FeatureMap output) {
    stages.add(s.build(output));
    return output;
  }
}
