package org.networkfission.prep.list;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Paths of files below a folder, such as {@code {scene}/rgb/{time}.png}: a name in braces stands
 * for a part of a path without slashes, {@code {scene**}} for one with slashes, {@code *} for
 * anything without.
 */
final class PathPattern {
  private static final Pattern PART =
      Pattern.compile("\\{([a-z][a-z0-9]*)(\\*\\*)?\\}|\\*|[^{}*]+");

  private final String text;
  private final Pattern regex;
  private final List<String> names;

  private PathPattern(String text, Pattern regex, List<String> names) {
    this.text = text;
    this.regex = regex;
    this.names = names;
  }

  /**
   * The pattern of a text.
   *
   * @throws IllegalArgumentException if the text is no pattern
   */
  static PathPattern of(String text) {
    StringBuilder regex = new StringBuilder();
    List<String> names = new ArrayList<>();
    Matcher part = PART.matcher(text);
    int at = 0;
    while (part.find() && part.start() == at) {
      at = part.end();
      String name = part.group(1);
      if (name == null) {
        regex.append(part.group().equals("*") ? "[^/]*" : Pattern.quote(part.group()));
      } else if (names.contains(name)) {
        regex.append("\\k<").append(name).append('>');
      } else {
        names.add(name);
        String any = part.group(2) == null ? "[^/]+" : ".+";
        regex.append("(?<").append(name).append('>').append(any).append(')');
      }
    }
    if (at < text.length() || text.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot use the pattern \"%s\": names in braces are of small letters and digits, as in {scene}/rgb/{time}.png"
              .formatted(text));
    }
    return new PathPattern(text, Pattern.compile(regex.toString()), List.copyOf(names));
  }

  /** The names, in the order in which they stand. */
  List<String> names() {
    return names;
  }

  /** What the names stand for in a path; nothing where it does not match. */
  Optional<Map<String, String>> match(String path) {
    Matcher matcher = regex.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    names.forEach(name -> values.put(name, matcher.group(name)));
    return Optional.of(values);
  }

  /**
   * The text with each name's value in its place.
   *
   * @throws IllegalArgumentException if a name has no value
   */
  String fill(Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    Matcher part = PART.matcher(text);
    while (part.find()) {
      String name = part.group(1);
      if (name != null && !values.containsKey(name)) {
        throw new IllegalArgumentException(
            "Cannot use \"%s\": the pattern of photos has no {%s}".formatted(text, name));
      }
      filled.append(name == null ? part.group() : values.get(name));
    }
    return filled.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
