package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.FeatureMap;

/**
 * Two sums per channel over all pixels of a minibatch, first by blocks of rows. How rows are cut
 * depends on their number alone, so that sums have the same bits on every device.
 */
final class ChannelSums {
  private static final int MOST_BLOCKS = 512;
  private static final int LEAST_ROWS = 64;

  private final PlanBuilder plan;
  private final FeatureMap map;
  private final int channels;
  private final long rows;
  private final int rowsOfBlock;
  private final int blocks;
  private final Place parts;

  ChannelSums(PlanBuilder plan, FeatureMap map) {
    this.plan = plan;
    this.map = map;
    this.channels = map.channels();
    this.rows = plan.rows(map);
    this.rowsOfBlock = (int) Math.max(LEAST_ROWS, (rows + MOST_BLOCKS - 1) / MOST_BLOCKS);
    this.blocks = (int) ((rows + rowsOfBlock - 1) / rowsOfBlock);
    this.parts = plan.allocate(2L * blocks * channels);
  }

  /**
   * Mean and variance of features, and one over the deviation.
   *
   * @param running where the running statistics are and which part of the gradient they have; each
   *     null where another step says that
   */
  void moments(
      String label,
      Place x,
      float epsilon,
      Place mean,
      Place variance,
      Place inverse,
      Running running) {
    plan.wideColumns(label, "moments", map, blocks, x, rows, channels, rowsOfBlock, parts);
    plan.finish(
        label,
        PlanBuilder.over("finishMoments", map),
        channels,
        parts,
        blocks,
        rows,
        channels,
        x,
        epsilon,
        mean,
        variance,
        inverse,
        running.mean(),
        running.variance(),
        running.share(),
        running.meanStep(),
        running.varianceStep());
  }

  /**
   * Running statistics and their part of the gradient.
   *
   * @param share what a step takes of the difference
   */
  record Running(Place mean, Place variance, float share, Place meanStep, Place varianceStep) {
    static final Running NONE = new Running(null, null, 0, null, null);
  }

  /**
   * Sums of a gradient, and of it times the normalised input, where there is an input.
   *
   * @param gamma with beta, tells where a ReLU cut off
   */
  void ofGradient(
      String label,
      Place x,
      Place gradient,
      Place mean,
      Place inverse,
      Place gamma,
      Place beta,
      boolean relu) {
    plan.wideColumns(
        label,
        "gradientSums",
        map,
        blocks,
        x,
        gradient,
        rows,
        channels,
        rowsOfBlock,
        mean,
        inverse,
        gamma,
        beta,
        relu ? 1 : 0,
        parts);
  }

  /** Adds the blocks' parts up. */
  void finish(String label, Place first, Place second) {
    plan.finish(label, "finishSums", channels, parts, blocks, channels, first, second);
  }
}
