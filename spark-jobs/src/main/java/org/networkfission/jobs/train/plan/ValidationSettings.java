package org.networkfission.jobs.train.plan;

import java.io.Serializable;
import org.networkfission.prep.settings.Check;

/**
 * Evaluation on a small sample while training.
 *
 * @param split what is predicted
 * @param every how many steps lie between two; the last step is evaluated too; 0 for none
 * @param frames how many of the split's first rows, which are in random order
 */
public record ValidationSettings(String split, long every, int frames) implements Serializable {
  /** Their scores travel in one message. */
  private static final int MAX_FRAMES = 4096;

  public ValidationSettings {
    new Check()
        .that("every", every, every >= 0, "0 or more")
        .that("frames", frames, frames >= 1 && frames <= MAX_FRAMES, "1 to " + MAX_FRAMES)
        .done();
  }

  /** Whether the network is evaluated after so many steps of a run. */
  public boolean due(long step, long steps) {
    return every > 0 && (step % every == 0 || step == steps);
  }
}
