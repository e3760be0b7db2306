package org.networkfission.jobs.inference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Optional;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Predictor;
import org.networkfission.prep.storage.Sha256;

/** A model as the driver sends it to every executor, once. */
public final class ModelFile implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of the runtime of an exported file: its latency is told for one. */
  private static final int THREADS = 1;

  private final ExportedFormat format;
  private final byte[] file;
  private final String sha256;
  private final long seed;
  private final boolean trained;

  private ModelFile(ExportedFormat format, byte[] file, String sha256, long seed, boolean trained) {
    this.format = format;
    this.file = file;
    this.sha256 = sha256;
    this.seed = seed;
    this.trained = trained;
  }

  /**
   * Holds a network that {@link FissionNetwork#save} wrote.
   *
   * @param seed of its first parameters
   */
  static ModelFile network(byte[] file, long seed) {
    return new ModelFile(null, file, Sha256.of(file), seed, true);
  }

  /** Holds a file that a network was exported to. */
  static ModelFile exported(ExportedFormat format, byte[] file) {
    return new ModelFile(format, file, Sha256.of(file), 0, true);
  }

  /** The SHA-256 of the file, in hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /**
   * The model.
   *
   * @throws IOException if the file is not one, or not whole
   */
  public Predictor load() throws IOException {
    if (format != null) {
      return format.open(file, THREADS);
    }
    FissionNetwork network = trained ? network() : untrainedNetwork();
    network.fixParameters();
    return network;
  }

  /**
   * Reads the file to its end, as {@link #load} does; of a network that is all, and costs little.
   *
   * @return the network that it holds
   * @throws IOException if the file is not one, or not whole
   */
  NetworkSpec check() throws IOException {
    if (format == null) {
      return FissionNetwork.check(new ByteArrayInputStream(file));
    }
    try (Predictor exported = load()) {
      return exported.spec();
    }
  }

  /**
   * The model for images of another size: a multiple of its network's, rounded to what it can take.
   *
   * @throws IOException if the file is not one, or not whole
   * @throws IllegalStateException if it is an exported file, which takes one size only
   */
  public Predictor loadAt(double scale) throws IOException {
    Predictor model = load();
    if (scale == 1) {
      return model;
    }
    try (model) {
      if (model instanceof FissionNetwork network) {
        FissionNetwork scaled =
            network.sized(
                scaled(network.spec().width(), scale), scaled(network.spec().height(), scale));
        scaled.fixParameters();
        return scaled;
      }
      throw new IllegalStateException("Cannot scale an exported model: it takes one size");
    }
  }

  private static int scaled(int size, double scale) {
    int multiple = NetworkSpec.SIZE_MULTIPLE;
    return multiple * (int) Math.max(1, Math.round(scale * size / multiple));
  }

  /**
   * The format that it was exported to; of such a file the network before training is not known.
   */
  public Optional<ExportedFormat> exported() {
    return Optional.ofNullable(format);
  }

  /** Writes the file. */
  void writeTo(OutputStream out) throws IOException {
    out.write(file);
  }

  /** The seed of the network's first parameters; 0 where it is not known. */
  long seed() {
    return seed;
  }

  /** How many bytes it has. */
  public int length() {
    return file.length;
  }

  /** The same network as it was before training; not of an exported file. */
  public ModelFile untrained() {
    return new ModelFile(format, file, sha256, seed, false);
  }

  private FissionNetwork untrainedNetwork() throws IOException {
    try (FissionNetwork network = network()) {
      return FissionNetwork.create(network.spec(), network.losses(), seed);
    }
  }

  /**
   * The model as a network.
   *
   * @throws IOException if the file is not one, or not whole
   */
  public FissionNetwork network() throws IOException {
    return FissionNetwork.load(new ByteArrayInputStream(file));
  }
}
