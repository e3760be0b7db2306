package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.networkfission.model.network.ParameterRange;

/**
 * What the encoder's tensors are called in a ResNet-50 that was trained on ImageNet: pre-activation
 * ones of Keras ({@code resnet50v2}) and timm ({@code resnetv2_50}), and those of version 1 that
 * the authors begin from ({@code AdapNet_pp_init}, of TensorFlow's slim; torchvision's and timm's
 * {@code resnet50} hold the same tensors).
 *
 * <p>A multi-scale unit holds the two halves of one 3x3 kernel, cut along its output channels. The
 * batch norm before a unit normalises what the unit before has added up, in version 1 that unit's
 * last convolution; the one before the very first unit follows the first convolution.
 */
final class ResNet50Names {
  private static final Pattern UNIT =
      Pattern.compile(
          "enc\\.b([1-4])\\.([0-5])\\."
              + "(?:(pre|sc|c1\\.conv|c1\\.bn|c2\\.conv|c2\\.bn|bn|c3)\\.(\\w+)|(wa|wb))");
  private static final Pattern NORM =
      Pattern.compile("enc\\.(conv1|b1\\.3|b2\\.4|b4\\.3)\\.bn\\.(\\w+)");

  /** Units of each block. */
  private static final int[] UNITS = {3, 4, 6, 3};

  /** A layer of a unit. */
  private enum Part {
    PRE,
    SHORTCUT,
    CONV1,
    NORM1,
    CONV2,
    NORM2,
    CONV3;

    boolean norm() {
      return this == PRE || this == NORM1 || this == NORM2;
    }
  }

  /**
   * A layer.
   *
   * @param block 1 to 4; 5 for the one behind the last
   * @param unit from 0
   */
  private record Layer(int block, int unit, Part part) {}

  private ResNet50Names() {}

  /** Where a tensor may come from; nothing where these networks have no such layer. */
  static List<Origin> of(ParameterRange tensor) {
    if (tensor.name().equals("enc.conv1.conv.weight")) {
      return List.of(
          Origin.whole("conv1_conv/kernel"),
          Origin.whole("stem.conv.weight"),
          Origin.whole("conv1.weight"),
          Origin.whole("conv1/weights"));
    }
    Matcher norm = NORM.matcher(tensor.name());
    if (norm.matches()) {
      int block =
          switch (norm.group(1)) {
            case "conv1" -> 1;
            case "b1.3" -> 2;
            case "b2.4" -> 3;
            default -> 5;
          };
      return origins(new Layer(block, 0, Part.PRE), norm.group(2), 0, 0);
    }
    Matcher unit = UNIT.matcher(tensor.name());
    if (!unit.matches()) {
      return List.of();
    }
    int block = Integer.parseInt(unit.group(1));
    int number = Integer.parseInt(unit.group(2));
    if (unit.group(5) != null) {
      int half = Math.toIntExact(tensor.shape()[0]);
      int first = unit.group(5).equals("wa") ? 0 : half;
      return origins(new Layer(block, number, Part.CONV2), "weight", first, 2 * half);
    }
    Part part =
        switch (unit.group(3)) {
          case "pre" -> Part.PRE;
          case "sc" -> Part.SHORTCUT;
          case "c1.conv" -> Part.CONV1;
          case "c1.bn" -> Part.NORM1;
          case "c2.conv" -> Part.CONV2;
          case "c3" -> Part.CONV3;
          default -> Part.NORM2;
        };
    return origins(new Layer(block, number, part), unit.group(4), 0, 0);
  }

  private static List<Origin> origins(Layer layer, String word, int first, int channels) {
    Optional<TensorKind> kind = TensorKind.of(word, layer.part().norm());
    List<Origin> origins = new ArrayList<>();
    kind.ifPresent(
        k -> {
          for (String name :
              List.of(
                  k.keras(keras(layer)),
                  k.torch(timm(layer)),
                  k.slim(slim(layer)),
                  k.torch(torchvision(layer)))) {
            origins.add(new Origin(name, first, channels));
          }
        });
    return origins;
  }

  private static String keras(Layer layer) {
    String unit = "conv%d_block%d_".formatted(layer.block() + 1, layer.unit() + 1);
    return switch (layer.part()) {
      case PRE -> layer.block() == 5 ? "post_bn" : unit + "preact_bn";
      case SHORTCUT -> unit + "0_conv";
      case CONV1 -> unit + "1_conv";
      case NORM1 -> unit + "1_bn";
      case CONV2 -> unit + "2_conv";
      case NORM2 -> unit + "2_bn";
      case CONV3 -> unit + "3_conv";
    };
  }

  private static String timm(Layer layer) {
    String unit = "stages.%d.blocks.%d.".formatted(layer.block() - 1, layer.unit());
    return switch (layer.part()) {
      case PRE -> layer.block() == 5 ? "norm" : unit + "norm1";
      case SHORTCUT -> unit + "downsample.conv";
      case CONV1 -> unit + "conv1";
      case NORM1 -> unit + "norm2";
      case CONV2 -> unit + "conv2";
      case NORM2 -> unit + "norm3";
      case CONV3 -> unit + "conv3";
    };
  }

  /** TensorFlow's slim, version 1: its own batch norms are scopes within the convolutions'. */
  private static String slim(Layer layer) {
    if (layer.part() == Part.PRE) {
      return first(layer) ? "conv1" : before(layer, "block%d/unit_%d/bottleneck_v1/conv3", 1);
    }
    String unit = "block%d/unit_%d/bottleneck_v1/".formatted(layer.block(), layer.unit() + 1);
    return switch (layer.part()) {
      case SHORTCUT -> unit + "shortcut";
      case CONV1, NORM1 -> unit + "conv1";
      case CONV2, NORM2 -> unit + "conv2";
      default -> unit + "conv3";
    };
  }

  private static String torchvision(Layer layer) {
    if (layer.part() == Part.PRE) {
      return first(layer) ? "bn1" : before(layer, "layer%d.%d.bn3", 0);
    }
    String unit = "layer%d.%d.".formatted(layer.block(), layer.unit());
    return switch (layer.part()) {
      case SHORTCUT -> unit + "downsample.0";
      case CONV1 -> unit + "conv1";
      case NORM1 -> unit + "bn1";
      case CONV2 -> unit + "conv2";
      case NORM2 -> unit + "bn2";
      default -> unit + "conv3";
    };
  }

  private static boolean first(Layer layer) {
    return layer.block() == 1 && layer.unit() == 0;
  }

  /**
   * A name with the block and the unit before a layer's.
   *
   * @param firstUnit the number of a block's first unit in these names
   */
  private static String before(Layer layer, String name, int firstUnit) {
    boolean blocksFirst = layer.unit() == 0;
    int block = blocksFirst ? layer.block() - 1 : layer.block();
    int unit = blocksFirst ? UNITS[block - 1] - 1 : layer.unit() - 1;
    return name.formatted(block, unit + firstUnit);
  }
}
