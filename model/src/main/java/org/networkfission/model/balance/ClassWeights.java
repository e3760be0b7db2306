package org.networkfission.model.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.networkfission.model.network.LabelLoss;

/**
 * What a pixel of each class counts for in the loss of labels, by how common the classes are among
 * what is trained on. All formulas are scaled so that the mean over the pixels is 1: the loss keeps
 * its size beside other tasks'. Void, and a class that no pixel has, count nothing.
 *
 * <p>With p the share of all pixels that a class has, q the share of the frames that show it, and F
 * the number of frames:
 *
 * <ul>
 *   <li>inverse frequency: 1 / p;
 *   <li>median frequency: median(f) / f, where f = p / q is the class's share of the pixels of the
 *       frames that show it (Eigen and Fergus, Predicting Depth, Surface Normals and Semantic
 *       Labels, ICCV 2015);
 *   <li>effective number: (1 - beta) / (1 - beta ^ n), where n = F p is how many whole frames the
 *       class's pixels would fill (Cui et al., Class-Balanced Loss Based on Effective Number of
 *       Samples, CVPR 2019, whose samples are images of one class). For beta = 0 all count alike;
 *       towards 1 it becomes inverse frequency.
 * </ul>
 */
public final class ClassWeights {
  private ClassWeights() {}

  /**
   * How common the classes are.
   *
   * @param pixels of each class, void first, the share of all pixels that it has
   * @param showing the share of the frames that show it
   * @param frames how many frames there are
   */
  public record Frequencies(List<Double> pixels, List<Double> showing, long frames) {
    public Frequencies {
      pixels = List.copyOf(pixels);
      showing = List.copyOf(showing);
    }
  }

  /**
   * The weights that a loss asks for.
   *
   * @return one for each class, void first; those of the loss itself where nothing is balanced
   * @throws IllegalArgumentException if no pixel has a class
   */
  public static List<Double> of(LabelLoss loss, Frequencies frequencies) {
    double[] pixels = array(frequencies.pixels());
    double[] showing = array(frequencies.showing());
    double beta = loss.beta();
    return switch (loss.balance()) {
      case NONE -> loss.classWeights();
      case INVERSE -> scaled(pixels, c -> 1 / pixels[c]);
      case MEDIAN -> {
        double median = median(pixels, showing);
        yield scaled(pixels, c -> median * showing[c] / pixels[c]);
      }
      case EFFECTIVE ->
          scaled(
              pixels,
              c -> (1 - beta) / -Math.expm1(frequencies.frames() * pixels[c] * Math.log(beta)));
    };
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * The median over the classes that there are; of an even number the mean of both in the middle.
   */
  private static double median(double[] pixels, double[] showing) {
    double[] shares =
        IntStream.range(1, pixels.length)
            .filter(c -> pixels[c] > 0)
            .mapToDouble(c -> pixels[c] / showing[c])
            .sorted()
            .toArray();
    return (shares[(shares.length - 1) / 2] + shares[shares.length / 2]) / 2;
  }

  private static List<Double> scaled(double[] pixels, IntToDoubleFunction of) {
    double[] weights = new double[pixels.length];
    double sum = 0;
    double all = 0;
    for (int c = 1; c < pixels.length; c++) {
      if (pixels[c] > 0) {
        weights[c] = of.applyAsDouble(c);
        sum += pixels[c] * weights[c];
        all += pixels[c];
      }
    }
    if (all == 0) {
      throw new IllegalArgumentException("Cannot balance classes: no pixel has one");
    }
    double factor = all / sum;
    List<Double> scaled = new ArrayList<>();
    Arrays.stream(weights).forEach(weight -> scaled.add(weight * factor));
    return scaled;
  }
}
