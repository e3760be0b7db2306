package org.networkfission.model.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The metrics once more, from lists of pixels and straight from their definitions; shares no code
 * with the product.
 */
final class SlowMetrics {
  record LabelPixel(int truth, int predicted) {}

  record DepthPixel(double truth, double predicted) {}

  private SlowMetrics() {}

  static Map<String, Double> labels(List<LabelPixel> all) {
    List<LabelPixel> pixels = all.stream().filter(p -> p.truth() != 0).toList();
    Set<Integer> present =
        pixels.stream().map(LabelPixel::truth).collect(Collectors.toCollection(TreeSet::new));
    double iou = 0;
    double accuracy = 0;
    for (int c : present) {
      double union = pixels.stream().filter(p -> p.truth() == c || p.predicted() == c).count();
      double both = pixels.stream().filter(p -> p.truth() == c && p.predicted() == c).count();
      double truth = pixels.stream().filter(p -> p.truth() == c).count();
      iou += both / union;
      accuracy += both / truth;
    }
    double right = pixels.stream().filter(p -> p.truth() == p.predicted()).count();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("mean-iou", iou / present.size());
    values.put("pixel-accuracy", right / pixels.size());
    values.put("mean-class-accuracy", accuracy / present.size());
    return values;
  }

  static Map<String, Double> normals(List<Double> angles, boolean inclusive) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String threshold : List.of("30", "22.5", "11.25")) {
      values.put("below-" + threshold, below(angles, Double.parseDouble(threshold), inclusive));
    }
    List<Double> sorted = new ArrayList<>(angles);
    Collections.sort(sorted);
    values.put("mean-angle", sorted.stream().mapToDouble(a -> a).average().orElseThrow());
    int n = sorted.size();
    values.put("median-angle", (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2);
    return values;
  }

  static Map<String, Double> depth(List<DepthPixel> pixels, boolean inclusive) {
    List<Double> ratios =
        pixels.stream()
            .map(p -> Math.max(p.truth() / p.predicted(), p.predicted() / p.truth()))
            .toList();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("below-1.25", below(ratios, 1.25, inclusive));
    values.put("below-1.25^2", below(ratios, 1.5625, inclusive));
    values.put("below-1.25^3", below(ratios, 1.953125, inclusive));
    double[] errors = new double[4];
    for (DepthPixel p : pixels) {
      double difference = p.predicted() - p.truth();
      double log = Math.log(p.predicted()) - Math.log(p.truth());
      errors[0] += difference * difference / 1e6;
      errors[1] += log * log;
      errors[2] += Math.abs(difference) / p.truth();
      errors[3] += Math.abs(Math.log10(p.predicted()) - Math.log10(p.truth()));
    }
    double[] means = Arrays.stream(errors).map(e -> e / pixels.size()).toArray();
    values.put("rmse", Math.sqrt(means[0]));
    values.put("rmse-log", Math.sqrt(means[1]));
    values.put("abs-rel", means[2]);
    values.put("log10", means[3]);
    return values;
  }

  /** The mean of each figure over frames. */
  static Map<String, Double> mean(List<Map<String, Double>> frames) {
    Map<String, Double> mean = new LinkedHashMap<>();
    for (String id : frames.get(0).keySet()) {
      mean.put(id, frames.stream().mapToDouble(f -> f.get(id)).average().orElseThrow());
    }
    return mean;
  }

  private static double below(List<Double> values, double threshold, boolean inclusive) {
    double count = values.stream().filter(v -> inclusive ? v <= threshold : v < threshold).count();
    return count / values.size();
  }
}
