package org.networkfission.model.loss;

/** What the sum of a loss over the valid pixels is divided by. */
public enum Normalisation {
  /**
   * The valid pixels of each image; then the mean over the images. The only one under which the
   * mean over replicas of equal batch size is the loss of the joined batch.
   */
  IMAGE,
  /** The valid pixels of the minibatch. */
  BATCH,
  /** As the authors': all pixels of the minibatch for labels, its valid pixels for the others. */
  REFERENCE
}
