package org.networkfission.jobs.train.collective;

import org.apache.spark.SparkConf;
import org.networkfission.prep.settings.Check;

/** Refuses settings of Spark's network security that promise more than they hold. */
public final class ExchangeSecurity {
  private static final String AUTHENTICATE = "spark.authenticate";
  private static final String ENCRYPT = "spark.network.crypto.enabled";
  private static final String CIPHER = "spark.network.crypto.cipher";
  private static final String FALLBACK = "spark.network.crypto.saslFallback";
  private static final String SASL_ENCRYPTION = "spark.authenticate.enableSaslEncryption";

  private ExchangeSecurity() {}

  /**
   * Checks the settings of a cluster.
   *
   * @param required whether replicas must authenticate
   * @throws org.networkfission.prep.settings.InvalidSettings naming every key that is refused
   */
  public static void check(SparkConf conf, boolean required) {
    boolean authenticate = conf.getBoolean(AUTHENTICATE, false);
    boolean encrypt = conf.getBoolean(ENCRYPT, false);
    String cipher = conf.get(CIPHER, "");
    new Check()
        .that(
            AUTHENTICATE,
            authenticate,
            authenticate || !required,
            "true, for train.exchange.require-authentication is on")
        .that(
            ENCRYPT,
            encrypt,
            authenticate || !encrypt,
            "false while spark.authenticate is false: without it nothing is encrypted")
        .that(
            CIPHER,
            cipher,
            !cipher.contains("GCM"),
            "AES/CTR/NoPadding: Spark's network library hangs with GCM (SPARK-56227)")
        .that(
            FALLBACK,
            true,
            !(authenticate && conf.getBoolean(FALLBACK, false)),
            "false: the fallback lets a client choose the weaker handshake")
        .that(
            SASL_ENCRYPTION,
            true,
            !conf.getBoolean(SASL_ENCRYPTION, false),
            "false: it takes minutes for each step; encrypt with spark.network.crypto.enabled")
        .done();
  }

  /** The same settings, without the handshake that Spark would fall back to by default. */
  static SparkConf withoutFallback(SparkConf conf) {
    return conf.clone().set(FALLBACK, "false");
  }
}
