package org.networkfission.prep.list;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.settings.Json;

/**
 * A row of a list, checked: a frame, or what is wrong with it. It travels to the executor that
 * reads the frame.
 *
 * @param line its number in the list, from 1 on
 * @param key of the frame; where the row has none, made from its line
 * @param color the photo's path, whole or relative to the list's folder
 * @param depth its path; null where there is none
 * @param labels likewise
 * @param normals likewise
 * @param code what the numbers of the depth image mean
 * @param axes of the normals
 * @param reason null where nothing is wrong
 * @param problem what is wrong; null where nothing is
 */
@JsonInclude(Include.NON_NULL)
record ListedFrame(
    long line,
    String key,
    String color,
    String depth,
    String labels,
    String normals,
    double fx,
    double fy,
    double cx,
    double cy,
    DepthCode code,
    NormalAxes axes,
    Reason reason,
    String problem) {
  private static final ObjectMapper JSON = Json.MAPPER;

  /** A row that cannot be used. */
  static ListedFrame bad(long line, String key, Reason reason, String problem) {
    String named = key == null || key.isBlank() ? "line " + line : key;
    return new ListedFrame(
        line, named, null, null, null, null, 0, 0, 0, 0, null, null, reason, problem);
  }

  boolean isBad() {
    return reason != null;
  }

  static String toJson(List<ListedFrame> frames) {
    try {
      return JSON.writeValueAsString(frames);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write rows of a list", e);
    }
  }

  static List<ListedFrame> ofJson(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read rows of a list", e);
    }
  }
}
