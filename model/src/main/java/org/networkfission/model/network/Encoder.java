package org.networkfission.model.network;

import java.util.Locale;

/** The family of networks that an encoder belongs to. */
public enum Encoder {
  /** The server's: AdapNet++ with a full pre-activation ResNet-50. */
  RESNET50,
  /** MobileNetV2 (Sandler et al. 2018). */
  MOBILENET_V2,
  /** MobileNetV3 Small (Howard et al. 2019). */
  MOBILENET_V3_SMALL,
  /** MobileNetV3 Large (Howard et al. 2019). */
  MOBILENET_V3_LARGE;

  /** The name in configurations and reports, e.g. {@code mobilenet-v3-small}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
