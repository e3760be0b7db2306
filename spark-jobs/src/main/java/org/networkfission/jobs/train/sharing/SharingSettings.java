package org.networkfission.jobs.train.sharing;

import org.networkfission.prep.settings.Check;

/**
 * What only {@code train.mode = gradient-sharing} asks.
 *
 * @param threshold elements of an update below it wait until they add up to it; DL4J adapts it so
 *     that between 0.01 and 1 % of the elements travel
 */
public record SharingSettings(double threshold) {
  public SharingSettings {
    new Check()
        .that("threshold", threshold, threshold > 0 && threshold < 1, "above 0 and below 1")
        .done();
  }
}
