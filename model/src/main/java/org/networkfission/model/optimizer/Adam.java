package org.networkfission.model.optimizer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.parallel.Workers;

/**
 * Adam (Kingma and Ba, 2015) on one slice of the flat parameter vector, with the bias correction in
 * the step size as in TensorFlow: {@code p -= rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m /
 * (sqrt(v) + epsilon)}.
 *
 * <p>What it does to an element depends on that element alone, so slices of any size give the same
 * parameters. Running statistics of batch norm are not trained: their "gradient" is the difference
 * old - new, which is subtracted. Frozen tensors stay as they are, whatever their moments.
 *
 * <p>It works in blocks of plain arrays, which the JVM turns into vector instructions, several at a
 * time.
 */
public final class Adam {
  private static final int BLOCK = 4096;

  /** Blocks that a thread takes at a time. */
  private static final int SHARE = 32;

  /** Elements that are computed together: what is remembered of them fits the fastest cache. */
  private static final int ROW = 1024;

  private final AdamSettings settings;
  private final Moments moments;
  private final List<Piece> blocks;

  /**
   * What Adam remembers about a slice.
   *
   * @param from first element of the slice in the flat vector
   * @param first mean of the gradients, by element
   * @param second mean of their squares, by element
   */
  public record Moments(int from, float[] first, float[] second) {
    public Moments {
      if (first.length != second.length) {
        throw new IllegalArgumentException(
            "Cannot use moments of %d and %d elements: they must be of one length"
                .formatted(first.length, second.length));
      }
    }

    /** Those of a slice that was never updated: zeros. */
    public static Moments zeros(int from, int to) {
      return new Moments(from, new float[to - from], new float[to - from]);
    }

    /** Those of a part of the slice, copied; its bounds count in the flat vector. */
    public Moments slice(int begin, int end) {
      return new Moments(
          begin,
          Arrays.copyOfRange(first, begin - from, end - from),
          Arrays.copyOfRange(second, begin - from, end - from));
    }

    /** One past the last element of the slice in the flat vector. */
    public int to() {
      return from + first.length;
    }
  }

  /** What a thread copies a block into. */
  private static final ThreadLocal<float[][]> ROOM =
      ThreadLocal.withInitial(() -> new float[4][BLOCK]);

  /** Neighbouring elements of one treatment; {@code from} and {@code to} count in the slice. */
  private record Piece(int from, int to, Kind kind) {
    Stream<Piece> blocks() {
      return IntStream.iterate(from, at -> at < to, at -> at + BLOCK)
          .mapToObj(at -> new Piece(at, Math.min(at + BLOCK, to), kind));
    }

    int length() {
      return to - from;
    }
  }

  /**
   * Makes the optimizer of one slice.
   *
   * @param ranges those of the whole flat vector, in order, without gaps
   * @param moments of the slice; they are updated in place
   */
  public Adam(AdamSettings settings, List<ParameterRange> ranges, Moments moments) {
    this.settings = settings;
    this.moments = moments;
    List<Piece> all =
        ranges.stream()
            .map(
                range ->
                    new Piece(
                        Math.max(range.offset(), moments.from()) - moments.from(),
                        Math.min(range.offset() + range.length(), moments.to()) - moments.from(),
                        range.kind()))
            .filter(piece -> piece.from() < piece.to())
            .toList();
    int covered = all.stream().mapToInt(piece -> piece.to() - piece.from()).sum();
    if (covered != moments.first().length) {
      throw new IllegalArgumentException(
          "Cannot optimize elements %d to %d: the ranges cover %d of these %d elements"
              .formatted(moments.from(), moments.to(), covered, moments.first().length));
    }
    this.blocks =
        all.stream().filter(piece -> piece.kind() != Kind.FROZEN).flatMap(Piece::blocks).toList();
  }

  public Moments moments() {
    return moments;
  }

  /**
   * The sum of squares of the trained elements of a gradient: the slice's part of the global norm.
   * It is not finite exactly where one of them, or a running statistic, is not.
   *
   * @param gradient of the slice
   */
  public double squaredNorm(FloatBuffer gradient) {
    double[] parts = new double[blocks.size()];
    share(
        number -> {
          Piece block = blocks.get(number);
          float[] values = ROOM.get()[1];
          gradient.get(block.from(), values, 0, block.length());
          double part = sumOfSquares(values, block.length());
          parts[number] = block.kind() == Kind.RUNNING_STATISTIC ? part * 0.0 : part;
        });
    double sum = 0;
    for (double part : parts) { // In order, so that threads do not change a bit.
      sum += part;
    }
    return sum;
  }

  /** Does something for each block by its number. */
  private void share(IntConsumer work) {
    Workers.forEach(
        (blocks.size() + SHARE - 1) / SHARE,
        piece -> {
          for (int i = piece * SHARE; i < Math.min(blocks.size(), (piece + 1) * SHARE); i++) {
            work.accept(i);
          }
        });
  }

  private static double sumOfSquares(float[] values, int length) {
    // Four sums, so that an addition need not wait for the one before.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      a += (double) values[i] * values[i];
      b += (double) values[i + 1] * values[i + 1];
      c += (double) values[i + 2] * values[i + 2];
      d += (double) values[i + 3] * values[i + 3];
    }
    for (; i < length; i++) {
      a += (double) values[i] * values[i];
    }
    return a + b + c + d;
  }

  /**
   * The learning rate with the correction of the moments, which begin at zero.
   *
   * @param step counts from 0 since the moments were zero
   */
  public static float stepSize(AdamSettings settings, double rate, long step) {
    double t = step + 1.0;
    return (float)
        (rate * Math.sqrt(1 - Math.pow(settings.beta2(), t)) / (1 - Math.pow(settings.beta1(), t)));
  }

  /**
   * Takes one step.
   *
   * @param parameters of the slice; changed in place
   * @param gradient of the slice, the mean over all examples; not changed
   * @param gradientFactor what trained elements' gradients are multiplied by first, for clipping
   * @param rate learning rate
   * @param step counts from 0 since the moments were zero
   */
  public void update(
      FloatBuffer parameters, FloatBuffer gradient, double gradientFactor, double rate, long step) {
    float stepSize = stepSize(settings, rate, step);
    share(
        number -> {
          Piece block = blocks.get(number);
          float[][] room = ROOM.get();
          for (int at = block.from(); at < block.to(); at += ROW) {
            int length = Math.min(ROW, block.to() - at);
            parameters.get(at, room[0], 0, length);
            gradient.get(at, room[1], 0, length);
            if (block.kind() == Kind.RUNNING_STATISTIC) {
              subtract(room[0], room[1], length);
            } else {
              float decay = block.kind() == Kind.WEIGHT ? (float) settings.weightDecay() : 0;
              adam(room, at, length, (float) gradientFactor, decay, stepSize);
            }
            parameters.put(at, room[0], 0, length);
          }
        });
  }

  private static void subtract(float[] p, float[] g, int length) {
    for (int i = 0; i < length; i++) {
      p[i] -= g[i];
    }
  }

  /** Of what is remembered too a copy: loops that run from elsewhere stay without vectors. */
  private void adam(
      float[][] room, int from, int length, float factor, float decay, float stepSize) {
    System.arraycopy(moments.first(), from, room[2], 0, length);
    System.arraycopy(moments.second(), from, room[3], 0, length);
    adam(room[0], room[1], room[2], room[3], length, factor, decay, stepSize);
    System.arraycopy(room[2], 0, moments.first(), from, length);
    System.arraycopy(room[3], 0, moments.second(), from, length);
  }

  private void adam(
      float[] p,
      float[] g,
      float[] m,
      float[] v,
      int length,
      float factor,
      float decay,
      float stepSize) {
    float beta1 = (float) settings.beta1();
    float beta2 = (float) settings.beta2();
    float rest1 = (float) (1 - settings.beta1());
    float rest2 = (float) (1 - settings.beta2());
    float epsilon = (float) settings.epsilon();
    for (int i = 0; i < length; i++) {
      float gradient = g[i] * factor + decay * p[i];
      float first = beta1 * m[i] + rest1 * gradient;
      float second = beta2 * v[i] + rest2 * gradient * gradient;
      m[i] = first;
      v[i] = second;
      p[i] -= stepSize * first / ((float) Math.sqrt(second) + epsilon);
    }
  }
}
