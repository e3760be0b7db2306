package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.networkfission.model.network.Encoder;

/**
 * What the mobile encoders' tensors are called in Keras (version 2, and 3 where its names differ)
 * and in timm.
 */
final class MobileNames {
  private static final Pattern TENSOR =
      Pattern.compile(
          "enc\\.(conv1|last|u\\.(\\d+)\\.(expand|depthwise|project|se\\.fc[12]))\\."
              + "(?:(bn)\\.|conv\\.)?(\\w+)");

  private MobileNames() {}

  /** Units of each of timm's stages. */
  static int[] stages(Encoder encoder) {
    return switch (encoder) {
      case MOBILENET_V2 -> new int[] {1, 2, 3, 4, 3, 3, 1};
      case MOBILENET_V3_SMALL -> new int[] {1, 2, 3, 2, 3};
      case MOBILENET_V3_LARGE -> new int[] {1, 2, 3, 4, 2, 3};
      case RESNET50 -> throw new IllegalArgumentException("ResNet-50 is no mobile encoder");
    };
  }

  /** Where a tensor may come from; nothing where these networks have no such layer. */
  static List<Origin> of(String tensor, Encoder encoder) {
    Matcher match = TENSOR.matcher(tensor);
    if (!match.matches()) {
      return List.of();
    }
    boolean norm = match.group(4) != null;
    Optional<TensorKind> kind = TensorKind.of(match.group(5), norm);
    List<Origin> origins = new ArrayList<>();
    kind.ifPresent(
        k -> {
          boolean unit = match.group(2) != null;
          String part = unit ? match.group(3) : match.group(1);
          int number = unit ? Integer.parseInt(match.group(2)) : -1;
          if (encoder == Encoder.MOBILENET_V2) {
            origins.add(keras(k, unit ? version2(number, part, norm) : endOf2(part, norm), part));
          } else {
            origins.add(keras(k, unit ? version3(number, part, norm) : endOf3(part, norm), part));
            origins.add(
                keras(k, unit ? keras3(number, part, norm) : endOfKeras3(part, norm), part));
          }
          origins.add(Origin.whole(k.torch(timm(encoder, number, part, norm))));
        });
    return origins;
  }

  private static Origin keras(TensorKind kind, String layer, String part) {
    boolean depthwise = kind == TensorKind.KERNEL && part.equals("depthwise");
    return Origin.whole(depthwise ? layer + "/depthwise_kernel" : kind.keras(layer));
  }

  /** Whether a unit widens its input, for all do but the first. */
  private static boolean expands(int unit) {
    return unit > 0;
  }

  static String version2(int unit, String part, boolean norm) {
    String name = expands(unit) ? "block_%d_".formatted(unit) : "expanded_conv_";
    return name + part + (norm ? "_BN" : "");
  }

  static String endOf2(String part, boolean norm) {
    boolean first = part.equals("conv1");
    return first ? (norm ? "bn_Conv1" : "Conv1") : (norm ? "Conv_1_bn" : "Conv_1");
  }

  private static String version3(int unit, String part, boolean norm) {
    String name = expands(unit) ? "expanded_conv_%d/".formatted(unit) : "expanded_conv/";
    String layer =
        switch (part) {
          case "se.fc1" -> "squeeze_excite/Conv";
          case "se.fc2" -> "squeeze_excite/Conv_1";
          default -> part;
        };
    return name + layer + (norm ? "/BatchNorm" : "");
  }

  private static String endOf3(String part, boolean norm) {
    return (part.equals("conv1") ? "Conv" : "Conv_1") + (norm ? "/BatchNorm" : "");
  }

  static String keras3(int unit, String part, boolean norm) {
    String name = expands(unit) ? "expanded_conv_%d_".formatted(unit) : "expanded_conv_";
    String layer =
        switch (part) {
          case "se.fc1" -> "squeeze_excite_conv";
          case "se.fc2" -> "squeeze_excite_conv_1";
          default -> part;
        };
    return name + layer + (norm ? "_bn" : "");
  }

  static String endOfKeras3(String part, boolean norm) {
    return (part.equals("conv1") ? "conv" : "conv_1") + (norm ? "_bn" : "");
  }

  private static String timm(Encoder encoder, int unit, String part, boolean norm) {
    int[] stages = stages(encoder);
    if (part.equals("conv1")) {
      return norm ? "bn1" : "conv_stem";
    } else if (part.equals("last")) {
      return encoder == Encoder.MOBILENET_V2
          ? (norm ? "bn2" : "conv_head")
          : "blocks.%d.0.%s".formatted(stages.length, norm ? "bn1" : "conv");
    }
    int stage = 0;
    int within = unit;
    while (within >= stages[stage]) {
      within -= stages[stage++];
    }
    String name = "blocks.%d.%d.".formatted(stage, within);
    boolean separable = !expands(unit);
    return name
        + switch (part) {
          case "expand" -> norm ? "bn1" : "conv_pw";
          case "depthwise" -> norm ? (separable ? "bn1" : "bn2") : "conv_dw";
          case "project" ->
              norm ? (separable ? "bn2" : "bn3") : (separable ? "conv_pw" : "conv_pwl");
          case "se.fc1" -> "se.conv_reduce";
          default -> "se.conv_expand";
        };
  }
}
