package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.FeatureMap;

/**
 * Two sums per channel over all pixels of a minibatch, first by blocks of rows. How rows are cut
 * depends on their number alone, so that sums have the same bits on every device.
 */
final class ChannelSums {
  private static final int MOST_BLOCKS = 256;
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

  /** Mean and variance of features. */
  void moments(String label, Place x, Place mean, Place variance) {
    plan.columns(
        label,
        PlanBuilder.over("moments", map),
        channels,
        blocks,
        x,
        rows,
        channels,
        rowsOfBlock,
        parts);
    plan.each(
        label, "finishMoments", map, channels, parts, blocks, rows, channels, x, mean, variance);
  }

  /** Sums of a gradient, and of it times the normalised input, where there is an input. */
  void ofGradient(String label, Place x, Place relu, Place gradient, Place mean, Place inverse) {
    plan.columns(
        label,
        PlanBuilder.over("gradientSums", map),
        channels,
        blocks,
        x,
        relu,
        gradient,
        rows,
        channels,
        rowsOfBlock,
        mean,
        inverse,
        parts);
  }

  /** Adds the blocks' parts up. */
  void finish(String label, Place first, Place second) {
    plan.each(label, "finishSums", channels, parts, blocks, channels, first, second);
  }
}
