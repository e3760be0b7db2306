package org.networkfission.model.weights;

import java.util.Arrays;

/**
 * Where in a file a tensor of a network may come from: channels {@code first} and on, along the
 * first axis, of a tensor that has so many of them.
 *
 * @param tensor its name in the file
 * @param first the first channel
 * @param channels how many the file's tensor has; 0: as many as the network's
 */
record Origin(String tensor, int first, int channels) {
  /** All of a tensor. */
  static Origin whole(String tensor) {
    return new Origin(tensor, 0, 0);
  }

  /** The shape that the file's tensor must have for a tensor of this shape. */
  long[] shape(long[] own) {
    long[] shape = own.clone();
    shape[0] = channels == 0 ? own[0] : channels;
    return shape;
  }

  /** The channels that it takes of the values of the file's tensor. */
  float[] take(float[] values, long[] own) {
    int length = 1;
    for (long size : own) {
      length = Math.toIntExact(length * size);
    }
    int from = Math.toIntExact(first * (length / own[0]));
    return channels == 0 ? values : Arrays.copyOfRange(values, from, from + length);
  }
}
