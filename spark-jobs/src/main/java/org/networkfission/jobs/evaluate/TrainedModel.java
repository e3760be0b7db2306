package org.networkfission.jobs.evaluate;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.Report;
import org.networkfission.jobs.train.Checkpoint;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Manifest;

/**
 * The checkpoint to be evaluated, read by the driver.
 *
 * @param checkpoint where it is and where its run stood
 * @param file its network
 */
record TrainedModel(Checkpoint checkpoint, ModelFile file) {
  /**
   * Opens a checkpoint and checks that its network can be read.
   *
   * @param path a run's output folder, whose latest checkpoint counts, or one checkpoint
   * @throws InputException if there is none, or it is damaged
   */
  static TrainedModel open(Path path, Configuration hadoop) throws IOException {
    if (!path.getFileSystem(hadoop).exists(path)) {
      throw new InputException("Cannot open checkpoint %s: no such folder".formatted(path));
    }
    Optional<Checkpoint> latest = Checkpoint.latest(path, hadoop);
    Checkpoint checkpoint = latest.isPresent() ? latest.get() : Checkpoint.open(path, hadoop);
    ModelFile file = new ModelFile(read(checkpoint.folder(), hadoop), checkpoint.state().seed());
    try (FissionNetwork network = file.load()) {
      if (!network.spec().sameNetworkAs(checkpoint.state().network())) {
        throw new InputException(
            "Cannot use checkpoint %s: its %s holds another network than its state tells"
                .formatted(checkpoint.folder(), Checkpoint.MODEL));
      }
    } catch (IOException e) {
      throw new InputException(
          "Cannot read %s of checkpoint %s: %s"
              .formatted(Checkpoint.MODEL, checkpoint.folder(), e.getMessage()),
          e);
    }
    return new TrainedModel(checkpoint, file);
  }

  private static byte[] read(Path folder, Configuration hadoop) throws IOException {
    Path model = new Path(folder, Checkpoint.MODEL);
    try (InputStream in = model.getFileSystem(hadoop).open(model)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new InputException(
          "Cannot open checkpoint %s: it has no %s".formatted(folder, Checkpoint.MODEL), e);
    }
  }

  NetworkSpec spec() {
    return checkpoint.state().network();
  }

  /**
   * Checks that the network's classes are those of the data.
   *
   * @throws InputException naming both
   */
  void requireClassesOf(Manifest manifest, Path data) {
    String learned = checkpoint.state().classMap();
    if (spec().tasks().contains(Task.LABELS) && !learned.equals(manifest.classMap())) {
      throw new InputException(
          "Cannot evaluate checkpoint %s on %s: it learned the classes of %s, the data set has those of %s"
              .formatted(checkpoint.folder(), data, learned, manifest.classMap()));
    }
  }

  Report.Model describe() {
    List<String> tasks = spec().tasks().stream().map(Task::id).toList();
    return new Report.Model(
        checkpoint.state().step(),
        spec().scheme().id(),
        spec().heads().name().toLowerCase(Locale.ROOT),
        tasks,
        spec().width(),
        spec().height(),
        spec().widthMultiplier(),
        checkpoint.state().parameters(),
        file.sha256());
  }
}
