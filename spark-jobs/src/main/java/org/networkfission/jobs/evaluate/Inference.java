package org.networkfission.jobs.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.network.Task;

/**
 * The models of an executor, loaded once, on a thread of their own: native buffers belong to the
 * thread that made them, and reading goes on while they compute.
 */
final class Inference {
  private static Inference current;

  private final String id;
  private final Predictor trained;
  private final Optional<Predictor> untrained;
  private final Optional<Predictor> exported;
  private final ExecutorService thread;

  /**
   * The predictions for a batch, image by image.
   *
   * @param untrained empty where not asked for
   * @param exported empty where not asked for
   * @param exportedNanos how long the exported model took
   */
  record Predictions(
      List<Prediction> trained,
      List<Prediction> untrained,
      List<Prediction> exported,
      long exportedNanos) {}

  private Inference(
      String id,
      Predictor trained,
      Optional<Predictor> untrained,
      Optional<Predictor> exported,
      ExecutorService thread) {
    this.id = id;
    this.trained = trained;
    this.untrained = untrained;
    this.exported = exported;
    this.thread = thread;
  }

  /** The models; loaded if this process has not got them already. */
  static synchronized Inference of(Models models) throws IOException {
    String id = models.id();
    if (current == null || !current.id.equals(id)) {
      if (current != null) {
        current.close();
      }
      current = load(id, models);
    }
    return current;
  }

  private static Inference load(String id, Models models) throws IOException {
    ModelFile exported = models.exported();
    return new Inference(
        id,
        models.trained().load(),
        models.withUntrained() ? Optional.of(models.trained().untrained()) : Optional.empty(),
        exported == null ? Optional.empty() : Optional.of(exported.load()),
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "fission-inference");
              thread.setDaemon(true);
              return thread;
            }));
  }

  private void close() {
    thread.execute(trained::close);
    untrained.ifPresent(model -> thread.execute(model::close));
    exported.ifPresent(model -> thread.execute(model::close));
    thread.shutdown();
  }

  NetworkSpec spec() {
    return trained.spec();
  }

  /** Begins to predict a batch, whose arrays it closes. */
  Future<Predictions> predict(Batch batch) {
    return thread.submit(
        () -> {
          List<Prediction> first = predict(trained, batch);
          List<Prediction> second =
              untrained.isPresent() ? predict(untrained.get(), batch) : List.of();
          long start = System.nanoTime();
          List<Prediction> third =
              exported.isPresent() ? predict(exported.get(), batch) : List.of();
          long nanos = System.nanoTime() - start;
          batch.close();
          return new Predictions(first, second, third, nanos);
        });
  }

  /**
   * Image by image: what a model computes for an image differs in its last bits with the others in
   * its batch, and with them a count near a threshold.
   */
  private static List<Prediction> predict(Predictor model, Batch batch) {
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      INDArray image = batch.images().get(NDArrayIndex.interval(i, i + 1)).dup('c');
      Map<Task, INDArray> outputs = model.predict(image);
      predictions.addAll(Prediction.of(outputs));
      outputs.values().forEach(Inference::release);
      release(image);
    }
    return predictions;
  }

  private static void release(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
