package org.networkfission.prep.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with the components of a record of settings, for use in its constructor:
 *
 * <pre>{@code
 * new Check()
 *     .that("classes", classes, classes >= 2, "at least 2, void included")
 *     .that("rate", rate, rate > 0, "positive")
 *     .done();
 * }</pre>
 */
public final class Check {
  private final List<InvalidSettings.Problem> problems = new ArrayList<>();

  /**
   * Notes a problem where a component does not hold.
   *
   * @param component the record component's name
   * @param value its value
   * @param holds whether the value is allowed
   * @param allowed what is allowed, to follow the words "must be"
   */
  public Check that(String component, Object value, boolean holds, String allowed) {
    if (!holds) {
      problems.add(new InvalidSettings.Problem(component, value, allowed));
    }
    return this;
  }

  /**
   * Ends the check.
   *
   * @throws InvalidSettings if any component did not hold
   */
  public void done() {
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }
}
