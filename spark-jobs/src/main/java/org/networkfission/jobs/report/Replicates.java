package org.networkfission.jobs.report;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.frame.InputException;

/**
 * The bootstrap's replicates of a report: {@code replicates.json}. Replicate k counts each frame as
 * often in every report on the same split, so that differences between reports are paired, and
 * nothing of single frames has to be kept.
 *
 * @param tasks by task and metric, the pooled value of each replicate; null where it holds no valid
 *     pixel
 */
public record Replicates(Map<String, Map<String, List<Double>>> tasks) {
  /** The file's name. */
  public static final String FILE_NAME = "replicates.json";

  /** The replicates of a metric; empty where there are none. */
  public List<Double> of(String task, String metric) {
    return tasks.getOrDefault(task, Map.of()).getOrDefault(metric, List.of());
  }

  /** The file's bytes. */
  public byte[] toJson() {
    try {
      return Report.JSON
          .writer()
          .without(com.fasterxml.jackson.databind.SerializationFeature.INDENT_OUTPUT)
          .writeValueAsBytes(this);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write " + FILE_NAME, e);
    }
  }

  /**
   * Reads those of a report.
   *
   * @param folder that of an evaluation
   * @throws InputException if it has none
   */
  public static Replicates read(Path folder, Configuration hadoop) throws IOException {
    Path file = new Path(folder, FILE_NAME);
    byte[] content =
        OutputRecord.read(folder, FILE_NAME, hadoop)
            .orElseThrow(
                () ->
                    new InputException(
                        "Cannot compare report %s: it has no %s; run evaluate again"
                            .formatted(folder, FILE_NAME)));
    try {
      return Report.JSON.readValue(content, Replicates.class);
    } catch (JacksonException e) {
      throw new InputException("Cannot read %s: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}
