package org.networkfission.jobs.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.List;
import org.networkfission.prep.settings.Json;

/**
 * What became of a unit.
 *
 * @param unit its name
 * @param split its split
 * @param rows how many frames became rows
 * @param bytes of its file of rows
 * @param rejected the frames that did not
 * @param times where the time went
 * @param file the name of its file of rows
 */
record UnitSummary(
    String unit,
    String split,
    long rows,
    long bytes,
    List<Rejected> rejected,
    PhaseTimes times,
    String file)
    implements Serializable {
  private static final ObjectMapper JSON = Json.MAPPER;

  /**
   * A frame, or a unit's frames, in quarantine.
   *
   * @param key the frame's key, or the unit's name and {@code /*}
   * @param source file and, within an archive, offset or entry
   * @param reason a code, e.g. {@code truncated}
   * @param message what is wrong, for people
   * @param frames how many frames it stands for
   */
  record Rejected(String key, String source, String reason, String message, long frames)
      implements Serializable {}

  UnitSummary {
    rejected = List.copyOf(rejected);
  }

  /** How many frames were read, good and bad. */
  long frames() {
    return rows + quarantined();
  }

  long quarantined() {
    return rejected.stream().mapToLong(Rejected::frames).sum();
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static UnitSummary ofJson(String json) throws JsonProcessingException {
    return JSON.readValue(json, UnitSummary.class);
  }
}
