package org.networkfission.jobs.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.model.network.Task;
import org.networkfission.prep.settings.Json;

/**
 * What decides a row's figures, as JSON, with what decides those of the row that it begins from:
 * rows that agree in it are the same training.
 */
final class Identity {
  private static final Set<String> NETWORK_ASIDE = Set.of("compute");
  private static final Set<String> TRAIN_ASIDE =
      Set.of(
          "output",
          "input",
          "checkpoint",
          "exchange",
          "log-every",
          "validation",
          "start-timeout",
          "initialise");

  private static final String START = "before";

  /** What a report's figures depend on. */
  private static final List<String> EVALUATION =
      List.of("split", "data", "weights", "size", "crop", "window", "augment");

  private Identity() {}

  static JsonNode of(StudyRow row) {
    JsonNode all = ResolvedConfig.of(row.layers()).json();
    ObjectNode identity = Json.MAPPER.createObjectNode();
    identity.put("initialise", row.start().text());
    row.start().row().ifPresent(before -> identity.set(START, of(before)));
    ObjectNode network = all.get("network").deepCopy();
    identity.set("network", network.remove(NETWORK_ASIDE));
    ObjectNode losses = all.get("losses").deepCopy();
    for (Task task : Task.values()) {
      if (!row.settings().network().tasks().contains(task)) {
        losses.remove(task.id());
      }
    }
    identity.set("losses", losses);
    ObjectNode train = all.get("train").deepCopy();
    train.remove(TRAIN_ASIDE);
    train.set("skip", all.at("/train/initialise/skip"));
    train.set("freeze", all.at("/train/initialise/freeze"));
    identity.set("train", train);
    identity.put("executors", row.settings().cluster().executors().max());
    for (String key : EVALUATION) {
      identity.set(key, all.at("/evaluate/" + key));
    }
    return identity;
  }

  /**
   * Where two identities differ, as {@code key = second (first)}. Keys that only one has do not
   * count: a later version of the product may know more of them.
   */
  static List<String> differences(JsonNode first, JsonNode second) {
    List<String> differences = new ArrayList<>();
    collect("", first, second, differences);
    return differences;
  }

  /** Whether a difference is one of the row that a row begins from. */
  static boolean isOfStart(String difference) {
    return difference.startsWith(START + ".");
  }

  private static void collect(
      String path, JsonNode first, JsonNode second, List<String> differences) {
    if (first.isObject() && second.isObject()) {
      first
          .fields()
          .forEachRemaining(
              field -> {
                JsonNode other = second.get(field.getKey());
                if (other != null) {
                  String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                  collect(key, field.getValue(), other, differences);
                }
              });
    } else if (!same(first, second)) {
      differences.add("%s = %s (%s)".formatted(path, text(second), text(first)));
    }
  }

  private static boolean same(JsonNode first, JsonNode second) {
    return (first.isNumber() && second.isNumber())
        ? first.asDouble() == second.asDouble()
        : first.equals(second);
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }
}
