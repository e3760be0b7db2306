package org.networkfission.jobs.predict;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.inference.PhotoPrediction;
import org.networkfission.jobs.inference.SharedPredictor;
import org.networkfission.jobs.inference.TaskPlanes;
import org.networkfission.jobs.predict.PredictSettings.Format;
import org.networkfission.jobs.predict.PredictSettings.Size;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.prep.frame.FrameException;

/**
 * Predicts the photos of one part: while the network computes one, the next is read and decoded,
 * and the one before is encoded and written.
 *
 * @param keyColumn of tables
 * @param imageColumn of tables; null where the input is none
 * @param palette a colour per class, 0xRRGGBB
 */
record PartTask(
    WorkFolder folder,
    PredictionForm form,
    List<Task> tasks,
    String keyColumn,
    String imageColumn,
    List<Integer> palette)
    implements Serializable {
  /** Of a photo of more pixels, the next one is not begun before it is written: memory is short. */
  private static final long MOST_PIXELS_AHEAD = 1 << 24;

  /** What became of a part, as its task tells the driver. */
  record Done(int part, String record, long predicted, long rejected) implements Serializable {}

  /**
   * Does a part.
   *
   * @param attempt tells its files from those of all other attempts of this run
   * @param counted told of each photo; with what is wrong with it, or null
   */
  Done run(
      PartRef part,
      ModelFile model,
      String attempt,
      Configuration hadoop,
      Consumer<PartRecord.Rejected> counted)
      throws IOException {
    long start = System.nanoTime();
    SharedPredictor predictor = SharedPredictor.of(model);
    List<PartRecord.Rejected> rejected = new ArrayList<>();
    List<Item> items = Chunk.read(folder.root(), part, hadoop);
    PartWriter writer = writer(part, attempt, hadoop);
    try (writer;
        PhotoReader photos = new PhotoReader(items, keyColumn, imageColumn, hadoop)) {
      Deque<Work> begun = new ArrayDeque<>();
      for (LoadedPhoto photo = photos.next(); photo != null; photo = photos.next()) {
        begun.add(begin(photo, predictor));
        while (begun.size() > (mayWait(photo) ? 1 : 0)) {
          finish(begun.remove(), writer, rejected, counted);
        }
      }
      while (!begun.isEmpty()) {
        finish(begun.remove(), writer, rejected, counted);
      }
    }
    long predicted = (long) part.photos() - rejected.size();
    PartRecord record =
        new PartRecord(
            part.number(),
            predicted,
            predictor.precision().map(DataType::id).orElse(null),
            writer.files(),
            writer.images(),
            rejected);
    String what = "predicted part " + part.number();
    TaskLog.done(what, predicted, "photos", rejected.size(), start);
    return new Done(part.number(), folder.record(record, hadoop), predicted, rejected.size());
  }

  /**
   * A photo whose prediction was begun.
   *
   * @param begun null where the photo could not be read
   */
  private record Work(LoadedPhoto photo, SharedPredictor.Begun begun) {}

  private Work begin(LoadedPhoto photo, SharedPredictor predictor) {
    return new Work(
        photo,
        photo.problem() != null
            ? null
            : predictor.begin(photo.photo().image(), form.windowSize(), photo.source()));
  }

  private boolean mayWait(LoadedPhoto photo) {
    return photo.problem() != null
        || (form.windowSize().isEmpty()
            && (long) photo.photo().width() * photo.photo().height() <= MOST_PIXELS_AHEAD);
  }

  /** Writes what is predicted of a photo, or takes it as rejected. */
  private void finish(
      Work work,
      PartWriter writer,
      List<PartRecord.Rejected> rejected,
      Consumer<PartRecord.Rejected> counted)
      throws IOException {
    LoadedPhoto photo = work.photo();
    PartRecord.Rejected problem = null;
    try {
      if (photo.problem() != null) {
        throw photo.problem();
      }
      write(photo, work.begun().planes(), writer);
    } catch (FrameException e) {
      problem =
          new PartRecord.Rejected(photo.key(), photo.source(), e.reason().code(), e.getMessage());
      rejected.add(problem);
    }
    counted.accept(problem);
  }

  private void write(LoadedPhoto photo, TaskPlanes planes, PartWriter writer) throws IOException {
    PhotoPrediction small =
        form.size() == Size.NETWORK || form.format() == Format.PNG ? planes.read() : null;
    PhotoPrediction prediction =
        form.size() == Size.NETWORK
            ? small
            : planes.read(photo.photo().width(), photo.photo().height());
    writer.write(photo, prediction, small);
  }

  private PartWriter writer(PartRef part, String attempt, Configuration hadoop) throws IOException {
    Path output = new Path(folder.output());
    if (form.format() == Format.PNG) {
      return new PngPart(output, palette, hadoop);
    }
    String path =
        "%s/part-%05d%s%s.parquet"
            .formatted(TablePart.FOLDER, part.number(), folder.run(), attempt);
    return new TablePart(form, tasks, output, path, hadoop);
  }
}
