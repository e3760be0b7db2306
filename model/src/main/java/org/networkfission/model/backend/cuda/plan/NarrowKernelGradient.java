package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;

/**
 * The gradient of a kernel one of whose sides has few channels, as the last layers of heads have,
 * which cuDNN computes in single precision by few blocks: 2.6 ms in place of 0.1 on an H100. How
 * rows are cut depends on their number alone, so that sums have the same bits on every device.
 *
 * @param wide the map of many channels, whose patches are multiplied with
 * @param narrow the map of few, in whose rows the patches are
 */
record NarrowKernelGradient(
    FeatureMap wide, FeatureMap narrow, int kernel, int stride, int dilation, int above, int left) {
  private static final int MOST_CHANNELS = 48;
  private static final int AT_ONCE = 16;
  private static final int MOST_BLOCKS = 128;
  private static final int LEAST_ROWS = 64;

  /**
   * Whether a convolution's kernel has such a gradient.
   *
   * @param multiplied what the convolution multiplies, and the narrow map is brought to
   */
  static boolean fits(FeatureMap narrow, DataType multiplied) {
    return multiplied == DataType.FLOAT32 && narrow.channels() <= MOST_CHANNELS;
  }

  /** Writes the steps. */
  void add(PlanBuilder plan, String label, Place ofWide, Place ofNarrow, Place gradient) {
    int rows = plan.rows(narrow);
    int rowsOfBlock = Math.max(LEAST_ROWS, (rows + MOST_BLOCKS - 1) / MOST_BLOCKS);
    int blocks = (rows + rowsOfBlock - 1) / rowsOfBlock;
    int patch = kernel * kernel * wide.channels();
    int elements = patch * narrow.channels();
    Place parts = plan.allocate((long) blocks * elements);
    for (int first = 0; first < narrow.channels(); first += AT_ONCE) {
      plan.blocks(
          label,
          PlanBuilder.over("kernelGradient", wide),
          (patch + Grid.THREADS - 1) / Grid.THREADS,
          blocks,
          ofWide,
          ofNarrow,
          narrow.channels(),
          first,
          (long) rows,
          narrow.height(),
          narrow.width(),
          wide.height(),
          wide.width(),
          wide.channels(),
          kernel,
          stride,
          dilation,
          above,
          left,
          rowsOfBlock,
          parts);
    }
    plan.each(label, "finishKernelGradient", elements, parts, blocks, elements, gradient);
  }
}
