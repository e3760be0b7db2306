package org.networkfission.jobs.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;

/** A report with every part that a page can have. */
final class SampleReport {
  private static final Map<Contender, Double> OTHERS =
      Map.of(Contender.EXPORTED, 0.37, Contender.UNTRAINED, 0.1, Contender.CONSTANT, 0.2);

  private static final List<String> NAMES = List.of("void", "wall & co", "floor <b>", "bed");
  private static final List<Integer> PALETTE = List.of(0, 0xff8800, 0x33aa33, 0x3355ff);

  private SampleReport() {}

  static Report report() {
    Map<String, Report.TaskReport> tasks = new LinkedHashMap<>();
    tasks.put(
        "labels",
        task(
            "mean-iou",
            "mIoU",
            List.of(
                new Report.ClassFigure(0, NAMES.get(0), 0, null, null),
                new Report.ClassFigure(1, NAMES.get(1), 60, 0.5, 0.75),
                new Report.ClassFigure(2, NAMES.get(2), 40, 0.25, 0.5),
                new Report.ClassFigure(3, NAMES.get(3), 0, null, null)),
            List.of(
                List.of(0L, 0L, 0L, 0L),
                List.of(0L, 45L, 15L, 0L),
                List.of(5L, 15L, 20L, 0L),
                List.of(0L, 0L, 0L, 0L)),
            null));
    List<Long> angles = LongStream.range(0, 1801).boxed().toList();
    tasks.put(
        "normals",
        task("below-30", "normals < 30°", null, null, new Report.Errors("degrees", 0.1, angles)));
    List<Long> ratios = LongStream.range(0, 81).map(i -> 100 - i).boxed().toList();
    tasks.put(
        "depth",
        task(
            "below-1.25", "depth < 1.25", null, null, new Report.Errors("ratio-1", 0.025, ratios)));
    List<String> names = List.of("labels", "normals", "depth");
    return new Report(
        1,
        "0",
        new Report.Data("scenenet", "val", 6, "toy", NAMES, PALETTE, "ab"),
        new Report.Protocol("truth", "eigen", "32x24", true, List.of(1.0, 1.5)),
        new Report.Model(60, "mid", "parallel", names, 32, 24, 0.5, 1000, "cd", List.of()),
        new Report.Exported(
            "TFLite", "mobile.tflite", 2_345_678, "ef", 0.994, Map.of("normals", 0.005)),
        tasks,
        List.of(),
        new Report.Corrupt(1, List.of("scenenet/val/9")),
        PaperFigures.of("scenenet", "mid", names));
  }

  private static Report.TaskReport task(
      String id,
      String title,
      List<Report.ClassFigure> classes,
      List<List<Long>> confusion,
      Report.Errors errors) {
    List<Report.Distance> distances = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      distances.add(new Report.Distance(i, i < 6 ? 10 : 0, i < 6 ? i : 0));
    }
    return new Report.TaskReport(
        6,
        100,
        Map.of(
            id,
            new Report.Figure(title, "share", true, 0.375, 0.4, 0.35, List.of(0.3, 0.45), OTHERS)),
        classes,
        confusion,
        errors,
        distances,
        List.of(new Report.RankedFrame("scenenet/val/1", 0.9)),
        List.of(new Report.RankedFrame("scenenet/val/2", 0.4)),
        List.of(new Report.RankedFrame("scenenet/val/3", 0.1)));
  }

  /** Three replicates of each metric, around a value. */
  static Replicates replicates(double value) {
    Map<String, Map<String, List<Double>>> tasks = new LinkedHashMap<>();
    report()
        .tasks()
        .forEach(
            (task, t) ->
                t.metrics()
                    .keySet()
                    .forEach(
                        m -> tasks.put(task, Map.of(m, List.of(value, value / 2, 3 * value)))));
    return new Replicates(tasks);
  }

  /** Three frames of each task. */
  static List<Panel> panels() {
    int width = 32;
    int height = 24;
    int pixels = width * height;
    short[] labels = new short[pixels];
    float[] xyz = new float[3 * pixels];
    float[] depth = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      labels[i] = (short) (i % 3);
      xyz[3 * i + i % 3] = 1;
      depth[i] = i % 7 == 0 ? 0 : 1000 + i;
    }
    LabelMap labelMap = new LabelMap(width, height, labels);
    NormalMap normalMap = new NormalMap(width, height, xyz);
    DepthMap depthMap = new DepthMap(width, height, depth);
    Painter painter =
        new Painter(
            PALETTE,
            new ColorImage(width, height, new byte[3 * pixels]),
            new GroundTruth(
                labelMap, normalMap, new float[pixels], depthMap, EnumSet.allOf(TruthKind.class)),
            new Prediction(
                Map.of(Task.LABELS, labelMap, Task.NORMALS, normalMap, Task.DEPTH, depthMap)));
    List<Panel> panels = new ArrayList<>();
    for (Task task : List.of(Task.LABELS, Task.NORMALS, Task.DEPTH)) {
      for (int i = 1; i <= 3; i++) {
        panels.add(painter.paint("scenenet/val/" + i, task));
      }
    }
    return panels;
  }

  static Provenance provenance() {
    return new Provenance(
        Map.of("checkpoint", "hdfs://a/very/long/path/".repeat(6)),
        JsonNodeFactory.instance.objectNode().put("key", "value"));
  }
}
