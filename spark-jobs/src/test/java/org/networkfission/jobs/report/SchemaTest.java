package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.networkfission.model.network.Task;

/** docs/evaluation.md tells every key of {@code metrics.json}, and no other. */
class SchemaTest {
  private static final Path DOCUMENT = Path.of("../docs/evaluation.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|.*");

  @Test
  void theDocumentTellsEveryKey() throws IOException {
    Set<String> keys = new TreeSet<>();
    collect("", Report.class, keys);

    assertThat(documented()).isEqualTo(keys);
  }

  /** The keys of the table under the schema's version. */
  private static Set<String> documented() throws IOException {
    Set<String> keys = new TreeSet<>();
    String text = Files.readString(DOCUMENT);
    String start = "`metrics.json`, schema version %d".formatted(Report.SCHEMA_VERSION);
    String section = text.substring(text.indexOf(start), text.indexOf("Metric ids:"));
    for (String line : section.lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        keys.add(row.group(1));
      }
    }
    return keys;
  }

  /** Keys of leaves: {@code a.b}, {@code list[]}, and {@code map.*} for names that vary. */
  private static void collect(String path, Type type, Set<String> keys) {
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      if (parameterized.getRawType() == List.class) {
        collect(path + "[]", arguments[0], keys);
      } else if (parameterized.getRawType() == Map.class) {
        collect(path + ".*", arguments[1], keys);
      } else {
        throw new IllegalStateException("What is %s of type %s?".formatted(path, type));
      }
    } else if (type instanceof Class<?> record && record.isRecord()) {
      for (RecordComponent component : record.getRecordComponents()) {
        if (component.getAccessor().isAnnotationPresent(JsonAnyGetter.class)) {
          for (Contender contender : EnumSet.complementOf(EnumSet.of(Contender.TRAINED))) {
            keys.add(path + "." + contender.id());
          }
          continue;
        }
        String key = path.isEmpty() ? component.getName() : path + "." + component.getName();
        collect(key, component.getGenericType(), keys);
      }
    } else {
      keys.add(path);
    }
  }

  /** Every contender's value is a key of its metric, and is read again. */
  @Test
  void contendersStandBesideTheNetworksFigure() throws IOException {
    JsonNode json = Report.JSON.readTree(SampleReport.report().toJson());
    JsonNode metric = json.at("/tasks/labels/metrics/mean-iou");

    assertThat(metric.get("pooled").doubleValue()).isEqualTo(0.375);
    assertThat(metric.get("exported").doubleValue()).isEqualTo(0.37);
    assertThat(metric.get("untrained").doubleValue()).isEqualTo(0.1);
    assertThat(metric.get("constant").doubleValue()).isEqualTo(0.2);
    assertThat(metric.get("perFrame").doubleValue()).isEqualTo(0.35);
    assertThat(metric.size()).isEqualTo(10);
    assertThat(Report.JSON.treeToValue(json, Report.class)).isEqualTo(SampleReport.report());
  }

  /** Schema version 1 had the mean over frames under the name of the reference. */
  @Test
  void aReportOfSchemaVersion1HasFiguresPerFrame() throws IOException {
    ObjectNode json = (ObjectNode) Report.JSON.readTree(SampleReport.report().toJson());
    ((ObjectNode) json.at("/tasks/labels/metrics/mean-iou")).remove("perFrame");
    Report.Figure figure =
        Report.JSON.treeToValue(json, Report.class).tasks().get("labels").metrics().get("mean-iou");
    assertThat(figure.reference()).isNull();
    assertThat(figure.perFrame()).isEqualTo(0.4);
  }

  @Test
  void theDocumentNamesEveryScoringAndMetric() throws IOException {
    String text = Files.readString(DOCUMENT);
    for (Task task : Task.values()) {
      for (var scoring : task.scorings()) {
        assertThat(text).contains("**" + scoring.id() + "**");
        scoring.metrics().forEach(metric -> assertThat(text).contains("`" + metric.id() + "`"));
      }
    }
  }
}
