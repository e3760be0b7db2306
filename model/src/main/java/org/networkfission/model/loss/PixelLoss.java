package org.networkfission.model.loss;

/** A loss that is a sum over pixels, computed block by block, by several threads at a time. */
public abstract class PixelLoss {
  /** Which formula it is. */
  public abstract Formula formula();

  /** Looks at a whole image before its blocks, where a loss depends on more than one pixel. */
  void begin(Pixels prediction, Target target, int image) {}

  /**
   * Sums the loss over a block's valid pixels and writes its gradient: zero for the others. Blocks
   * are computed side by side, so that only the block is changed.
   *
   * @return the sum, without any weight
   */
  abstract double add(Block block);
}
