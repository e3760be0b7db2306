package org.networkfission.jobs.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.report.Contender;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.graph.FissionNetwork;
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
  private final Map<Contender, Predictor> models;
  private final ExecutorService thread;

  /**
   * What one model predicts for a batch.
   *
   * @param images image by image
   * @param nanos how long it took
   */
  record Predictions(List<Prediction> images, long nanos) {}

  private Inference(String id, Map<Contender, Predictor> models, ExecutorService thread) {
    this.id = id;
    this.models = models;
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
    Map<Contender, Predictor> loaded = new EnumMap<>(Contender.class);
    for (Map.Entry<Contender, ModelFile> model : models.files().entrySet()) {
      loaded.put(model.getKey(), model.getValue().load());
    }
    return new Inference(
        id,
        loaded,
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "fission-inference");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /** What the bits of the trained network's predictions depend on; nothing of an exported one's. */
  Optional<Arithmetic> arithmetic() {
    return models.get(Contender.TRAINED) instanceof FissionNetwork network
        ? Optional.of(FissionNetwork.arithmetic(network.spec()))
        : Optional.empty();
  }

  private void close() {
    models.values().forEach(model -> thread.execute(model::close));
    thread.shutdown();
  }

  NetworkSpec spec() {
    return models.get(Contender.TRAINED).spec();
  }

  /** Begins to predict a batch by every model, and closes the batch's arrays. */
  Future<Map<Contender, Predictions>> predict(Batch batch) {
    return thread.submit(
        () -> {
          Map<Contender, Predictions> predictions = new EnumMap<>(Contender.class);
          models.forEach((contender, model) -> predictions.put(contender, predict(model, batch)));
          batch.close();
          return predictions;
        });
  }

  /**
   * Image by image: what a model computes for an image differs in its last bits with the others in
   * its batch, and with them a count near a threshold.
   */
  private static Predictions predict(Predictor model, Batch batch) {
    long start = System.nanoTime();
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      INDArray image = batch.images().get(NDArrayIndex.interval(i, i + 1)).dup('c');
      Map<Task, INDArray> outputs = model.predict(image);
      predictions.addAll(Prediction.of(outputs));
      outputs.values().forEach(Inference::release);
      release(image);
    }
    return new Predictions(predictions, System.nanoTime() - start);
  }

  private static void release(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
