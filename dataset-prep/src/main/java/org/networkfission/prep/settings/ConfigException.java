package org.networkfission.prep.settings;

import java.util.List;
import java.util.Optional;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {
  private final transient List<String> problems;

  public ConfigException(List<String> problems) {
    super(
        problems.size() == 1
            ? "Cannot use the configuration: " + problems.get(0)
            : "Cannot use the configuration, %d problems:\n  %s"
                .formatted(problems.size(), String.join("\n  ", problems)));
    this.problems = List.copyOf(problems);
  }

  /**
   * The value of a key that a command cannot do without.
   *
   * @throws ConfigException if it is not set
   */
  public static <T> T required(String key, Optional<T> value) {
    return value.orElseThrow(() -> new ConfigException(List.of(missing(key))));
  }

  /** The problem of a key without a value. */
  public static String missing(String key) {
    return "%s is missing: give it as %s=...".formatted(key, key);
  }

  /** One line per problem: key, value, what is allowed, and where it was set. */
  public List<String> problems() {
    return problems;
  }
}
