package org.networkfission.jobs.train.input;

import java.io.Serializable;
import org.networkfission.jobs.cache.CacheSettings;
import org.networkfission.prep.settings.Check;

/**
 * How a replica reads its examples.
 *
 * @param threads that decode and assemble minibatches in the background
 * @param readAhead how many minibatches are made ahead of the step
 * @param shuffleRows rows are shuffled among at least so many; that many encoded rows are in memory
 * @param cache where copies of shards are kept
 */
public record InputSettings(int threads, int readAhead, int shuffleRows, CacheSettings cache)
    implements Serializable {
  public InputSettings {
    new Check()
        .that("threads", threads, threads >= 1, "at least 1")
        .that("readAhead", readAhead, readAhead >= 1, "at least 1")
        .that("shuffleRows", shuffleRows, shuffleRows >= 1, "at least 1")
        .done();
  }
}
