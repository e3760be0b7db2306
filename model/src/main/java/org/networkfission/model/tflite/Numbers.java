package org.networkfission.model.tflite;

/** What the tensors of a file hold: floats, or integers that stand for them. */
interface Numbers {
  /** The tensors of a convolution's constants. */
  record Kernel(int filter, int bias) {}

  /** Takes an image of floats in: the tensor that operators read. */
  int enter(String name, int image);

  /** Gives features to the heads. */
  int leave(String name, int features);

  /** What the tensors of the heads hold: floats always, since they are what callers see. */
  Numbers ofHeads();

  /** A tensor that is computed. */
  int tensor(String name, int... shape);

  /** Numbers that features are multiplied with, or that are added to them. */
  int constant(Constants constants);

  /**
   * What a convolution multiplies with and adds.
   *
   * @param input the tensor that is convolved
   * @param axis of the filter that goes over the channels of the result
   */
  Kernel kernel(int input, Constants filter, int axis, Constants bias);

  /** Says that an operator copies numbers as they are stored. */
  void copies(int output, int... inputs);

  /** The version of an operator, by what it computes with. */
  int version(int ofFloats, int ofIntegers);

  /**
   * Whether a factor and a summand per channel are written as a depthwise convolution of 1x1, whose
   * constants have a scale per channel.
   */
  boolean scaledByChannel();
}
