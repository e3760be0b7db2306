package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.network.Encoder;

/**
 * Where a layer stands among its network's layers of one class: all that Keras 3 says of a layer in
 * a file {@code *.weights.h5}, in its earlier versions. The order is that of {@code model.layers}.
 */
final class KerasOrder {
  private static final int[] RESNET_UNITS = {3, 4, 6, 3};

  /** Layers of Keras, and what Keras 3 calls them. */
  private final Map<String, String> names = new HashMap<>();

  private final Map<String, Integer> counts = new HashMap<>();

  private KerasOrder() {}

  static KerasOrder of(Encoder encoder) {
    KerasOrder order = new KerasOrder();
    if (encoder == Encoder.RESNET50) {
      order.resnet();
    } else {
      order.mobile(encoder);
    }
    return order;
  }

  /**
   * What Keras 3 calls a tensor, such as {@code conv2d_3/kernel}.
   *
   * @param tensor layer and tensor
   */
  Optional<String> nameOf(String tensor) {
    int slash = tensor.lastIndexOf('/');
    return slash < 0
        ? Optional.empty()
        : Optional.ofNullable(names.get(tensor.substring(0, slash)))
            .map(layer -> layer + tensor.substring(slash));
  }

  private void resnet() {
    convolution("conv1_conv");
    for (int stage = 0; stage < RESNET_UNITS.length; stage++) {
      for (int unit = 1; unit <= RESNET_UNITS[stage]; unit++) {
        String name = "conv%d_block%d_".formatted(stage + 2, unit);
        norm(name + "preact_bn");
        convolution(name + "1_conv");
        norm(name + "1_bn");
        convolution(name + "2_conv");
        norm(name + "2_bn");
        if (unit == 1) {
          convolution(name + "0_conv");
        }
        convolution(name + "3_conv");
      }
    }
    norm("post_bn");
  }

  private void mobile(Encoder encoder) {
    boolean version2 = encoder == Encoder.MOBILENET_V2;
    end(version2, "conv1");
    int unit = 0;
    for (int units : MobileNames.stages(encoder)) {
      for (int i = 0; i < units; i++, unit++) {
        for (String part : parts(encoder, unit)) {
          String layer = layer(version2, unit, part, false);
          add(part.equals("depthwise") ? "depthwise_conv2d" : "conv2d", layer);
          if (!part.startsWith("se.")) {
            norm(layer(version2, unit, part, true));
          }
        }
      }
    }
    end(version2, "last");
  }

  private static List<String> parts(Encoder encoder, int unit) {
    List<String> parts = new ArrayList<>();
    if (unit > 0) {
      parts.add("expand");
    }
    parts.add("depthwise");
    if (squeezes(encoder, unit)) {
      parts.add("se.fc1");
      parts.add("se.fc2");
    }
    parts.add("project");
    return parts;
  }

  private static boolean squeezes(Encoder encoder, int unit) {
    return switch (encoder) {
      case MOBILENET_V3_SMALL -> unit == 0 || unit >= 3;
      case MOBILENET_V3_LARGE -> (unit >= 3 && unit <= 5) || unit >= 10;
      default -> false;
    };
  }

  private static String layer(boolean version2, int unit, String part, boolean norm) {
    return version2 ? MobileNames.version2(unit, part, norm) : MobileNames.keras3(unit, part, norm);
  }

  private void end(boolean version2, String part) {
    convolution(version2 ? MobileNames.endOf2(part, false) : MobileNames.endOfKeras3(part, false));
    norm(version2 ? MobileNames.endOf2(part, true) : MobileNames.endOfKeras3(part, true));
  }

  private void convolution(String layer) {
    add("conv2d", layer);
  }

  private void norm(String layer) {
    add("batch_normalization", layer);
  }

  private void add(String kind, String layer) {
    int number = counts.merge(kind, 1, Integer::sum) - 1;
    names.put(layer, number == 0 ? kind : kind + "_" + number);
  }
}
