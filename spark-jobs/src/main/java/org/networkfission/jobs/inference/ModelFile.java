package org.networkfission.jobs.inference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.Predictor;

/** A model as the driver sends it to every executor, once. */
public final class ModelFile implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] file;
  private final String sha256;
  private final long seed;

  /**
   * Holds a model.
   *
   * @param file what {@link FissionNetwork#save} wrote
   * @param seed of its first parameters
   */
  ModelFile(byte[] file, long seed) {
    this.file = file;
    this.sha256 = sha256(file);
    this.seed = seed;
  }

  /** The SHA-256 of some bytes, in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "Cannot compute SHA-256: every Java platform must have it", e);
    }
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
    return network();
  }

  /**
   * The same network as it was before training.
   *
   * @throws IOException if the file is not a network, or not whole
   */
  public Predictor untrained() throws IOException {
    try (FissionNetwork trained = network()) {
      return FissionNetwork.create(trained.spec(), trained.losses(), seed);
    }
  }

  private FissionNetwork network() throws IOException {
    return FissionNetwork.load(new ByteArrayInputStream(file));
  }
}
