package org.networkfission.prep.labels;

/** The label ids that a data set's frames carry. */
public enum LabelSpace {
  /** SceneNet RGB-D: 0 background, 1 to 13. */
  NYU13(14),
  /** ScanNet: 0 unannotated, 1 to 40. */
  NYU40(41),
  /** NYUDv2: 0 unlabelled, 1 to 894. */
  NYU894(895);

  private final int size;

  LabelSpace(int size) {
    this.size = size;
  }

  /** How many ids there are, 0 included. */
  public int size() {
    return size;
  }
}
