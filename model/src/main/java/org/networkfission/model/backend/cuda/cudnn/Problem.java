package org.networkfission.model.backend.cuda.cudnn;

import java.util.List;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/**
 * A convolution of a size. Features lie [image, row, column, channel], kernels [out, row, column,
 * in].
 *
 * @param direction what is computed
 * @param type what is multiplied: bfloat16, or floats whole (FLOAT32) or rounded to 10 bits (TF32);
 *     sums are floats in any case
 * @param input [images, channels, height, width]
 * @param kernel [out, in per group, height, width]; the groups follow from the input's channels
 * @param output [images, channels, height, width]
 * @param before zeros above and to the left
 * @param after zeros below and to the right
 */
public record Problem(
    Direction direction,
    DataType type,
    List<Long> input,
    List<Long> kernel,
    List<Long> output,
    long stride,
    long dilation,
    List<Long> before,
    List<Long> after) {

  /** A convolution of a minibatch. */
  public static Problem of(Op.Convolution op, int batch, Direction direction) {
    FeatureMap x = op.input();
    FeatureMap y = op.output();
    return new Problem(
        direction,
        y.type(),
        dims(batch, x),
        List.of((long) y.channels(), (long) op.depth(), (long) op.kernel(), (long) op.kernel()),
        dims(batch, y),
        op.stride(),
        op.dilation(),
        List.of(
            (long) op.paddingBefore(x.height(), y.height()),
            (long) op.paddingBefore(x.width(), y.width())),
        List.of(
            (long) op.paddingAfter(x.height(), y.height()),
            (long) op.paddingAfter(x.width(), y.width())));
  }

  /** The convolution that a transposed one is the data gradient of: its input is our output. */
  public static Problem of(Op.TransposedConvolution op, int batch, Direction direction) {
    List<Long> padding = List.of((long) op.padding(), (long) op.padding());
    return new Problem(
        direction,
        op.output().type(),
        dims(batch, op.output()),
        List.of(
            (long) op.input().channels(),
            (long) op.output().channels(),
            (long) op.kernel(),
            (long) op.kernel()),
        dims(batch, op.input()),
        op.stride(),
        1,
        padding,
        padding);
  }

  private static List<Long> dims(int batch, FeatureMap map) {
    return List.of((long) batch, (long) map.channels(), (long) map.height(), (long) map.width());
  }
}
