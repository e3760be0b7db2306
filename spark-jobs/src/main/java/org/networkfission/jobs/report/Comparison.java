package org.networkfission.jobs.report;

import com.fasterxml.jackson.core.JacksonException;
import java.util.List;
import java.util.Map;

/**
 * Several networks on the same frames: {@code compare.json}, whose schema docs/evaluation.md tells.
 *
 * @param data what all of them predicted
 * @param networks the first one is what the others are compared with
 * @param baselines networks for one task each, that gains are over
 * @param tasks figures by task and metric
 * @param classes IoU of each class that the split shows; empty where nobody predicts labels
 * @param gains of the networks over the baselines, in their order
 * @param otherData who learned from other data than the first network, and how they differ
 */
public record Comparison(
    int schemaVersion,
    String productVersion,
    Report.Data data,
    List<Network> networks,
    List<Network> baselines,
    Map<String, Map<String, Values>> tasks,
    List<ClassIou> classes,
    List<Gain> gains,
    List<String> otherData) {
  /** The version of the schema that is written. */
  public static final int SCHEMA_VERSION = 1;

  /** The file's name. */
  public static final String FILE_NAME = "compare.json";

  /**
   * A network.
   *
   * @param path the checkpoint or the report that it was named by
   */
  public record Network(String name, String path, Report.Model model) {}

  /**
   * One metric of all networks.
   *
   * @param pooled by the network's name; networks without the task are left out
   * @param reference likewise
   * @param differences to the first network, of those that both have the task
   */
  public record Values(
      String title,
      String unit,
      boolean higherIsBetter,
      Map<String, Double> pooled,
      Map<String, Double> reference,
      List<Difference> differences) {}

  /**
   * How much one network's pooled value is above another's.
   *
   * @param of the network
   * @param from the one that it is compared with
   * @param value of {@code of} minus that of {@code from}
   * @param interval low and high end that hold 95 % of the paired replicates' differences; null
   *     where the reports have none
   */
  public record Difference(String of, String from, double value, List<Double> interval) {
    /** Whether the interval does not hold 0. */
    public boolean isClear() {
      return interval != null && (interval.get(0) > 0 || interval.get(1) < 0);
    }
  }

  /**
   * A class.
   *
   * @param iou by the network's name
   */
  public record ClassIou(int id, String name, Map<String, Double> iou) {}

  /**
   * The multi-task gain of a network (delta-m).
   *
   * @param value the mean of the changes
   * @param interval of the paired replicates; null where the reports have none
   */
  public record Gain(String of, double value, List<Double> interval, List<Change> changes) {}

  /**
   * What a network gains on one task.
   *
   * @param metric the task's headline
   * @param from the baseline
   * @param value the network's
   * @param baseline the baseline's
   * @param relative positive where it is for the better
   */
  public record Change(
      String task, String metric, String from, double value, double baseline, double relative) {}

  /** The file's bytes. */
  public byte[] toJson() {
    try {
      return Report.JSON.writeValueAsBytes(this);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write " + FILE_NAME, e);
    }
  }
}
