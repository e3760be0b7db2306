package org.networkfission.jobs.train.server;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * The moving average of one slice of the parameters: {@code average += (1 - d) * (parameter -
 * average)} with {@code d = min(decay, (1 + step) / (10 + step))}, as in TensorFlow, so that the
 * first steps do not weigh for ever.
 */
public final class MovingAverage {
  private final double decay;
  private final FloatBuffer parameters;
  private final float[] values;

  /**
   * Goes on with an average.
   *
   * @param decay 0 to below 1
   * @param parameters the live slice, floats
   * @param values so far; updated in place
   */
  public MovingAverage(double decay, ByteBuffer parameters, float[] values) {
    this.decay = decay;
    this.parameters = parameters.asFloatBuffer();
    this.values = values;
  }

  /** Begins an average at the parameters as they are. */
  public static MovingAverage begin(double decay, ByteBuffer parameters) {
    float[] values = new float[parameters.remaining() / Float.BYTES];
    parameters.asFloatBuffer().get(values);
    return new MovingAverage(decay, parameters, values);
  }

  public float[] values() {
    return values;
  }

  /** Takes the parameters after a step in. */
  public void update(long step) {
    float share = (float) (1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
    float[] block = new float[ParameterServer.BLOCK];
    for (int from = 0; from < values.length; from += block.length) {
      int length = Math.min(block.length, values.length - from);
      parameters.get(from, block, 0, length);
      for (int i = 0; i < length; i++) {
        values[from + i] += share * (block[i] - values[from + i]);
      }
    }
  }
}
