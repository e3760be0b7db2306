package org.networkfission.jobs.train.collective;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of one run, which the driver makes and hands to its replicas and nobody else. It is
 * never written: what is seen of a run, such as its folders, says nothing of it.
 */
public final class RunKey implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int BYTES = 32;

  private final byte[] secret;

  /**
   * Takes a secret that is known already.
   *
   * @param secret 32 bytes
   */
  public RunKey(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException(
          "Cannot use a key of %d bytes: it must have %d".formatted(secret.length, BYTES));
    }
    this.secret = secret.clone();
  }

  /** A new key. */
  public static RunKey random() {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return new RunKey(secret);
  }

  /** The key for one purpose; of several keys derived, none tells of another. */
  public RunKey derive(String purpose) {
    Mac mac = mac();
    return new RunKey(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
  }

  /** A name that nobody else guesses, for one purpose. */
  public String name(String purpose) {
    return HexFormat.of().formatHex(derive(purpose).secret, 0, 16);
  }

  /** HMAC-SHA256 under this key. */
  Mac mac() {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot use HmacSHA256, which every JDK has", e);
    }
  }

  @Override
  public String toString() {
    return "RunKey of " + BYTES + " bytes";
  }
}
