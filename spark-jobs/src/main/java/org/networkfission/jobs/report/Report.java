package org.networkfission.jobs.report;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;

/**
 * What an evaluation found out: {@code metrics.json}, whose schema docs/evaluation.md tells. It
 * depends on the checkpoint and the data alone, not on the cluster or the time.
 *
 * @param schemaVersion of this file
 * @param productVersion the version that wrote it
 * @param data what was predicted
 * @param protocol where frames were not shown and judged as by default; null where they were
 * @param model what predicted
 * @param exported what was exported from it and judged beside it; null where not asked for
 * @param tasks by name: labels, normals, depth, aligned-depth, disparity; only those that both the
 *     network and the split have
 * @param absent the network's tasks of which the split has no truth
 * @param corrupt rows that could not be read
 * @param paper published figures to compare with; empty where there are none
 */
public record Report(
    int schemaVersion,
    String productVersion,
    Data data,
    Protocol protocol,
    Model model,
    Exported exported,
    Map<String, TaskReport> tasks,
    List<String> absent,
    Corrupt corrupt,
    List<Published> paper) {
  /** The version of the schema that is written; all before it are read. */
  public static final int SCHEMA_VERSION = 2;

  /** The file's name. */
  public static final String FILE_NAME = "metrics.json";

  static final ObjectMapper JSON =
      Json.INDENTED
          .copy()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setSerializationInclusion(JsonInclude.Include.NON_NULL);

  /**
   * What was predicted.
   *
   * @param frames how many could be read
   * @param palette a colour per class, 0xRRGGBB
   * @param manifestSha256 of {@code manifest.json}
   */
  public record Data(
      String dataset,
      String split,
      long frames,
      String classMap,
      List<String> classNames,
      List<Integer> palette,
      String manifestSha256) {}

  /**
   * How frames were shown to the network, and where its predictions were judged; each is null where
   * it is as by default.
   *
   * @param size truth: at the size of the data's frames
   * @param crop eigen: depth in the part of the frames that Eigen et al. judge
   * @param window the largest part of a frame that the network saw at once
   * @param flip whether it saw each frame mirrored, too
   * @param scales by what its input's size was multiplied, one view each
   */
  public record Protocol(
      String size, String crop, String window, Boolean flip, List<Double> scales) {
    /** Everything as by default. */
    public static final Protocol DEFAULT = new Protocol(null, null, null, null, null);

    /** What figures of other networks must agree in, to be compared; empty by default. */
    String judged() {
      List<String> parts = new ArrayList<>();
      if (size != null) {
        parts.add("judged at the size of the data's frames");
      }
      if (crop != null) {
        parts.add("depth in the part of NYUDv2's frames that Eigen et al. judge");
      }
      return String.join("; ", parts);
    }

    /** A sentence for people. */
    String sentence() {
      List<String> parts = new ArrayList<>();
      if (!judged().isEmpty()) {
        parts.add(judged());
      }
      if (window != null) {
        parts.add("predicted in windows of " + window);
      }
      if (flip != null || scales != null) {
        parts.add(
            "the mean of views%s%s"
                .formatted(
                    scales == null ? "" : " at " + scales + " of the network's size",
                    flip == null ? "" : ", mirrored and not"));
      }
      return "Predictions: " + String.join("; ", parts) + ".";
    }
  }

  /**
   * What predicted.
   *
   * @param step of training
   * @param sha256 of the model file
   * @param learned the data sets that it learned from; none where they are not known
   */
  public record Model(
      long step,
      String scheme,
      String heads,
      List<String> tasks,
      int width,
      int height,
      double widthMultiplier,
      long parameters,
      String sha256,
      List<DataFacts> learned) {
    public Model {
      learned = learned == null ? List.of() : List.copyOf(learned); // Of an older version.
    }
  }

  /**
   * A model that was exported from the network. Its latency depends on the machine, and stands with
   * the provenance.
   *
   * @param format its name, TFLite or ONNX; null in reports that were written when there was only
   *     the first
   * @param file its name
   * @param bytes its size
   * @param sameLabels share of pixels that get the network's label; null without labels
   * @param distances relative L2 distance from the network's predictions, by task
   */
  public record Exported(
      String format,
      String file,
      long bytes,
      String sha256,
      Double sameLabels,
      Map<String, Double> distances) {
    public Exported {
      format = format == null ? "TFLite" : format;
    }

    /** The provenance's key of how long it takes for a frame. */
    public String latencyKey() {
      return format.toLowerCase(Locale.ROOT) + " latency";
    }

    /** What there is to say of it beside its figures. */
    String summary(Provenance provenance) {
      List<String> parts = new ArrayList<>();
      parts.add(String.format(Locale.ROOT, "%.2f MB", bytes / 1e6));
      if (provenance.facts().containsKey(latencyKey())) {
        parts.add(provenance.facts().get(latencyKey()));
      }
      if (sameLabels != null) {
        parts.add(
            String.format(
                Locale.ROOT, "%.2f %% of the pixels get the network's label", 100 * sameLabels));
      }
      distances.forEach(
          (task, distance) ->
              parts.add(
                  String.format(Locale.ROOT, "%s off by %.2e (relative L2)", task, distance)));
      return "%s: %s: %s.".formatted(format, file, String.join("; ", parts));
    }
  }

  /**
   * The figures of one task.
   *
   * @param frames how many have a valid pixel
   * @param pixels how many are valid
   * @param metrics by id; the first one is the headline
   * @param classes of labels; null for other tasks
   * @param confusion pixels by true class (outer) and predicted class (inner); null for other tasks
   * @param errors how often each error occurs; null for labels
   * @param distances accuracy by true distance
   */
  public record TaskReport(
      long frames,
      long pixels,
      Map<String, Figure> metrics,
      List<ClassFigure> classes,
      List<List<Long>> confusion,
      Errors errors,
      List<Distance> distances,
      List<RankedFrame> best,
      List<RankedFrame> median,
      List<RankedFrame> worst) {}

  /**
   * One metric.
   *
   * @param unit share, degrees, metres or number
   * @param pooled over all valid pixels of the split, thresholds strict
   * @param reference as the authors' evaluation script; null in files of schema version 1
   * @param perFrame mean over frames, thresholds inclusive
   * @param interval low and high end that hold 95 % of the bootstrap's replicates; null without
   * @param others pooled values of the other contenders, of those that have one; keys beside the
   *     rest in JSON
   */
  public record Figure(
      String title,
      String unit,
      boolean higherIsBetter,
      double pooled,
      Double reference,
      double perFrame,
      List<Double> interval,
      @JsonAnyGetter Map<Contender, Double> others) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Figure of(ObjectNode json) {
      Map<Contender, Double> others = new EnumMap<>(Contender.class);
      for (Contender contender : Contender.values()) {
        if (json.hasNonNull(contender.id())) {
          others.put(contender, json.get(contender.id()).doubleValue());
        }
      }
      JsonNode interval = json.path("interval");
      return new Figure(
          json.required("title").asText(),
          json.required("unit").asText(),
          json.required("higherIsBetter").asBoolean(),
          json.required("pooled").asDouble(),
          json.has("perFrame") ? (Double) json.required("reference").asDouble() : null,
          json.required(json.has("perFrame") ? "perFrame" : "reference").asDouble(),
          interval.isArray()
              ? List.of(interval.get(0).doubleValue(), interval.get(1).doubleValue())
              : null,
          others);
    }

    /** The pooled value of a contender; null where it has none. */
    public Double of(Contender contender) {
      return contender == Contender.TRAINED ? (Double) pooled : others.get(contender);
    }
  }

  /**
   * A class of the labels.
   *
   * @param pixels how many the truth shows; where 0, the class is left out of every mean
   * @param iou null where the truth does not show the class
   * @param accuracy share of its pixels that were found; null where the truth does not show it
   */
  public record ClassFigure(int id, String name, long pixels, Double iou, Double accuracy) {}

  /**
   * A histogram.
   *
   * @param of what is counted: degrees, or ratio-1
   * @param binWidth the first bin begins at 0, the last one is open
   */
  public record Errors(String of, double binWidth, List<Long> counts) {}

  /**
   * Pixels at a distance.
   *
   * @param fromMetres nearest; the bin is one metre deep, the last one open
   * @param right of the right class, below 30 degrees, or below a ratio of 1.25
   */
  public record Distance(int fromMetres, long pixels, long right) {}

  /** A frame, and its own value of the task's first metric. */
  public record RankedFrame(String key, double score) {}

  /**
   * What could not be read.
   *
   * @param rows how many
   * @param keys of at most twenty of them, in order
   */
  public record Corrupt(long rows, List<String> keys) {}

  /**
   * A row of the paper's tables.
   *
   * @param source e.g. {@code supplement, Table 1}
   * @param network what was trained
   * @param values by task and metric, e.g. {@code labels/mean-iou}
   */
  public record Published(String source, String network, Map<String, Double> values) {}

  /** The file's bytes. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JacksonException e) {
      throw new IllegalStateException("Cannot write " + FILE_NAME, e);
    }
  }

  /**
   * Reads a report.
   *
   * @param folder that of an evaluation
   * @throws InputException if there is none that is finished, or one of another schema
   */
  public static Report read(Path folder, Configuration hadoop) throws IOException {
    Path file = new Path(folder, FILE_NAME);
    byte[] content =
        OutputRecord.read(folder, FILE_NAME, hadoop)
            .orElseThrow(
                () ->
                    new InputException(
                        "Cannot read report %s: it has no %s; run evaluate first"
                            .formatted(folder, FILE_NAME)));
    Report report;
    try {
      report = JSON.readValue(content, Report.class);
    } catch (JacksonException e) {
      throw new InputException("Cannot read %s: %s".formatted(file, e.getOriginalMessage()), e);
    }
    if (report.schemaVersion() < 1 || report.schemaVersion() > SCHEMA_VERSION) {
      throw new InputException(
          "Cannot read %s: its schema version is %d, this program reads %d; run evaluate again"
              .formatted(file, report.schemaVersion(), SCHEMA_VERSION));
    }
    return report;
  }
}
