package org.networkfission.model.check;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.networkfission.model.network.ComputePrecision;

/**
 * What became of checking a back end.
 *
 * @param name as {@code network.compute} says it
 * @param precision as {@code network.precision} says it
 * @param missing why it cannot compute here; empty where it can
 * @param failure what went wrong while it was checked; empty where nothing did
 * @param arithmetic what computes, with versions and instructions
 * @param errors by operation the largest difference from ND4J, as a share of the norm
 * @param losses of a few training steps of a small network, which fall
 * @param imagesPerSecond of these steps, the first left out
 */
public record BackEndReport(
    String name,
    String precision,
    String missing,
    String failure,
    String arithmetic,
    Map<String, Double> errors,
    List<Double> losses,
    double imagesPerSecond)
    implements Serializable {
  /** What a difference may be. */
  static double tolerance(String precision) {
    return switch (ComputePrecision.valueOf(precision.toUpperCase(Locale.ROOT))) {
      case AUTO, FLOAT32 -> 1e-5;
      case TF32 -> 2e-3;
      case BFLOAT16 -> 2e-2;
    };
  }

  /** Whether it computes, and computes right. */
  public boolean right() {
    return missing.isEmpty()
        && failure.isEmpty()
        && errors.values().stream().allMatch(error -> error < tolerance(precision))
        && losses.stream().allMatch(Double::isFinite)
        && losses.get(losses.size() - 1) < losses.get(0);
  }

  /** A paragraph of text. */
  List<String> lines() {
    if (!missing.isEmpty()) {
      return List.of("%-6s %-8s cannot compute here: %s".formatted(name, precision, missing));
    }
    if (!failure.isEmpty()) {
      return List.of("%-6s %-8s FAILS: %s".formatted(name, precision, failure));
    }
    Map.Entry<String, Double> worst =
        errors.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return List.of(
        "%-6s %-8s %s: %s"
            .formatted(name, precision, right() ? "computes right" : "COMPUTES WRONG", arithmetic),
        "                largest error of %d operations %.1e (%s)"
            .formatted(errors.size(), worst.getValue(), worst.getKey()),
        "                a small network: loss %.3f to %.3f in %d steps, %.1f images/s"
            .formatted(
                losses.get(0), losses.get(losses.size() - 1), losses.size(), imagesPerSecond));
  }
}
