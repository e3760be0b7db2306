package org.networkfission.jobs.train.plan;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.DataFacts;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.LearnedData;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.weights.NamedTensors;
import org.networkfission.model.weights.Transfer;
import org.networkfission.model.weights.WeightFile;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.StorageException;

/**
 * Where a new run takes tensors from: a network of this product, or a file of another library's. A
 * file that lies elsewhere is copied here first, as it is read in no order.
 */
public final class WeightSource implements Closeable {
  private static final String INDEX = ".index";
  private static final String DATA = ".data-";

  private final Path from;
  private final NamedTensors tensors;
  private final List<DataFacts> learned;
  private final Optional<FissionNetwork> network;
  private final Optional<java.nio.file.Path> copies;

  private WeightSource(
      Path from,
      NamedTensors tensors,
      List<DataFacts> learned,
      Optional<FissionNetwork> network,
      Optional<java.nio.file.Path> copies) {
    this.from = from;
    this.tensors = tensors;
    this.learned = learned;
    this.network = network;
    this.copies = copies;
  }

  /**
   * Opens a source.
   *
   * @param from a run's output folder, whose latest checkpoint counts, a checkpoint, or a file of
   *     weights; of a checkpoint of TensorFlow one of its files, or what their names begin with
   * @throws InputException if there is no such thing, or it is damaged
   */
  public static WeightSource open(Path from, Configuration hadoop) throws IOException {
    Storage files = Storage.of(from, hadoop);
    Path index = new Path(from.getParent(), indexName(from.getName()));
    try {
      if (Checkpoint.names(from)) {
        return ofCheckpoint(from, hadoop);
      } else if (files.exists(from) ? from.getName().contains(DATA) : files.exists(index)) {
        return ofFile(index, files);
      } else if (!files.exists(from)) {
        throw new InputException(
            "Cannot initialise from %s: no such folder or file (%s)"
                .formatted(from, InitialParameters.KEY));
      } else if (files.status(from).isFile()) {
        return ofFile(from, files);
      }
      return ofCheckpoint(from, hadoop);
    } catch (IOException e) {
      throw new InputException("Cannot initialise from %s: %s".formatted(from, e.getMessage()), e);
    }
  }

  /**
   * Whether a path is that of a file of weights, or what the names of a TensorFlow checkpoint's
   * files begin with.
   */
  public static boolean isFile(Path path, Configuration hadoop) throws IOException {
    Storage files = Storage.of(path, hadoop);
    return !Checkpoint.names(path)
        && (files.exists(path)
            ? files.status(path).isFile()
            : files.exists(new Path(path.getParent(), indexName(path.getName()))));
  }

  private static WeightSource ofCheckpoint(Path from, Configuration hadoop) throws IOException {
    Checkpoint checkpoint = Checkpoint.at(from, hadoop);
    FissionNetwork network = checkpoint.network(hadoop);
    return new WeightSource(
        from,
        NamedTensors.of(network),
        checkpoint.state().data().stream().map(LearnedData::facts).toList(),
        Optional.of(network),
        Optional.empty());
  }

  /** The index of a checkpoint of TensorFlow that has such a file, or whose files begin so. */
  private static String indexName(String name) {
    int data = name.indexOf(DATA);
    return (data < 0 ? name : name.substring(0, data)) + INDEX;
  }

  private static WeightSource ofFile(Path file, Storage files) throws IOException {
    java.nio.file.Path folder = Files.createTempDirectory("fission-weights");
    java.nio.file.Path copy = folder.resolve(file.getName());
    try {
      copy(file, folder, files);
      if (file.getName().endsWith(INDEX)) {
        String prefix =
            file.getName().substring(0, file.getName().length() - INDEX.length()) + DATA;
        for (FileStatus other : files.list(file.getParent())) {
          if (other.getPath().getName().startsWith(prefix)) {
            copy(other.getPath(), folder, files);
          }
        }
      }
      return new WeightSource(
          file, WeightFile.open(copy), List.of(), Optional.empty(), Optional.of(folder));
    } catch (StorageException e) {
      delete(folder);
      throw e;
    } catch (IOException | RuntimeException e) {
      delete(folder);
      String message = String.valueOf(e.getMessage()).replace(copy.toString(), "it");
      throw new IOException(message, e);
    }
  }

  private static void copy(Path file, java.nio.file.Path folder, Storage files) throws IOException {
    try (InputStream in = files.open(file)) {
      Files.copy(in, folder.resolve(file.getName()));
    }
  }

  /** The data sets that it learned from; none where they are not known. */
  List<DataFacts> learned() {
    return learned;
  }

  /**
   * Gives a network the tensors that fit.
   *
   * @param skip beginnings of names, at a dot, of tensors that stay as they are
   * @throws InputException if a tensor cannot be read
   * @throws IllegalArgumentException if nothing fits
   */
  public Transfer transferTo(FissionNetwork to, List<String> skip) {
    try {
      return Transfer.apply(tensors, to, skip);
    } catch (IOException e) {
      throw new InputException("Cannot initialise from %s: %s".formatted(from, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    tensors.close();
    network.ifPresent(FissionNetwork::close);
    if (copies.isPresent()) {
      delete(copies.get());
    }
  }

  private static void delete(java.nio.file.Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (java.nio.file.Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
