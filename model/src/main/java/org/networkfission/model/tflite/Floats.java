package org.networkfission.model.tflite;

import java.nio.ByteBuffer;
import org.networkfission.model.export.Precision;
import org.networkfission.prep.codec.Half;
import org.networkfission.prep.frame.InputException;
import org.tensorflow.lite.schema.TensorType;

/** Features of 32-bit floats, and constants of 32 bits or of 16, which the runtime widens once. */
class Floats implements Numbers {
  /** So many constants of a tensor stay float32. */
  static final int FEW = 4;

  private final FlatGraph graph;
  private final boolean half;

  /**
   * @param precision of constants
   */
  Floats(FlatGraph graph, Precision precision) {
    if (precision == Precision.INT8) {
      throw new IllegalArgumentException("Integers need images to calibrate with");
    }
    this.graph = graph;
    this.half = precision == Precision.FLOAT16;
  }

  @Override
  public int enter(String name, int image) {
    return image;
  }

  @Override
  public int leave(String name, int features) {
    return features;
  }

  @Override
  public Numbers ofHeads() {
    return this;
  }

  @Override
  public int tensor(String name, int... shape) {
    return graph.tensor(name, shape);
  }

  /**
   * Constants, stored in the file's precision. A few stay float32, such as the image's
   * normalisation: rounding them would cost accuracy and save nothing.
   *
   * @throws InputException if one is too large for float16
   */
  @Override
  public int constant(Constants constants) {
    float[] values = constants.values();
    if (!half || values.length <= FEW) {
      ByteBuffer bytes = FlatGraph.bytes(values.length * Float.BYTES);
      for (float value : values) {
        bytes.putFloat(value);
      }
      return graph.constant(constants.name(), TensorType.FLOAT32, bytes.flip(), constants.shape());
    }
    ByteBuffer bytes = FlatGraph.bytes(values.length * Short.BYTES);
    for (float value : values) {
      if (Math.abs(value) > Half.LARGEST) {
        throw new InputException(
            "Cannot export in float16: %s holds %s, beyond float16's largest number %,.0f; export in float32"
                .formatted(constants.name(), value, Half.LARGEST));
      }
      bytes.putShort(Half.of(value));
    }
    int stored =
        graph.constant(
            constants.name() + "/float16", TensorType.FLOAT16, bytes.flip(), constants.shape());
    int whole = graph.tensor(constants.name(), constants.shape());
    graph.dequantize(3, whole, stored);
    return whole;
  }

  @Override
  public Kernel kernel(int input, Constants filter, int axis, Constants bias) {
    return new Kernel(constant(filter), constant(bias));
  }

  @Override
  public void copies(int output, int... inputs) {
    // Floats have no scale that would have to be the same.
  }

  @Override
  public int version(int ofFloats, int ofIntegers) {
    return ofFloats;
  }

  @Override
  public boolean scaledByChannel() {
    return false;
  }
}
