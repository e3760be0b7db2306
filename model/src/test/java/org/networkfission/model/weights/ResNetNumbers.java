package org.networkfission.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * One set of numbers for a pre-activation ResNet-50 of an eighth of the width, by Keras's names,
 * and the features that AdapNet++'s encoder computes with them: in double, loop by loop, knowing
 * nothing of the product's networks.
 */
final class ResNetNumbers {
  static final int[] UNITS = {3, 4, 6, 3};
  static final int STEM = 8;
  private static final double EPSILON = 1e-5;

  /**
   * A tensor.
   *
   * @param shape of a kernel [out, in, size, size], of all else [n]
   */
  record Numbers(int[] shape, float[] values) {
    int count() {
      return values.length;
    }
  }

  private final Map<String, Numbers> all = new LinkedHashMap<>();
  private final Random random = new Random(5);

  ResNetNumbers() {
    convolution("conv1_conv", 3, STEM, 7);
    int in = STEM;
    for (int stage = 0; stage < 4; stage++) {
      int inner = STEM << stage;
      for (int unit = 1; unit <= UNITS[stage]; unit++) {
        String name = "conv%d_block%d_".formatted(stage + 2, unit);
        norm(name + "preact_bn", in);
        convolution(name + "1_conv", in, inner, 1);
        norm(name + "1_bn", inner);
        convolution(name + "2_conv", inner, inner, 3);
        norm(name + "2_bn", inner);
        if (unit == 1) {
          convolution(name + "0_conv", in, 4 * inner, 1);
        }
        convolution(name + "3_conv", inner, 4 * inner, 1);
        in = 4 * inner;
      }
    }
    norm("post_bn", in);
  }

  private void convolution(String layer, int in, int out, int size) {
    float[] values = new float[out * in * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / (in * size * size)));
    }
    all.put(layer + "/kernel", new Numbers(new int[] {out, in, size, size}, values));
  }

  private void norm(String layer, int channels) {
    for (String tensor : new String[] {"gamma", "beta", "moving_mean", "moving_variance"}) {
      float[] values = new float[channels];
      boolean positive = tensor.equals("gamma") || tensor.equals("moving_variance");
      for (int i = 0; i < channels; i++) {
        values[i] = positive ? 0.5f + random.nextFloat() : random.nextFloat() - 0.5f;
      }
      all.put(layer + "/" + tensor, new Numbers(new int[] {channels}, values));
    }
  }

  Numbers get(String name) {
    return all.get(name);
  }

  void forEach(BiConsumer<String, Numbers> action) {
    all.forEach(action);
  }

  int size() {
    return all.size();
  }

  // ---- features ----

  /** [channels][rows][columns] of one image. */
  double[][][] features(double[][][] image) {
    // The network's own batch norm of the input is new: it divides by sqrt(1 + epsilon).
    double[][][] x = map(image, v -> v / Math.sqrt(1 + EPSILON));
    x = relu(norm(convolve(x, "conv1_conv", 2, 1), "conv2_block1_preact_bn"));
    x = pool(x);
    for (int stage = 0; stage < 4; stage++) {
      for (int unit = 1; unit <= UNITS[stage]; unit++) {
        x = unit(x, stage, unit);
      }
    }
    return relu(norm(x, "post_bn"));
  }

  private double[][][] unit(double[][][] x, int stage, int unit) {
    String name = "conv%d_block%d_".formatted(stage + 2, unit);
    boolean first = unit == 1;
    // The very first unit's input is activated by the batch norm behind the first convolution.
    double[][][] pre = stage == 0 && first ? x : relu(norm(x, name + "preact_bn"));
    int stride = first && (stage == 1 || stage == 2) ? 2 : 1;
    double[][][] one = relu(norm(convolve(pre, name + "1_conv", 1, 1), name + "1_bn"));
    double[][][] two;
    if (stage == 3 || (stage == 2 && unit > 2) || (stage == 1 && unit == 4)) {
      two = halves(one, name + "2_conv", stage == 3 ? 2 : 1);
    } else {
      two = convolve(one, name + "2_conv", stride, 1);
    }
    double[][][] y = convolve(relu(norm(two, name + "2_bn")), name + "3_conv", 1, 1);
    if (!first) {
      return add(y, x);
    }
    return add(y, convolve(stage == 0 ? one : pre, name + "0_conv", stride, 1));
  }

  /** The first half of the output channels at one rate, the second at rate 2. */
  private double[][][] halves(double[][][] x, String layer, int rate) {
    double[][][] first = convolve(x, layer, 1, rate);
    double[][][] second = convolve(x, layer, 1, 2);
    double[][][] both = first.clone();
    for (int c = both.length / 2; c < both.length; c++) {
      both[c] = second[c];
    }
    return both;
  }

  private double[][][] convolve(double[][][] x, String layer, int stride, int rate) {
    Numbers kernel = all.get(layer + "/kernel");
    int size = kernel.shape()[2];
    int in = kernel.shape()[1];
    int rows = x[0].length / stride;
    int columns = x[0][0].length / stride;
    int top = before(x[0].length, rows, size, stride, rate);
    int left = before(x[0][0].length, columns, size, stride, rate);
    double[][][] y = new double[kernel.shape()[0]][rows][columns];
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < in; i++) {
        for (int ky = 0; ky < size; ky++) {
          for (int kx = 0; kx < size; kx++) {
            double weight = kernel.values()[((o * in + i) * size + ky) * size + kx];
            for (int r = 0; r < rows; r++) {
              int sourceRow = r * stride + ky * rate - top;
              if (sourceRow < 0 || sourceRow >= x[0].length) {
                continue;
              }
              for (int c = 0; c < columns; c++) {
                int sourceColumn = c * stride + kx * rate - left;
                if (sourceColumn >= 0 && sourceColumn < x[0][0].length) {
                  y[o][r][c] += weight * x[i][sourceRow][sourceColumn];
                }
              }
            }
          }
        }
      }
    }
    return y;
  }

  /** Zeros before the first row or column, as TensorFlow's SAME. */
  private static int before(int in, int out, int size, int stride, int rate) {
    return Math.max(0, (out - 1) * stride + (size - 1) * rate + 1 - in) / 2;
  }

  private double[][][] norm(double[][][] x, String layer) {
    double[][][] y = new double[x.length][][];
    for (int c = 0; c < x.length; c++) {
      double gamma = all.get(layer + "/gamma").values()[c];
      double beta = all.get(layer + "/beta").values()[c];
      double mean = all.get(layer + "/moving_mean").values()[c];
      double variance = all.get(layer + "/moving_variance").values()[c];
      double scale = gamma / Math.sqrt(variance + EPSILON);
      y[c] = map(new double[][][] {x[c]}, v -> (v - mean) * scale + beta)[0];
    }
    return y;
  }

  private static double[][][] pool(double[][][] x) {
    double[][][] y = new double[x.length][x[0].length / 2][x[0][0].length / 2];
    for (int c = 0; c < x.length; c++) {
      for (int r = 0; r < y[0].length; r++) {
        for (int k = 0; k < y[0][0].length; k++) {
          double largest = Double.NEGATIVE_INFINITY;
          for (int i = 2 * r; i < Math.min(2 * r + 3, x[0].length); i++) {
            for (int j = 2 * k; j < Math.min(2 * k + 3, x[0][0].length); j++) {
              largest = Math.max(largest, x[c][i][j]);
            }
          }
          y[c][r][k] = largest;
        }
      }
    }
    return y;
  }

  private static double[][][] relu(double[][][] x) {
    return map(x, v -> Math.max(0, v));
  }

  private static double[][][] map(double[][][] x, java.util.function.DoubleUnaryOperator function) {
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int c = 0; c < y.length; c++) {
      for (int r = 0; r < y[0].length; r++) {
        for (int k = 0; k < y[0][0].length; k++) {
          y[c][r][k] = function.applyAsDouble(x[c][r][k]);
        }
      }
    }
    return y;
  }

  private static double[][][] add(double[][][] left, double[][][] right) {
    double[][][] sum = new double[left.length][left[0].length][left[0][0].length];
    for (int c = 0; c < sum.length; c++) {
      for (int r = 0; r < sum[0].length; r++) {
        for (int k = 0; k < sum[0][0].length; k++) {
          sum[c][r][k] = left[c][r][k] + right[c][r][k];
        }
      }
    }
    return sum;
  }
}
