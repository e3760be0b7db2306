package org.networkfission.jobs.evaluate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.networkfission.model.graph.FissionNetwork;

/** A network as the driver sends it to every executor, once. */
final class ModelFile implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] file;
  private final String sha256;
  private final long seed;

  /**
   * @param file what {@link FissionNetwork#save} wrote
   * @param seed of its first parameters
   */
  ModelFile(byte[] file, long seed) {
    this.file = file;
    this.sha256 = sha256(file);
    this.seed = seed;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "Cannot compute SHA-256: every Java platform must have it", e);
    }
  }

  String sha256() {
    return sha256;
  }

  /** The network. */
  FissionNetwork load() throws IOException {
    return FissionNetwork.load(new ByteArrayInputStream(file));
  }

  /** The same network as it was before training. */
  FissionNetwork untrained(FissionNetwork trained) {
    return FissionNetwork.create(trained.spec(), trained.losses(), seed);
  }
}
