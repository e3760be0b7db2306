package org.networkfission.jobs.inference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.Predictor;
import org.networkfission.model.tflite.TfliteModel;

/** A model as the driver sends it to every executor, once. */
public final class ModelFile implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of the TensorFlow Lite runtime: its latency is told for one. */
  private static final int THREADS = 1;

  private final byte[] file;
  private final String sha256;
  private final long seed;

  /**
   * Holds a model.
   *
   * @param file what {@link FissionNetwork#save} or {@link
   *     org.networkfission.model.tflite.TfliteExport} wrote
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
    return isTflite() ? TfliteModel.open(file, THREADS) : fixed(network());
  }

  /** Whether it is a TensorFlow Lite file, of which the network before training is not known. */
  public boolean isTflite() {
    return TfliteModel.isTflite(file);
  }

  /** How many bytes it has. */
  public int length() {
    return file.length;
  }

  /**
   * The same network as it was before training.
   *
   * @throws IOException if the file is not a network, or not whole
   */
  public Predictor untrained() throws IOException {
    try (FissionNetwork trained = network()) {
      return fixed(FissionNetwork.create(trained.spec(), trained.losses(), seed));
    }
  }

  private static FissionNetwork fixed(FissionNetwork network) {
    network.fixParameters();
    return network;
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
