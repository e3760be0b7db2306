package org.networkfission.jobs.inference;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.op.DataType;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.storage.Rethrown;

/**
 * A model that all tasks of a process share: loaded once, on a thread of its own, since native
 * buffers belong to the thread that made them. It stays for as long as the process does.
 */
public final class SharedPredictor {
  private static final Map<String, SharedPredictor> LOADED = new ConcurrentHashMap<>();

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "fission-predict");
            thread.setDaemon(true);
            return thread;
          });
  private final Future<Predictor> predictor;

  private SharedPredictor(ModelFile file) {
    predictor = thread.submit(file::load);
  }

  /**
   * The model of this process.
   *
   * @throws IOException if its file is not one
   */
  public static SharedPredictor of(ModelFile file) throws IOException {
    SharedPredictor shared =
        LOADED.computeIfAbsent(file.sha256(), sha256 -> new SharedPredictor(file));
    shared.loaded();
    return shared;
  }

  private Predictor loaded() throws IOException {
    try {
      return await(predictor);
    } catch (FrameException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Predicts a photo, see {@link PhotoPredictor#predict}.
   *
   * @param window see {@link PhotoPredictor}
   * @throws FrameException if it has too many windows
   */
  public TaskPlanes predict(ColorImage photo, Optional<ImageSize> window, String what)
      throws IOException, FrameException {
    return begin(photo, window, what).planes();
  }

  /** Begins to predict a photo, as {@link #predict} does, behind those that were begun before. */
  public Begun begin(ColorImage photo, Optional<ImageSize> window, String what) {
    return new Begun(
        thread.submit(() -> new PhotoPredictor(predictor.get(), window).predict(photo, what)));
  }

  /** What features are computed in; empty where a file for another runtime computes. */
  public Optional<DataType> precision() throws IOException {
    return loaded() instanceof FissionNetwork network
        ? Optional.of(network.precision())
        : Optional.empty();
  }

  /** A photo whose prediction was begun. */
  public final class Begun {
    private final Future<TaskPlanes> result;

    private Begun(Future<TaskPlanes> result) {
      this.result = result;
    }

    /**
     * Waits for what is predicted.
     *
     * @throws FrameException if the photo has too many windows
     */
    public TaskPlanes planes() throws IOException, FrameException {
      return await(result);
    }
  }

  private <T> T await(Future<T> result) throws IOException, FrameException {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot predict: the task was cancelled", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FrameException frame) {
        throw frame;
      }
      throw Rethrown.of(e.getCause());
    }
  }
}
