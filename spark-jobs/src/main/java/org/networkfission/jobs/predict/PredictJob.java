package org.networkfission.jobs.predict;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.inference.PhotoPredictor;
import org.networkfission.jobs.inference.TrainedModel;
import org.networkfission.jobs.inference.Weights;
import org.networkfission.jobs.predict.PredictSettings.Format;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.storage.Sha256;
import org.networkfission.prep.storage.Storage;

/**
 * Predicts ordinary photos with a trained model, in this process or on a cluster, to the same
 * bytes. All photos are listed first, and cut into parts; a part that is done is remembered, and a
 * job that is given again goes on where it stopped.
 */
public final class PredictJob {
  private static final int BYTE_CLASSES = 256;

  private final PredictSettings settings;
  private final ClusterSettings cluster;
  private final PredictionForm form;
  private final Path checkpoint;
  private final Path input;
  private final Path output;
  private final PrintWriter out;

  /**
   * Checks that everything is set.
   *
   * @param out where progress is told
   */
  public PredictJob(PredictSettings settings, ClusterSettings cluster, PrintWriter out) {
    this.settings = settings;
    this.cluster = cluster;
    this.form = PredictionForm.of(settings);
    this.checkpoint =
        new Path(ConfigException.required("predict.checkpoint", settings.checkpoint()));
    this.input = new Path(ConfigException.required("predict.input", settings.input()));
    this.output = new Path(ConfigException.required("predict.output", settings.output()));
    this.out = out;
  }

  /**
   * Predicts all photos; one that cannot be read does not keep the others from being done.
   *
   * @throws InputException if the model or too many photos could not be read
   * @throws ConfigException if the output exists
   */
  public void execute() throws IOException {
    Configuration hadoop = Cluster.hadoop(cluster);
    try (OutputFolder folder = OutputFolder.resume("predict.output", output, "predict", hadoop)) {
      Optional<String> earlier = WorkFolder.first(output).plan(hadoop);
      folder.keepWork(earlier.isPresent());
      TrainedModel model = TrainedModel.open(checkpoint, Weights.TRAINED, hadoop);
      PhotoPredictor.requirePhotos(model);
      requireByteClasses(model);
      requireInput(hadoop);
      String plan = plan(model);
      if (earlier.isPresent() && !earlier.get().equals(plan)) {
        throw new ConfigException(
            List.of(
                "predict.output = %s: it holds unfinished predictions of another input, model or configuration; delete it or choose another"
                    .formatted(output)));
      }
      WorkFolder work = earlier.isPresent() ? WorkFolder.later(output) : WorkFolder.first(output);
      if (earlier.isEmpty()) { // What a run left that was killed before it had a plan.
        work.root().getFileSystem(hadoop).delete(work.root(), true);
      }
      folder.beginWork();
      SortedMap<Integer, String> records = predict(model, plan, work, folder, hadoop);
      finish(model, work, records, folder, hadoop);
    }
  }

  /** Labels are stored in bytes, and their colours in a palette. */
  private static void requireByteClasses(TrainedModel model) {
    if (model.spec().predictsClasses() && model.spec().classes() > BYTE_CLASSES) {
      throw new InputException(
          "Cannot predict photos with %s: it has %d classes, at most %d can be stored"
              .formatted(model.path(), model.spec().classes(), BYTE_CLASSES));
    }
  }

  private void requireInput(Configuration hadoop) throws IOException {
    if (!Storage.of(input, hadoop).exists(input)) {
      throw new InputException(
          "Cannot predict %s: there is no such file or folder".formatted(input));
    }
    OutputFolder.requireFinished(input, hadoop);
  }

  /** The same for the same predictions. */
  private String plan(TrainedModel model) {
    String all =
        String.join(
            "\n",
            Product.VERSION,
            model.file().sha256(),
            input.toString(),
            settings.imageColumn().orElse(""),
            settings.keyColumn(),
            form.toString(),
            Integer.toString(settings.photosPerTask()));
    return Sha256.of(all.getBytes(StandardCharsets.UTF_8));
  }

  /** Lists and predicts what no earlier run did; returns the record of each part. */
  private SortedMap<Integer, String> predict(
      TrainedModel model, String plan, WorkFolder work, OutputFolder folder, Configuration hadoop)
      throws IOException {
    if (!settings.cluster()) {
      return predict(model, listing(plan, work, null, folder, hadoop), work, null, hadoop);
    }
    try (ClusterSession session =
        Cluster.start(cluster.oneTaskPerExecutor(), "predict", output.toString())) {
      PredictStages stages = new PredictStages(session.spark(), hadoop, work, folder.proof(), out);
      return predict(model, listing(plan, work, stages, folder, hadoop), work, stages, hadoop);
    }
  }

  /** The listing of an earlier run, or a new one; stages is null where there is no cluster. */
  private List<Chunk> listing(
      String plan, WorkFolder work, PredictStages stages, OutputFolder folder, Configuration hadoop)
      throws IOException {
    Optional<List<Chunk>> earlier = work.listing(hadoop);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    boolean named = form.format() == Format.PNG;
    List<Chunk> chunks =
        stages == null || named ? list(named, work, hadoop) : stages.list(input, settings);
    if (chunks.isEmpty()) {
      throw new InputException("Cannot predict %s: it has no photo".formatted(input));
    }
    work.finishListing(chunks, hadoop);
    work.begin(plan, hadoop);
    folder.keepWork(true);
    return chunks;
  }

  private List<Chunk> list(boolean named, WorkFolder work, Configuration hadoop)
      throws IOException {
    List<Item> items = new ArrayList<>();
    if (settings.imageColumn().isPresent()) {
      for (Path file : TableRows.files(input, hadoop)) {
        try (TableRows rows =
            new TableRows(file, settings.keyColumn(), settings.imageColumn().get(), hadoop)) {
          items.addAll(rows.items(settings.photosPerTask()));
        }
      }
    } else {
      items.addAll(PhotoList.of(input, named, hadoop));
    }
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < items.size(); from += Chunk.ITEMS) {
      List<Item> some = items.subList(from, Math.min(items.size(), from + Chunk.ITEMS));
      chunks.add(
          Chunk.write(
              work.root(), chunks.size(), attempt(work), some, settings.photosPerTask(), hadoop));
    }
    return chunks;
  }

  /** Without a cluster a killed run may have left a chunk of the name of this run's first. */
  private static String attempt(WorkFolder work) {
    return work.run() + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  }

  private SortedMap<Integer, String> predict(
      TrainedModel model,
      List<Chunk> chunks,
      WorkFolder work,
      PredictStages stages,
      Configuration hadoop)
      throws IOException {
    List<PartRef> parts = new ArrayList<>(WorkFolder.parts(chunks));
    SortedMap<Integer, String> records = work.finished(hadoop);
    if (!records.isEmpty()) {
      out.printf("predict: %,d of %,d parts were finished before%n", records.size(), parts.size());
    }
    parts.removeIf(part -> records.containsKey(part.number()));
    if (parts.isEmpty()) {
      return records;
    }
    PartTask task =
        new PartTask(
            work,
            form,
            model.spec().tasks(),
            settings.keyColumn(),
            settings.imageColumn().orElse(null),
            model.classes().palette());
    List<PartTask.Done> done =
        stages == null
            ? predictHere(task, parts, model, hadoop)
            : stages.predict(task, parts, model.file());
    done.forEach(part -> records.put(part.part(), part.record()));
    return records;
  }

  private List<PartTask.Done> predictHere(
      PartTask task, List<PartRef> parts, TrainedModel model, Configuration hadoop)
      throws IOException {
    long photos = parts.stream().mapToLong(PartRef::photos).sum();
    Progress progress = new Progress(out, "predict", "photos", photos);
    List<PartTask.Done> done = new ArrayList<>();
    long[] counted = new long[1];
    for (PartRef part : parts) {
      done.add(
          task.run(
              part,
              model.file(),
              "",
              hadoop,
              rejected -> {
                if (rejected != null) {
                  out.println("predict: " + rejected.message());
                }
                progress.at(++counted[0]);
              }));
    }
    return done;
  }

  private void finish(
      TrainedModel model,
      WorkFolder work,
      SortedMap<Integer, String> records,
      OutputFolder folder,
      Configuration hadoop)
      throws IOException {
    long predicted = 0;
    long rejected = 0;
    String first = null;
    for (String name : records.values()) {
      PartRecord record = work.read(name, hadoop);
      record.files().forEach(folder::add);
      predicted += record.predicted();
      rejected += record.rejected().size();
      if (first == null && !record.rejected().isEmpty()) {
        first = record.rejected().get(0).message();
      }
    }
    if (predicted > 0) {
      PredictionIndex index =
          new PredictionIndex(work, form, model, model.classes(), records.values(), hadoop);
      if (rejected > 0) {
        String path = "%s/part-00000%s.parquet".formatted(PredictionIndex.QUARANTINE, work.run());
        folder.add(index.quarantine(path));
      }
      folder.replace(PredictionIndex.FILE, index::write);
      folder.commit();
      out.printf("predict: %,d photos in %s%n", predicted, output);
    } else {
      folder.keepWork(false);
    }
    long photos = predicted + rejected;
    if (predicted == 0 || rejected > settings.maxQuarantinedFraction() * photos) {
      throw new InputException(
          photos == 1
              ? first
              : "Cannot predict %,d of %,d photos; the first: %s"
                  .formatted(rejected, photos, first));
    } else if (rejected > 0) {
      out.printf(
          "predict: %,d of %,d photos could not be read; %s/%s names them%n",
          rejected, photos, output, PredictionIndex.QUARANTINE);
    }
  }
}
