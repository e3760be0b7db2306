package org.networkfission.jobs.train;

/** What a run may differ in from the one that wrote the checkpoint that it goes on from. */
public enum Resume {
  /** Nothing that decides the result. */
  EXACT,
  /** Anything but the network; the console and the page of curves show it. */
  WITH_CHANGES
}
