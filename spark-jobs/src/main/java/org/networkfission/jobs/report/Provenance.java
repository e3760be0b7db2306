package org.networkfission.jobs.report;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * How a report came about: {@code provenance.json}.
 *
 * @param facts checkpoint, data, versions, cluster, times; in the order in which they are shown
 * @param configuration the resolved configuration
 */
public record Provenance(Map<String, String> facts, JsonNode configuration) {
  /** The file's name. */
  public static final String FILE_NAME = "provenance.json";

  /** The file's bytes. */
  public byte[] toJson() {
    try {
      return Report.JSON.writeValueAsBytes(this);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write " + FILE_NAME, e);
    }
  }
}
