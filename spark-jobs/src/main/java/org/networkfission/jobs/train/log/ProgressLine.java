package org.networkfission.jobs.train.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one progress line says; also a line of the run's log.
 *
 * @param step steps done
 * @param steps of the whole run
 * @param epoch passes over the data begun, counted from 0
 * @param loss the weighted sum, the mean over the replicas and the steps since the last line
 * @param losses that of each task, by the task's name; its main head; of tasks that there was truth
 *     of
 * @param datasets by data set and task, the mean loss of its images since the last line; empty
 *     where there is one data set
 * @param peaks the largest absolute value of each task's output since the last line, on any replica
 * @param weights what each task's losses weighed in the last step, by the task's name; empty where
 *     that never changes
 * @param learningRate of the last step
 * @param gradientNorm global norm of the last step's mean gradient
 * @param examplesPerSecond all replicas together
 * @param secondsPerStep wall clock
 * @param shares of the time since the last line, by phase, 0 to 1, on replica 0
 * @param exchangedMegabytes pushed by replica 0 since the last line
 * @param secondsLeft at this pace
 */
public record ProgressLine(
    long step,
    long steps,
    long epoch,
    double loss,
    Map<String, Double> losses,
    Map<String, Map<String, Double>> datasets,
    Map<String, Double> peaks,
    Map<String, Double> weights,
    double learningRate,
    double gradientNorm,
    double examplesPerSecond,
    double secondsPerStep,
    Map<String, Double> shares,
    double exchangedMegabytes,
    double secondsLeft) {
  public ProgressLine {
    // Lines of earlier versions have none of these.
    weights = weights == null ? Map.of() : weights;
    datasets = datasets == null ? Map.of() : datasets;
  }

  /** The largest number that float16 holds. */
  private static final double FLOAT16_LARGEST = 65_504;

  /** Outputs that come so close to it are warned of. */
  private static final double FLOAT16_MARGIN = 4;

  /** The least number that float16 holds in full precision. */
  private static final double FLOAT16_LEAST_NORMAL = 6.1e-5;

  /** The same by TensorBoard tags. */
  Map<String, Double> scalars() {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss/total", loss);
    losses.forEach((task, value) -> scalars.put("loss/" + task, value));
    datasets.forEach(
        (dataset, tasks) ->
            tasks.forEach(
                (task, value) -> scalars.put("loss/%s/%s".formatted(dataset, task), value)));
    peaks.forEach((task, value) -> scalars.put("peak/" + task, value));
    weights.forEach((task, value) -> scalars.put("weight/" + task, value));
    scalars.put("learning-rate", learningRate);
    scalars.put("gradient-norm", gradientNorm);
    scalars.put("examples-per-second", examplesPerSecond);
    shares.forEach(
        (phase, share) -> scalars.put("seconds-per-step/" + phase, share * secondsPerStep));
    return scalars;
  }

  /** What to tell of outputs that a model exported in float16 would soon lose. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    peaks.forEach(
        (task, peak) -> {
          if (peak > FLOAT16_LARGEST / FLOAT16_MARGIN) {
            warnings.add(
                String.format(
                    Locale.ROOT,
                    "warning: %s reaches %.3g at step %d; float16, for a mobile export, ends at %,.0f",
                    task,
                    peak,
                    step,
                    FLOAT16_LARGEST));
          } else if (peak < FLOAT16_LEAST_NORMAL * FLOAT16_MARGIN) {
            warnings.add(
                String.format(
                    Locale.ROOT,
                    "warning: %s is at most %.3g at step %d; float16, for a mobile export, is exact above %.1e only",
                    task,
                    peak,
                    step,
                    FLOAT16_LEAST_NORMAL));
          }
        });
    return warnings;
  }

  /** The line for the console. */
  String line() {
    String tasks = byTask(losses, "%s %.4f");
    String weighed =
        weights.isEmpty() ? "" : "  weights (%s)".formatted(byTask(weights, "%s %.3g"));
    String times =
        shares.entrySet().stream()
            .map(e -> "%s %d%%".formatted(e.getKey(), Math.round(100 * e.getValue())))
            .collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        "step %d/%d  loss %.4f (%s)%s  rate %.2e  %.2f examples/s  %s  %s left",
        step,
        steps,
        loss,
        tasks,
        weighed,
        learningRate,
        examplesPerSecond,
        times,
        text(Duration.ofSeconds(Math.round(secondsLeft))));
  }

  /** The line for the console that tells of each data set; empty where there is one. */
  String datasetsLine() {
    return datasets.entrySet().stream()
        .map(e -> "%s (%s)".formatted(e.getKey(), byTask(e.getValue(), "%s %.4f")))
        .collect(Collectors.joining(", "));
  }

  private static String byTask(Map<String, Double> values, String format) {
    return values.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, format, e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String text(Duration left) {
    if (left.toHours() > 0) {
      return "%d h %02d min".formatted(left.toHours(), left.toMinutesPart());
    } else if (left.toMinutes() > 0) {
      return "%d min %02d s".formatted(left.toMinutes(), left.toSecondsPart());
    }
    return left.toSeconds() + " s";
  }
}
