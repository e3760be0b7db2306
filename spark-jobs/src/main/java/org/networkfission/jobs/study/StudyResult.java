package org.networkfission.jobs.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.networkfission.prep.settings.Json;

/**
 * What a study has found out so far: {@code study.json}. Figures are as the table shows them,
 * shares in percent; what is not there yet is left out.
 *
 * @param differs where the settings are not those of the study's file, {@code key = value (file's)}
 */
record StudyResult(
    int schemaVersion,
    String productVersion,
    String name,
    String title,
    String source,
    List<Column> columns,
    List<ResultRow> rows,
    List<Finding> findings,
    List<String> notes,
    List<String> differs) {
  static final int SCHEMA_VERSION = 1;

  private static final ObjectMapper JSON =
      Json.INDENTED.copy().setSerializationInclusion(JsonInclude.Include.NON_NULL);

  /**
   * A row of the table.
   *
   * @param key the training's name among all studies
   * @param begins what it begins from
   * @param cells one for each column
   * @param seeds finished repetitions
   * @param parameters learned ones, auxiliary heads included
   * @param multiplyAdds of the convolutions for one image
   * @param coreHours of training, all repetitions together
   * @param curve losses of the first repetition, also of one that is not finished
   */
  record ResultRow(
      String id,
      String title,
      String group,
      String key,
      String begins,
      List<Cell> cells,
      List<Seed> seeds,
      long parameters,
      long multiplyAdds,
      Double coreHours,
      List<Loss> curve) {
    boolean finished() {
      return !seeds.isEmpty();
    }
  }

  /**
   * A figure beside the paper's.
   *
   * @param ours the mean over the repetitions
   * @param low the lowest of several repetitions; of a single one, the low end of the interval that
   *     holds 95 % of the bootstrap over the test split's frames
   * @param high likewise
   */
  record Cell(Double paper, Double ours, Double low, Double high) {
    @JsonProperty
    Double difference() {
      return paper == null || ours == null ? null : ours - paper;
    }
  }

  /**
   * A finished repetition.
   *
   * @param report its report, relative to this file
   * @param values one for each column
   */
  record Seed(long seed, String report, List<Double> values) {}

  /**
   * Mean losses over some steps of training.
   *
   * @param step the last of them
   * @param losses of the tasks' main heads, not weighted
   */
  record Loss(long step, Map<String, Double> losses) {}

  /** Whether a finding of the paper holds here. */
  enum Verdict {
    HOLDS("holds"),
    DOES_NOT_HOLD("does not hold"),
    NOT_DECIDED("not decided");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * A finding of the paper.
   *
   * @param ours the numbers that decided
   * @param paper the paper's; empty where it prints none
   */
  record Finding(String says, Verdict verdict, String ours, String paper) {}

  /** The file's bytes. */
  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write study.json", e);
    }
  }
}
