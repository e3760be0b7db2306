package org.networkfission.jobs.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of docs/paper.md say what the configuration files say. */
class PaperSettingsTest {
  private static final Map<String, String> FILES =
      Map.of("SceneNet RGB-D", "scenenet", "ScanNet v2", "scannet", "NYUDv2", "nyudv2");

  /** What was read already, by the recipe; the defaults where there is none. */
  private static final Map<Optional<String>, JsonNode> LOADED = new HashMap<>();

  /** A line of a table. */
  private record Line(String data, String key, String supplement, String authors, String normal) {
    @Override
    public String toString() {
      return data + " " + key;
    }
  }

  static List<Line> lines() throws IOException {
    List<Line> lines = new ArrayList<>();
    String data = "";
    for (String text : Files.readAllLines(Path.of("..", "docs", "paper.md"))) {
      if (text.startsWith("## ")) {
        data = FILES.getOrDefault(text.substring(3), "");
      } else if (text.startsWith("| ") && text.contains("`")) {
        String[] cells = text.split("\\|", -1);
        lines.add(new Line(data, cell(cells[2]), cell(cells[3]), cell(cells[4]), cell(cells[5])));
      }
    }
    return lines;
  }

  private static String cell(String text) {
    assertThat(text.strip()).startsWith("`").endsWith("`");
    return text.strip().substring(1, text.strip().length() - 1);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aLineSaysWhatTheFilesSay(Line line) {
    assertThat(value(line.key(), line.data())).as("supplement").isEqualTo(line.supplement());
    assertThat(value(line.key(), line.data() + "-authors")).as("authors").isEqualTo(line.authors());
    assertThat(value(line.key(), null)).as("default").isEqualTo(line.normal());
  }

  /** A key that a recipe sets and no table shows would be a setting that nobody explained. */
  @Test
  void whatARecipeOfTheAuthorsChangesIsExplained() throws IOException {
    for (String data : FILES.values()) {
      List<String> explained =
          lines().stream().filter(l -> l.data().equals(data)).map(Line::key).toList();
      JsonNode supplement = json(data);
      JsonNode authors = json(data + "-authors");
      List<String> changed = new ArrayList<>();
      collect("", supplement, authors, changed);
      assertThat(explained).as(data).containsAll(changed);
    }
  }

  /** So would one that the supplement's recipe sets otherwise than the product's default. */
  @Test
  void whatARecipeOfTheSupplementChangesIsExplained() throws IOException {
    for (String data : FILES.values()) {
      List<String> explained =
          lines().stream().filter(l -> l.data().equals(data)).map(Line::key).toList();
      List<String> changed = new ArrayList<>();
      collect("", json(null), json(data), changed);
      assertThat(explained).as(data).containsAll(changed);
    }
  }

  /** The authors' second way for NYUDv2 differs from their first as the page says. */
  @Test
  void allOfTheNetworkLearnsAtATenthOfTheRate() {
    List<String> changed = new ArrayList<>();
    collect("", json("nyudv2-authors"), json("nyudv2-authors-all"), changed);

    assertThat(changed)
        .containsExactlyInAnyOrder(
            "train.steps",
            "train.learning-rate.initial",
            "train.learning-rate.decay-steps",
            "train.initialise.freeze");
    assertThat(value("train.learning-rate.initial", "nyudv2-authors-all")).isEqualTo("0.0001");
    assertThat(value("train.steps", "nyudv2-authors-all")).isEqualTo("100000");
    assertThat(value("train.learning-rate.decay-steps", "nyudv2-authors-all")).isEqualTo("100000");
    assertThat(value("train.initialise.freeze", "nyudv2-authors-all")).isEqualTo("[]");
  }

  private static void collect(String path, JsonNode first, JsonNode second, List<String> changed) {
    if (first.isObject()) {
      first
          .fields()
          .forEachRemaining(
              field ->
                  collect(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      second.get(field.getKey()),
                      changed));
    } else if (!first.equals(second)) {
      changed.add(path);
    }
  }

  private static String value(String key, String file) {
    JsonNode node = json(file).at("/" + key.replace('.', '/'));
    assertThat(node.isMissingNode()).as(key).isFalse();
    if (node.isNumber()) {
      double value = node.asDouble();
      return value == Math.rint(value)
          ? Long.toString((long) value)
          : new java.math.BigDecimal(node.asText()).stripTrailingZeros().toPlainString();
    }
    return node.isTextual() ? node.asText() : node.toString();
  }

  private static JsonNode json(String file) {
    return LOADED.computeIfAbsent(
        Optional.ofNullable(file),
        name ->
            ResolvedConfig.load(
                    name.stream().map(n -> Path.of("..", "conf", "training", n + ".conf")).toList(),
                    List.of())
                .json());
  }
}
