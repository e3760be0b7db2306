package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.report.Contender;
import org.networkfission.jobs.report.Painter;
import org.networkfission.jobs.report.Panel;
import org.networkfission.model.evaluation.Crop;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.TruthKind;

/** Predicts some frames of a row group once more, and paints them. */
final class PanelTask implements FlatMapFunction<PanelTask.Request, Panel> {
  private static final long serialVersionUID = 1;

  private final String dataset;
  private final List<Integer> palette;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<Models> models;

  /**
   * What to paint.
   *
   * @param group a whole row group
   * @param tasks by frame key
   */
  record Request(RowRange group, Map<String, Set<Task>> tasks) implements Serializable {}

  PanelTask(
      String dataset,
      List<Integer> palette,
      Broadcast<SerializableConfiguration> hadoop,
      Broadcast<Models> models) {
    this.dataset = dataset;
    this.palette = palette;
    this.hadoop = hadoop;
    this.models = models;
  }

  @Override
  public Iterator<Panel> call(Request request) throws Exception {
    Device.take(TaskContext.get());
    Inference inference = Inference.of(models.value());
    List<LabeledImage> wanted = new ArrayList<>();
    Set<String> missing = new HashSet<>(request.tasks().keySet());
    try (RangeReader reader =
        new RangeReader(
            new Path(dataset),
            hadoop.value().value(),
            inference.spec().classes(),
            new CorruptRows())) {
      reader.read(
          request.group(),
          (image, row) -> {
            if (missing.remove(image.key())) {
              wanted.add(image);
            }
          });
    }
    List<Panel> panels = new ArrayList<>();
    Crop crop = models.value().protocol().crop();
    for (LabeledImage image : wanted) {
      Inference.Shown shown = inference.show(List.of(image));
      GroundTruth truth = shown.truths().get(0);
      Prediction prediction =
          EvaluateTask.await(inference.predict(shown)).get(Contender.TRAINED).images().get(0);
      for (Task task : request.tasks().get(image.key())) {
        boolean ofDepth = task.definition().truth() == TruthKind.DEPTH;
        GroundTruth judged = ofDepth ? crop.of(truth) : truth;
        panels.add(
            new Painter(palette, image.color(), judged, prediction).paint(image.key(), task));
      }
    }
    return panels.iterator();
  }
}
