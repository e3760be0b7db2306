package org.networkfission.jobs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a real API server refuses of the objects that Spark makes of a user's settings. */
final class Validation {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern LABEL =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
  private static final Pattern QUANTITY = Pattern.compile("([0-9.]+)(m|Ki|Mi|Gi|k|M|G|)");
  private static final Map<String, Double> UNITS =
      Map.of(
          "m",
          1e-3,
          "",
          1.0,
          "k",
          1e3,
          "M",
          1e6,
          "G",
          1e9,
          "Ki",
          1024.0,
          "Mi",
          1048576.0,
          "Gi",
          1073741824.0);

  private Validation() {}

  /**
   * Why an object is refused, if it is.
   *
   * @param kind in the plural, such as {@code pods}
   */
  static Optional<String> problem(String kind, JsonNode object) {
    String name = object.at("/metadata/name").asText();
    if (!NAME.matcher(name).matches()) {
      return Optional.of("metadata.name: Invalid value: \"%s\"".formatted(name));
    }
    for (var labels = object.at("/metadata/labels").fields(); labels.hasNext(); ) {
      Map.Entry<String, JsonNode> label = labels.next();
      if (!LABEL.matcher(label.getValue().asText()).matches()) {
        return Optional.of("metadata.labels: Invalid value: " + label);
      }
    }
    return kind.equals("pods")
        ? resources(object.at("/spec/containers/0/resources"))
        : Optional.empty();
  }

  private static Optional<String> resources(JsonNode resources) {
    Iterator<Map.Entry<String, JsonNode>> requests = resources.path("requests").fields();
    while (requests.hasNext()) {
      Map.Entry<String, JsonNode> request = requests.next();
      JsonNode limit = resources.path("limits").path(request.getKey());
      if (!limit.isMissingNode()
          && quantity(request.getValue().asText()) > quantity(limit.asText())) {
        return Optional.of(
            "spec.containers[0].resources.requests: Invalid value: \"%s\": must be less than or equal to %s limit of %s"
                .formatted(request.getValue().asText(), request.getKey(), limit.asText()));
      }
    }
    return Optional.empty();
  }

  /** A number with a unit, such as {@code 6144Mi}. */
  static double quantity(String text) {
    Matcher parts = QUANTITY.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("No quantity: " + text);
    }
    return Double.parseDouble(parts.group(1)) * UNITS.get(parts.group(2));
  }
}
