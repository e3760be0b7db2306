package org.networkfission.jobs.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.train.plan.WeightSource;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.weights.Transfer;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Manifest;

/**
 * A trained network in a file of another library's, such as the authors' checkpoints. The file
 * holds tensors by name; the configuration tells which network they are of.
 *
 * @param spec the network
 * @param losses that it carries from now on; they do not matter to what it predicts
 */
public record ImportedModel(NetworkSpec spec, LossSpec losses) {
  /** Auxiliary heads do not predict, and released files may have none. */
  private static final String UNUSED = "auxs.";

  private static final Pattern STEP = Pattern.compile(".*?-([0-9]{1,18})(\\.(index|data-.*))?");

  /** Of tensors that a file has not: they stay, so that it is refused. */
  private static final long SEED = 1;

  /**
   * Whether a path is that of such a file, and not a run, a checkpoint or an exported file.
   *
   * @param path may also be what the names of a TensorFlow checkpoint's files begin with
   */
  public static boolean isAt(Path path, Configuration hadoop) throws IOException {
    return ExportedFormat.of(path.getName()).isEmpty() && WeightSource.isFile(path, hadoop);
  }

  /**
   * Opens a file.
   *
   * @param data the data set whose classes its labels are, which no such file tells
   * @throws InputException if it cannot be read, or lacks tensors that the network predicts with
   */
  public TrainedModel open(Path file, Manifest data, Configuration hadoop) throws IOException {
    try (FissionNetwork network = FissionNetwork.create(spec, losses, SEED);
        WeightSource source = WeightSource.open(file, hadoop)) {
      Transfer transfer = source.transferTo(network, List.of());
      List<String> lacks =
          transfer.created().stream().filter(name -> !name.startsWith(UNUSED)).toList();
      if (!lacks.isEmpty()) {
        throw new InputException(
            "Cannot use %s as a trained network: it lacks %d of its tensors, such as %s; the keys of network and their values must be those that it was trained with%s"
                .formatted(
                    file,
                    lacks.size(),
                    lacks.get(0),
                    transfer.misfits().isEmpty()
                        ? ""
                        : " (%s)".formatted(transfer.misfits().get(0))));
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      network.save(bytes);
      return new TrainedModel(
          file,
          ModelFile.network(bytes.toByteArray(), SEED),
          spec,
          data.classMap(),
          data.classNames(),
          data.palette(),
          stepOf(file),
          network.engine().parameters().length(),
          List.of());
    } catch (IllegalArgumentException e) {
      throw new InputException("Cannot use %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The step that TensorFlow puts into the names of its checkpoints; 0 where there is none. */
  static long stepOf(Path file) {
    Matcher name = STEP.matcher(file.getName());
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }
}
