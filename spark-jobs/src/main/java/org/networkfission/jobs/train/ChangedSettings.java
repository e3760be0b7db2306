package org.networkfission.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * In which settings a run that goes on differs from the one that wrote its checkpoint. Settings
 * that the checkpoint does not have are newer than it, and are not compared.
 *
 * @param harmless those that leave what a step computes as it is
 * @param decisive all others: with them the run becomes another one
 */
record ChangedSettings(List<Change> harmless, List<Change> decisive) {
  private static final String DATASET = "train.dataset";
  private static final String DATASETS = "train.datasets";

  /** What decides a run's result, but for {@link #HARMLESS}. */
  private static final List<String> COMPARED = List.of("network", "losses", "train");

  /** Beginnings of keys; whatever is added to {@code train} decides the result until it is here. */
  private static final List<String> HARMLESS =
      List.of(
          "train.output",
          "train.grace",
          "train.resume",
          "train.steps",
          "train.recompute",
          "train.initialise.from",
          "train.input.threads",
          "train.input.read-ahead",
          "train.input.cache.",
          "train.checkpoint.",
          "train.validation.",
          "train.exchange.gpu",
          "train.exchange.port",
          "train.exchange.step-timeout",
          "train.exchange.require-authentication",
          "train.log-every",
          "train.start-timeout");

  /** A setting that differs. */
  record Change(String key, String before, String now) {
    @Override
    public String toString() {
      return "%s = %s (was %s)".formatted(key, now, before);
    }
  }

  /**
   * Compares configurations.
   *
   * @param before the checkpoint's; may be null
   * @param path makes paths whole, so that two spellings of one are the same
   */
  static ChangedSettings between(JsonNode before, JsonNode now, UnaryOperator<String> path) {
    ChangedSettings changed = new ChangedSettings(new ArrayList<>(), new ArrayList<>());
    if (before == null) {
      return changed;
    }
    SortedMap<String, JsonNode> old = new TreeMap<>();
    SortedMap<String, JsonNode> current = new TreeMap<>();
    for (String section : COMPARED) {
      flatten(section, before.path(section), old);
      flatten(section, now.path(section), current);
    }
    for (Map.Entry<String, JsonNode> setting : old.entrySet()) {
      String key = setting.getKey();
      JsonNode value = current.get(key);
      if (value != null && !same(key, setting.getValue(), value, path)) {
        boolean harmless = HARMLESS.stream().anyMatch(key::startsWith);
        (harmless ? changed.harmless : changed.decisive)
            .add(new Change(key, text(setting.getValue()), text(value)));
      }
    }
    return changed;
  }

  private static void flatten(String key, JsonNode node, Map<String, JsonNode> settings) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field -> flatten(key + "." + field.getKey(), field.getValue(), settings));
    } else if (!node.isMissingNode()) {
      settings.put(key, node);
    }
  }

  private static boolean same(String key, JsonNode a, JsonNode b, UnaryOperator<String> path) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (key.equals(DATASET) && a.isTextual() && b.isTextual()) {
      return path.apply(a.asText()).equals(path.apply(b.asText()));
    }
    if (key.equals(DATASETS) && a.size() == b.size() && a.isArray() && b.isArray()) {
      return sameDatasets(a, b, path);
    }
    // A value on the command line is text where that of a file is a number.
    return a.equals(b) || (a.isValueNode() && b.isValueNode() && sameText(a, b));
  }

  private static boolean sameDatasets(JsonNode a, JsonNode b, UnaryOperator<String> path) {
    for (int i = 0; i < a.size(); i++) {
      if (!same(DATASET, a.get(i).path("path"), b.get(i).path("path"), path)
          || !same("weight", a.get(i).path("weight"), b.get(i).path("weight"), path)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameText(JsonNode a, JsonNode b) {
    try {
      return Double.parseDouble(a.asText()) == Double.parseDouble(b.asText());
    } catch (NumberFormatException e) {
      return a.asText().equals(b.asText());
    }
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
