package org.networkfission.model.weights;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the tensors of a pre-activation ResNet-50 that was trained on ImageNet are called here:
 * those of Keras ({@code resnet50v2}) and of timm ({@code resnetv2_50}). Biases of convolutions,
 * the classifier, and the shortcut of the very first unit, which reads another feature here, have
 * no name here.
 *
 * <p>The batch norm before the first unit of a stage follows another operation here: the first
 * convolution, or the last add of the stage before.
 */
final class ResNet50Names {
  private static final Pattern KERAS =
      Pattern.compile("conv([2-5])_block([1-6])_(preact_bn|[0-3]_conv|[12]_bn)/([a-z_]+)");
  private static final Pattern TIMM =
      Pattern.compile(
          "stages\\.([0-3])\\.blocks\\.([0-5])\\.(norm[1-3]|conv[1-3]|downsample\\.conv)\\.([a-z_]+)");

  /** Units of each stage. */
  private static final int[] UNITS = {3, 4, 6, 3};

  private static final Map<String, String> KERAS_PARTS =
      Map.of(
          "preact_bn",
          "pre",
          "0_conv",
          "sc",
          "1_conv",
          "c1.conv",
          "1_bn",
          "c1.bn",
          "2_conv",
          "c2.conv",
          "2_bn",
          "c2.bn",
          "3_conv",
          "c3");
  private static final Map<String, String> TIMM_PARTS =
      Map.of(
          "norm1",
          "pre",
          "downsample.conv",
          "sc",
          "conv1",
          "c1.conv",
          "norm2",
          "c1.bn",
          "conv2",
          "c2.conv",
          "norm3",
          "c2.bn",
          "conv3",
          "c3");
  private static final Map<String, String> KERAS_TENSORS =
      Map.of(
          "kernel",
          "weight",
          "gamma",
          "weight",
          "beta",
          "bias",
          "moving_mean",
          "mean",
          "moving_variance",
          "variance");
  private static final Map<String, String> TIMM_TENSORS =
      Map.of("weight", "weight", "bias", "bias", "running_mean", "mean", "running_var", "variance");

  private ResNet50Names() {}

  /**
   * The name here of a tensor of Keras.
   *
   * @param name layer and tensor, e.g. {@code conv2_block1_1_conv/kernel}
   */
  static Optional<String> ofKeras(String name) {
    Matcher unit = KERAS.matcher(name);
    if (unit.matches()) {
      return tensor(unit.group(4), KERAS_TENSORS, unit.group(3).endsWith("bn"))
          .flatMap(
              tensor ->
                  ofUnit(
                      Integer.parseInt(unit.group(1)) - 1,
                      Integer.parseInt(unit.group(2)) - 1,
                      KERAS_PARTS.get(unit.group(3)),
                      tensor));
    } else if (name.equals("conv1_conv/kernel")) {
      return Optional.of("enc.conv1.conv.weight");
    } else if (name.startsWith("post_bn/")) {
      return tensor(name.substring("post_bn/".length()), KERAS_TENSORS, true)
          .map(tensor -> "enc.b4.3.bn." + tensor);
    }
    return Optional.empty();
  }

  /**
   * The name here of a tensor of timm.
   *
   * @param name e.g. {@code stages.0.blocks.0.conv1.weight}
   */
  static Optional<String> ofTimm(String name) {
    Matcher unit = TIMM.matcher(name);
    if (unit.matches()) {
      return tensor(unit.group(4), TIMM_TENSORS, unit.group(3).startsWith("norm"))
          .flatMap(
              tensor ->
                  ofUnit(
                      Integer.parseInt(unit.group(1)) + 1,
                      Integer.parseInt(unit.group(2)),
                      TIMM_PARTS.get(unit.group(3)),
                      tensor));
    } else if (name.equals("stem.conv.weight")) {
      return Optional.of("enc.conv1.conv.weight");
    } else if (name.startsWith("norm.")) {
      return tensor(name.substring("norm.".length()), TIMM_TENSORS, true)
          .map(tensor -> "enc.b4.3.bn." + tensor);
    }
    return Optional.empty();
  }

  /** The last word of a name; a convolution has but its kernel. */
  private static Optional<String> tensor(String word, Map<String, String> words, boolean norm) {
    return Optional.ofNullable(words.get(word))
        .filter(tensor -> norm ? !word.equals("kernel") : tensor.equals("weight"));
  }

  /**
   * A tensor of a unit.
   *
   * @param block 1 to 4
   * @param unit from 0
   */
  private static Optional<String> ofUnit(int block, int unit, String part, String tensor) {
    boolean first = unit == 0;
    if (unit >= UNITS[block - 1] || (first && block == 1 && part.equals("sc"))) {
      return Optional.empty();
    } else if (first && part.equals("pre") && block < 4) {
      String before =
          switch (block) {
            case 1 -> "enc.conv1.bn";
            case 2 -> "enc.b1.3.bn";
            default -> "enc.b2.4.bn";
          };
      return Optional.of(before + "." + tensor);
    }
    String name = "enc.b%d.%d".formatted(block, unit);
    boolean multiScale = block == 4 || (block == 3 && unit >= 2) || (block == 2 && unit == 3);
    String own = multiScale && part.equals("c2.bn") ? "bn" : part;
    return Optional.of(name + "." + own + "." + tensor);
  }
}
