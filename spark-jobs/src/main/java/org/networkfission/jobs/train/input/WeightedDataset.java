package org.networkfission.jobs.train.input;

import java.io.Serializable;
import org.networkfission.prep.settings.Check;

/**
 * One of the data sets of a run.
 *
 * @param path of the prepared data set
 * @param weight its share of the examples is its share of all weights
 */
public record WeightedDataset(String path, double weight) implements Serializable {
  public WeightedDataset {
    new Check()
        .that("path", path, !path.isBlank(), "a prepared data set's folder")
        .that("weight", weight, weight >= 1e-6 && weight <= 1e6, "above 0: 0.000001 to 1000000")
        .done();
  }
}
