package org.networkfission.model.network;

import java.util.Locale;

/** How the tasks' losses are weighed against each other while a network trains. */
public enum Balance {
  /** By the weights of the settings, from the first step to the last. */
  FIXED,
  /** By a variance of each task that is learned (Kendall, Gal, Cipolla, CVPR 2018). */
  UNCERTAINTY,
  /**
   * By how much slower each loss falls: dynamic weight averaging (Liu, Johns, Davison, CVPR 2019).
   */
  DWA,
  /** So that tasks pull equally hard on what they share (Chen et al., GradNorm, ICML 2018). */
  GRADNORM,
  /**
   * By taking conflicts out of the tasks' gradients (Yu et al., Gradient Surgery, NeurIPS 2020).
   */
  PCGRAD;

  /** What users write. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
