package org.networkfission.jobs.train.checkpoint;

import java.io.Serializable;
import org.networkfission.prep.settings.Check;

/**
 * When checkpoints are written and which are kept. One is also written at the start and at the end.
 *
 * @param every how many steps lie between two
 * @param keep how many of the last are kept
 * @param keepEach those whose step is a multiple of this are kept too; 0 for none
 */
public record CheckpointSettings(long every, int keep, long keepEach) implements Serializable {
  public CheckpointSettings {
    new Check()
        .that("every", every, every >= 1, "at least 1")
        .that("keep", keep, keep >= 1, "at least 1")
        .that("keepEach", keepEach, keepEach >= 0, "0 or more")
        .done();
  }
}
