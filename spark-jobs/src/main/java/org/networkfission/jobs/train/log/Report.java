package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.networkfission.jobs.report.Panel;

/**
 * What a replica tells the driver.
 *
 * @param replica rank of the sender
 * @param attempt of the stage
 * @param step steps done
 * @param content what there is to say
 */
record Report(int replica, int attempt, long step, Content content) {
  /** What there is to say. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Alive.class, name = "alive"),
    @JsonSubTypes.Type(value = Line.class, name = "line"),
    @JsonSubTypes.Type(value = Advanced.class, name = "advanced"),
    @JsonSubTypes.Type(value = Validated.class, name = "validated"),
    @JsonSubTypes.Type(value = Failure.class, name = "failure"),
    @JsonSubTypes.Type(value = Arrived.class, name = "arrived"),
    @JsonSubTypes.Type(value = Newcomers.class, name = "newcomers")
  })
  sealed interface Content permits Alive, Line, Advanced, Validated, Failure, Arrived, Newcomers {}

  /** Nothing but a sign of life. */
  record Alive() implements Content {}

  /** What all other replicas must know before they begin; it waits for theirs. */
  record Arrived(String text) implements Content {}

  /** Asks whether more replicas could train. */
  record Newcomers() implements Content {}

  /** A line for the console. */
  record Line(String text) implements Content {}

  /** A line of progress. */
  record Advanced(ProgressLine progress) implements Content {}

  /**
   * What a validation gave.
   *
   * @param panels pictures of one frame, a panel per task
   */
  record Validated(Validation validation, List<Panel> panels) implements Content {}
}
