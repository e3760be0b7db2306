package org.networkfission.model.backend;

import java.nio.FloatBuffer;
import org.networkfission.model.op.Op;
import org.networkfission.model.parallel.Workers;

/**
 * Bilinear upsampling of floats, row-major, on all threads: first along the rows, then along the
 * columns, and back the other way round. Of a few channels that is several times faster than
 * libraries whose vectors lie across channels. No bit depends on the number of threads.
 */
public final class Bilinear {
  private final int planes;
  private final Axis rows;
  private final Axis columns;

  /**
   * Upsampling of a minibatch.
   *
   * @param batch how many images it has
   */
  public Bilinear(Op.Upsampling op, int batch) {
    this.planes = batch * op.input().channels();
    this.rows = new Axis(op.input().height(), op.output().height());
    this.columns = new Axis(op.input().width(), op.output().width());
  }

  /** What the numbers of a longer line are made of, with half-pixel centres. */
  private static final class Axis {
    final int inputs;
    final int outputs;
    final int[] low;
    final int[] high;

    /** The share of the higher one. */
    final float[] share;

    Axis(int inputs, int outputs) {
      this.inputs = inputs;
      this.outputs = outputs;
      this.low = new int[outputs];
      this.high = new int[outputs];
      this.share = new float[outputs];
      for (int i = 0; i < outputs; i++) {
        float at = Math.max(0, (i + 0.5f) * inputs / outputs - 0.5f);
        low[i] = Math.min((int) at, inputs - 1);
        high[i] = Math.min(low[i] + 1, inputs - 1);
        share[i] = high[i] == low[i] ? 0 : at - low[i];
      }
    }
  }

  /** Makes the larger planes of the smaller ones. */
  public void forward(FloatBuffer small, FloatBuffer large) {
    Workers.forEach(planes, plane -> enlarge(small, large, plane));
  }

  private void enlarge(FloatBuffer small, FloatBuffer large, int plane) {
    float[][] wide = new float[rows.inputs][columns.outputs];
    float[] line = new float[columns.inputs];
    for (int y = 0; y < rows.inputs; y++) {
      small.get((plane * rows.inputs + y) * columns.inputs, line);
      widen(line, wide[y]);
    }
    float[] made = new float[columns.outputs];
    for (int y = 0; y < rows.outputs; y++) {
      mix(wide[rows.low[y]], wide[rows.high[y]], rows.share[y], made);
      large.put((plane * rows.outputs + y) * columns.outputs, made);
    }
  }

  private void widen(float[] line, float[] wide) {
    for (int x = 0; x < wide.length; x++) {
      float low = line[columns.low[x]];
      wide[x] = low + columns.share[x] * (line[columns.high[x]] - low);
    }
  }

  private static void mix(float[] low, float[] high, float share, float[] made) {
    for (int x = 0; x < made.length; x++) {
      made[x] = low[x] + share * (high[x] - low[x]);
    }
  }

  /** Makes the smaller planes' gradients of the larger ones'. */
  public void backward(FloatBuffer large, FloatBuffer small) {
    Workers.forEach(planes, plane -> gather(large, small, plane));
  }

  private void gather(FloatBuffer large, FloatBuffer small, int plane) {
    float[][] wide = new float[rows.inputs][columns.outputs];
    float[] line = new float[columns.outputs];
    for (int y = 0; y < rows.outputs; y++) {
      large.get((plane * rows.outputs + y) * columns.outputs, line);
      add(line, 1 - rows.share[y], wide[rows.low[y]]);
      add(line, rows.share[y], wide[rows.high[y]]);
    }
    for (int y = 0; y < rows.inputs; y++) {
      float[] narrow = new float[columns.inputs];
      for (int x = 0; x < columns.outputs; x++) {
        float part = columns.share[x] * wide[y][x];
        narrow[columns.low[x]] += wide[y][x] - part;
        narrow[columns.high[x]] += part;
      }
      small.put((plane * rows.inputs + y) * columns.inputs, narrow);
    }
  }

  private static void add(float[] line, float share, float[] sum) {
    for (int x = 0; x < sum.length; x++) {
      sum[x] += share * line[x];
    }
  }
}
