package org.networkfission.prep.sample;

/** Hears how far the writing of a sample is; called by several threads, one at a time. */
@FunctionalInterface
public interface SampleProgress {
  void rendered(int frames, int ofFrames);
}
