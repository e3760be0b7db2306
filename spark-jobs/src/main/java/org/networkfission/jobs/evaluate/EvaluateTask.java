package org.networkfission.jobs.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.cluster.TaskAttempt;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.jobs.evaluate.Inference.Predictions;
import org.networkfission.jobs.report.Contender;
import org.networkfission.model.evaluation.ConstantFit;
import org.networkfission.model.evaluation.FrameRef;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.ShardFile;

/**
 * Evaluates some ranges of rows on an executor. While the network computes a batch, the next one is
 * read and decoded, and the last one judged.
 */
final class EvaluateTask implements FlatMapFunction<Iterator<RowRange>, Part> {
  private static final long serialVersionUID = 1;

  private final String dataset;
  private final HashMap<String, ShardFile> shards;
  private final int batchSize;
  private final int replicates;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<Models> models;
  private final Broadcast<ConstantFit> constant;
  private final PredictionOutput output;
  private final LongAccumulator done;

  /** A batch that the models compute. */
  private record Pending(
      List<FrameRef> frames,
      List<GroundTruth> truths,
      Future<Map<Contender, Predictions>> predictions) {}

  /**
   * @param shards by their path: whoever evaluates a shard's first rows reads all of its bytes and
   *     compares them with the manifest
   */
  EvaluateTask(
      String dataset,
      Map<String, ShardFile> shards,
      EvaluateSettings settings,
      Broadcast<SerializableConfiguration> hadoop,
      Broadcast<Models> models,
      Broadcast<ConstantFit> constant,
      PredictionOutput output,
      LongAccumulator done) {
    this.dataset = dataset;
    this.shards = new HashMap<>(shards);
    this.batchSize = settings.batchSize();
    this.replicates = settings.replicates();
    this.hadoop = hadoop;
    this.models = models;
    this.constant = constant;
    this.output = output;
    this.done = done;
  }

  @Override
  public Iterator<Part> call(Iterator<RowRange> ranges) throws Exception {
    long start = System.nanoTime();
    Device.take(TaskContext.get());
    if (output.format() == PredictionFormat.PNG) {
      TaskAttempt.requireSoleWriter();
    }
    Inference inference = Inference.of(models.value());
    try (Run run = new Run(inference)) {
      while (ranges.hasNext()) {
        evaluate(ranges.next(), run);
      }
      run.part.busy(System.nanoTime() - start);
      TaskLog.done("evaluated " + dataset, run.part.frames(), "frames", 0, start);
      return List.of(run.part).iterator();
    }
  }

  private void evaluate(RowRange range, Run run) throws IOException {
    String piece = "%05d-%07d%s".formatted(range.position(), range.from(), TaskAttempt.suffix());
    Future<Optional<String>> damage =
        range.beginsShard()
            ? inBackground(() -> damage(shards.get(range.file())))
            : CompletableFuture.completedFuture(Optional.empty());
    PredictionOutput.Writer writer = output.open(piece, hadoop.value().value());
    try (writer) {
      run.range(range, writer);
    }
    run.part.wrote(writer.files());
    await(damage).ifPresent(run.part::damaged);
  }

  /** In a thread of this task's: those of the common pool have not the user's rights on HDFS. */
  private static <T> Future<T> inBackground(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "fission-shard-check");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** What is wrong with a shard; empty where its bytes are what the manifest lists. */
  private Optional<String> damage(ShardFile shard) throws IOException {
    try {
      shard.requireIntact(new Path(dataset), hadoop.value().value());
      return Optional.empty();
    } catch (InputException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** The state of one call. */
  private final class Run implements Closeable {
    private final Inference inference;
    private final RangeReader reader;
    private final Map<ImageSize, Prediction> constants = new HashMap<>();
    private final Part part;
    private final List<LabeledImage> images = new ArrayList<>();
    private final List<FrameRef> frames = new ArrayList<>();
    private Optional<Pending> pending = Optional.empty();
    private PredictionOutput.Writer writer;

    Run(Inference inference) {
      this.inference = inference;
      part = new Part(inference.spec().classes(), replicates, models.value().protocol().crop());
      inference.arithmetic().ifPresent(part::computedWith);
      reader =
          new RangeReader(
              new Path(dataset),
              hadoop.value().value(),
              inference.spec().classes(),
              part.corrupt());
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }

    void range(RowRange range, PredictionOutput.Writer to) throws IOException {
      writer = to;
      reader.read(
          range,
          (image, row) -> {
            images.add(image);
            frames.add(new FrameRef(image.key(), row, range.position()));
            if (images.size() == batchSize) {
              submit();
            }
          });
      if (!images.isEmpty()) {
        submit();
      }
      finish();
    }

    private void submit() {
      Inference.Shown shown = inference.show(images);
      Pending next = new Pending(List.copyOf(frames), shown.truths(), inference.predict(shown));
      images.clear();
      frames.clear();
      finish();
      pending = Optional.of(next);
    }

    private void finish() {
      pending.ifPresent(this::judge);
      pending = Optional.empty();
    }

    private void judge(Pending batch) {
      Map<Contender, Predictions> predictions = await(batch.predictions());
      for (int i = 0; i < batch.frames().size(); i++) {
        int image = i;
        Map<Contender, Prediction> byContender = new EnumMap<>(Contender.class);
        predictions.forEach((contender, p) -> byContender.put(contender, p.images().get(image)));
        GroundTruth truth = batch.truths().get(i);
        byContender.put(
            Contender.CONSTANT,
            constants.computeIfAbsent(
                new ImageSize(truth.width(), truth.height()),
                size -> constant.value().prediction(size.width(), size.height())));
        FrameRef frame = batch.frames().get(i);
        part.add(frame, truth, byContender);
        write(frame.key(), byContender.get(Contender.TRAINED));
      }
      predictions.forEach((contender, p) -> part.predicted(contender, p.nanos()));
      done.add(batch.frames().size());
    }

    private void write(String key, Prediction prediction) {
      try {
        writer.write(key, prediction);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static <T> T await(Future<T> predictions) {
    try {
      return predictions.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot predict: the task was cancelled", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      } else if (e.getCause() instanceof IOException cause) {
        throw new UncheckedIOException(cause);
      }
      throw new IllegalStateException("Cannot predict: " + e.getCause(), e.getCause());
    }
  }
}
