package org.networkfission.jobs.train.server;

import java.nio.FloatBuffer;
import org.networkfission.model.backend.FlatVector;

/**
 * The moving average of one slice of the parameters: {@code average += (1 - d) * (parameter -
 * average)} with {@code d = min(decay, (1 + step) / (10 + step))}, as in TensorFlow, so that the
 * first steps do not weigh for ever.
 */
public final class MovingAverage {
  private final double decay;
  private final FlatVector parameters;
  private final int from;
  private final float[] values;

  /**
   * Goes on with an average.
   *
   * @param decay 0 to below 1
   * @param from the slice's first element
   * @param values so far, of the slice; updated in place
   */
  public MovingAverage(double decay, FlatVector parameters, int from, float[] values) {
    this.decay = decay;
    this.parameters = parameters;
    this.from = from;
    this.values = values;
  }

  /** Begins an average at the parameters as they are. */
  public static MovingAverage begin(double decay, FlatVector parameters, int from, int to) {
    return new MovingAverage(decay, parameters, from, parameters.read(from, to - from));
  }

  public float[] values() {
    return values;
  }

  /** Takes the parameters after a step in. */
  public void update(long step) {
    float share = (float) (1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
    parameters.fetch(from, values.length);
    FloatBuffer all = parameters.memory().asFloatBuffer();
    float[] block = new float[ParameterServer.BLOCK];
    for (int at = 0; at < values.length; at += block.length) {
      int length = Math.min(block.length, values.length - at);
      all.get(from + at, block, 0, length);
      for (int i = 0; i < length; i++) {
        values[at + i] += share * (block[i] - values[at + i]);
      }
    }
  }
}
