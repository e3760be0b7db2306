package org.networkfission.jobs.cluster;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.deploy.security.HadoopDelegationTokenManager;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend;
import org.networkfission.prep.settings.ConfigException;

/**
 * Who the driver is to a Hadoop with Kerberos, and the delegation tokens that executors show there.
 * A token ends after hours or days; Spark obtains new ones as long as the driver has a keytab or a
 * ticket, and sends them to executors, on YARN and on Kubernetes. Here the same is done where Spark
 * does not: on its own standalone clusters, and with executors that are processes of this machine.
 */
public final class Kerberos {
  private static final String PREFIX = "cluster.";
  private static final String PRINCIPAL = "spark.kerberos.principal";
  private static final String KEYTAB = "spark.kerberos.keytab";
  private static final String RENEWAL = "spark.kerberos.renewal.credentials";

  /** What a user can do about a Hadoop that asks who they are. */
  public static final String NO_TICKET =
      "Hadoop asks for a Kerberos ticket, and there is none: call kinit, or give"
          + " cluster.spark.kerberos.principal and cluster.spark.kerberos.keytab; for a file system"
          + " other than the default one also cluster.spark.kerberos.access.hadoopFileSystems"
          + " (docs/clusters.md)";

  private Kerberos() {}

  /** Why tokens of these settings could end while a job ran. */
  static String tokensEnded(ClusterSettings settings) {
    boolean keytab =
        settings.spark().containsKey("kerberos.keytab") || new SparkConf().contains(KEYTAB);
    return keytab
        ? "Hadoop's delegation tokens ended before the keytab of cluster.spark.kerberos.keytab got new"
            + " ones: the driver's log (--verbose) says why; the same command goes on"
        : "cluster.spark.kerberos.keytab is missing: the job outlived Hadoop's delegation tokens, which"
            + " a keytab renews; give it and cluster.spark.kerberos.principal, and the same command"
            + " goes on (docs/clusters.md)";
  }

  /**
   * Says with what tokens are renewed: the keytab or, without one, the ticket of whoever called
   * {@code kinit}, as long as that lasts.
   */
  static void configure(SparkConf conf) {
    if (!conf.contains(KEYTAB)) {
      conf.setIfMissing(RENEWAL, "ccache");
    }
  }

  /**
   * Logs this process in with the keytab, where there is one and neither spark-submit nor YARN's
   * master did.
   *
   * @throws ConfigException if that cannot be done
   */
  static void login(SparkConf conf) {
    String principal = conf.get(PRINCIPAL, "");
    String keytab = conf.get(KEYTAB, "");
    if (principal.isEmpty() && keytab.isEmpty()) {
      return;
    }
    if (principal.isEmpty() || keytab.isEmpty()) {
      throw new ConfigException(
          List.of(
              "%s%s is missing: %s%s needs it"
                  .formatted(
                      PREFIX,
                      principal.isEmpty() ? PRINCIPAL : KEYTAB,
                      PREFIX,
                      principal.isEmpty() ? KEYTAB : PRINCIPAL)));
    }
    SparkHadoopUtil.get();
    if (!UserGroupInformation.isSecurityEnabled()) {
      return;
    }
    String file = keytab.startsWith("file:") ? URI.create(keytab).getPath() : keytab;
    try {
      if (UserGroupInformation.getCurrentUser().isFromKeytab()) {
        return;
      }
      if (!new File(file).canRead()) {
        throw new ConfigException(
            List.of(
                "%s%s = %s: must be a file that can be read".formatted(PREFIX, KEYTAB, keytab)));
      }
      UserGroupInformation.loginUserFromKeytab(principal, file);
    } catch (IOException e) {
      throw new ConfigException(
          List.of(
              "%s%s = %s: cannot be logged in with %s (%s)"
                  .formatted(PREFIX, PRINCIPAL, principal, keytab, deepest(e))));
    }
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** Gives executors tokens, and new ones in time, where Spark's scheduler does not. */
  static void giveTokens(SparkContext spark) {
    if (UserGroupInformation.isSecurityEnabled()
        && spark.schedulerBackend() instanceof StandaloneSchedulerBackend backend) {
      spark.addSparkListener(new Tokens(spark, backend));
    }
  }

  /** The tokens of an application. */
  private static final class Tokens extends SparkListener {
    private final StandaloneSchedulerBackend backend;
    private final HadoopDelegationTokenManager source;

    Tokens(SparkContext spark, StandaloneSchedulerBackend backend) {
      this.backend = backend;
      source =
          new HadoopDelegationTokenManager(
              spark.conf(), spark.hadoopConfiguration(), backend.driverEndpoint());
      byte[] tokens = source.renewalEnabled() ? source.start() : obtain();
      if (tokens != null) {
        backend.updateDelegationTokens(tokens);
      }
    }

    private byte[] obtain() {
      Credentials credentials = new Credentials();
      source.obtainDelegationTokens(credentials);
      return credentials.numberOfTokens() == 0
          ? null
          : SparkHadoopUtil.get().serialize(credentials);
    }

    /** It may have asked for the application's settings before there were tokens. */
    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded added) {
      byte[] tokens = backend.currentDelegationTokens();
      if (tokens != null) {
        backend.updateDelegationTokens(tokens);
      }
    }

    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd end) {
      source.stop();
    }
  }
}
