package org.networkfission.prep.settings;

import java.util.List;
import java.util.stream.Collectors;

/** One or more settings that cannot be used. */
public final class InvalidSettings extends IllegalArgumentException {
  private final transient List<Problem> problems;

  /**
   * One setting that cannot be used.
   *
   * @param component the name of the record component
   * @param value what it is
   * @param allowed what it may be
   */
  public record Problem(String component, Object value, String allowed) {}

  InvalidSettings(List<Problem> problems) {
    super(
        problems.stream()
            .map(p -> "%s = %s: must be %s".formatted(p.component(), p.value(), p.allowed()))
            .collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
