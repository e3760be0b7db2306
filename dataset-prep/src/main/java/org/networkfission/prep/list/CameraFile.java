package org.networkfission.prep.list;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.storage.TextFile;

/**
 * The camera's intrinsics as data sets publish them: a matrix of 3 x 3 or 4 x 4 numbers in text
 * (SUN RGB-D, ScanNet), or JSON with {@code fx, fy, cx, cy} or Cityscapes' {@code u0, v0}, by
 * themselves or in {@code intrinsic}.
 */
final class CameraFile {
  private static final int SMALL = 9;
  private static final int LARGE = 16;

  private CameraFile() {}

  /** The values of the columns fx, fy, cx and cy. */
  static Map<String, String> read(Path file, Configuration hadoop) throws IOException {
    String text = String.join("\n", TextFile.lines(file, hadoop)).strip();
    List<String> values = text.startsWith("{") ? json(text, file) : matrix(text, file);
    Map<String, String> camera = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      camera.put(List.of("fx", "fy", "cx", "cy").get(i), values.get(i));
    }
    return camera;
  }

  private static List<String> matrix(String text, Path file) {
    List<String> words = Arrays.asList(text.split("[\\s,;]+"));
    if (words.size() == SMALL) {
      return List.of(words.get(0), words.get(4), words.get(2), words.get(5));
    } else if (words.size() == LARGE) {
      return List.of(words.get(0), words.get(5), words.get(2), words.get(6));
    }
    throw new InputException(
        "Cannot read the camera %s: it has %d numbers, must have 9 or 16"
            .formatted(file, words.size()));
  }

  private static List<String> json(String text, Path file) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new InputException(
          "Cannot read the camera %s: %s".formatted(file, e.getOriginalMessage()), e);
    }
    JsonNode camera = root.has("intrinsic") ? root.get("intrinsic") : root;
    return List.of(
        number(camera, file, "fx"),
        number(camera, file, "fy"),
        number(camera, file, "cx", "u0"),
        number(camera, file, "cy", "v0"));
  }

  private static String number(JsonNode camera, Path file, String... names) {
    for (String name : names) {
      if (camera.path(name).isNumber()) {
        return camera.get(name).asText();
      }
    }
    throw new InputException(
        "Cannot read the camera %s: it has no number %s"
            .formatted(file, String.join(" or ", names)));
  }
}
