package org.networkfission.jobs.train.collective;

import java.io.IOException;

/** Another replica ended the run, for a reason that a retry would not cure. */
public final class RunStopped extends IOException {
  public RunStopped(String reason) {
    super(reason);
  }
}
