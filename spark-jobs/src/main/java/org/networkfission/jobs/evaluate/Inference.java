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
import org.networkfission.jobs.inference.ModelFile;
import org.networkfission.jobs.report.Contender;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.graph.Backends;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.prep.frame.LabeledImage;

/**
 * The models of an executor, loaded once, on a thread of their own: native buffers belong to the
 * thread that made them, and reading goes on while they compute.
 */
final class Inference {
  private static Inference current;

  private final String id;
  private final NetworkSpec spec;
  private final Protocol protocol;
  private final Map<Contender, FramePredictor> models;
  private final ExecutorService thread;

  /**
   * What one model predicts for a batch.
   *
   * @param images image by image
   * @param nanos how long it took
   */
  record Predictions(List<Prediction> images, long nanos) {}

  /**
   * Frames as the models see them, and what is known of them.
   *
   * @param images a batch for each of the protocol's scales
   * @param truths of each frame, at the size that its prediction is judged at
   */
  record Shown(List<LabeledImage> frames, List<INDArray> images, List<GroundTruth> truths) {}

  private Inference(Models models, Map<Contender, FramePredictor> loaded, ExecutorService thread) {
    this.id = models.id();
    this.spec = models.spec();
    this.protocol = models.protocol();
    this.models = loaded;
    this.thread = thread;
  }

  /** The models; loaded if this process has not got them already. */
  static synchronized Inference of(Models models) throws IOException {
    String id = models.id();
    if (current == null || !current.id.equals(id)) {
      if (current != null) {
        current.close();
      }
      current = load(models);
    }
    return current;
  }

  private static Inference load(Models models) throws IOException {
    Map<Contender, FramePredictor> loaded = new EnumMap<>(Contender.class);
    for (Map.Entry<Contender, ModelFile> model : models.files().entrySet()) {
      List<Predictor> byScale = new ArrayList<>();
      for (double scale : models.protocol().scales()) {
        byScale.add(model.getValue().loadAt(scale));
      }
      loaded.put(model.getKey(), new FramePredictor(models.protocol(), byScale));
    }
    return new Inference(
        models,
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
    return trained().models().get(0) instanceof FissionNetwork network
        ? Optional.of(Backends.arithmetic(network.spec()))
        : Optional.empty();
  }

  private void close() {
    models.values().forEach(model -> thread.execute(model::close));
    thread.shutdown();
  }

  private FramePredictor trained() {
    return models.get(Contender.TRAINED);
  }

  /** The network, of the size that it was trained at. */
  NetworkSpec spec() {
    return spec;
  }

  /** Shows frames to the models, at all sizes that they are to see. */
  Shown show(List<LabeledImage> frames) {
    BatchAssembler assembler = new BatchAssembler(spec, Augmentation.NONE, 0);
    Batch batch = assembler.assemble(frames, 0);
    List<INDArray> images = new ArrayList<>();
    for (Predictor model : trained().models()) {
      boolean own = model.spec().width() == spec.width() && model.spec().height() == spec.height();
      images.add(
          own
              ? batch.images()
              : new BatchAssembler(model.spec(), Augmentation.NONE, 0)
                  .assemble(frames, 0)
                  .images());
    }
    if (!images.contains(batch.images())) {
      batch.close();
    }
    boolean resized = protocol.size() == EvaluateSettings.Size.NETWORK;
    return new Shown(
        List.copyOf(frames),
        images,
        resized ? batch.truths() : frames.stream().map(assembler::truth).toList());
  }

  /** Begins to predict frames by every model, and closes the arrays that show them. */
  Future<Map<Contender, Predictions>> predict(Shown shown) {
    return thread.submit(
        () -> {
          Map<Contender, Predictions> predictions = new EnumMap<>(Contender.class);
          models.forEach((contender, model) -> predictions.put(contender, predict(model, shown)));
          for (INDArray images : shown.images()) {
            if (images.closeable()) {
              images.close();
            }
          }
          return predictions;
        });
  }

  private Predictions predict(FramePredictor model, Shown shown) {
    long start = System.nanoTime();
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < shown.frames().size(); i++) {
      LabeledImage frame = shown.frames().get(i);
      predictions.add(model.predict(frame, shown.images(), i, protocol.sizeOf(frame, spec)));
    }
    return new Predictions(predictions, System.nanoTime() - start);
  }
}
