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
import org.networkfission.model.metric.Prediction;
import org.networkfission.model.network.NetworkSpec;
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
  private final ExecutorService thread;

  /**
   * The predictions for a batch, image by image.
   *
   * @param untrained empty where not asked for
   */
  record Predictions(List<Prediction> trained, List<Prediction> untrained) {}

  private Inference(
      String id, Predictor trained, Optional<Predictor> untrained, ExecutorService thread) {
    this.id = id;
    this.trained = trained;
    this.untrained = untrained;
    this.thread = thread;
  }

  /**
   * The models of a file; loaded if this process has not got them already.
   *
   * @param withUntrained whether the network as it was before training predicts too
   */
  static synchronized Inference of(ModelFile file, boolean withUntrained) throws IOException {
    String id = file.sha256() + withUntrained;
    if (current == null || !current.id.equals(id)) {
      if (current != null) {
        current.close();
      }
      current = load(id, file, withUntrained);
    }
    return current;
  }

  private static Inference load(String id, ModelFile file, boolean withUntrained)
      throws IOException {
    Predictor trained = file.load();
    return new Inference(
        id,
        trained,
        withUntrained ? Optional.of(file.untrained()) : Optional.empty(),
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
          release(batch);
          return new Predictions(first, second);
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

  private static void release(Batch batch) {
    release(batch.images());
    release(batch.labels());
    release(batch.normals());
    release(batch.depth());
  }

  private static void release(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
