package org.networkfission.jobs.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which objects a list or a watch is about: {@code labelSelector} and {@code fieldSelector}. */
final class Selector {
  private static final Pattern EQUALITY = Pattern.compile("([^!=]+?)(!=|==?)(.*)");

  private Selector() {}

  static boolean matches(JsonNode object, Map<String, String> query) {
    JsonNode labels = object.at("/metadata/labels");
    for (String term : terms(query.get("labelSelector"))) {
      Matcher equality = EQUALITY.matcher(term);
      boolean holds;
      if (equality.matches()) {
        boolean equal =
            labels.path(equality.group(1)).asText("").equals(equality.group(3))
                && labels.has(equality.group(1));
        holds = equal != equality.group(2).equals("!=");
      } else {
        holds = term.startsWith("!") ? !labels.has(term.substring(1)) : labels.has(term);
      }
      if (!holds) {
        return false;
      }
    }
    for (String term : terms(query.get("fieldSelector"))) {
      String[] pair = term.split("=", 2);
      if (!object.at("/" + pair[0].replace('.', '/')).asText("").equals(pair[1])) {
        return false;
      }
    }
    return true;
  }

  private static String[] terms(String selector) {
    return selector == null || selector.isEmpty() ? new String[0] : selector.split(",", -1);
  }
}
