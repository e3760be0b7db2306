package org.networkfission.jobs.train.sharing;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.transport.PortSupplier;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.prep.settings.ConfigException;

/**
 * Where DL4J's transport (Aeron, UDP) listens: on every host at the address that Spark knows it by,
 * in every process at a port of its own. Processes of one host with one port would each take
 * themselves for the root of the mesh and train alone.
 */
public final class SharingNetwork extends VoidConfiguration {
  private static final long serialVersionUID = 1;

  /** A smaller network has no address that DL4J would take. */
  private static final int LONGEST_PREFIX = 24;

  /**
   * Describes the network, on the driver.
   *
   * @param driver the driver's host
   * @param port where to look for free ports, or 0 for any
   */
  SharingNetwork(String driver, int port) {
    setControllerAddress(address(driver));
    setPortSupplier(new FreePort(port));
    // Runs of the same hosts must not hear each other.
    setStreamId(ThreadLocalRandom.current().nextInt(1 << 10, Integer.MAX_VALUE));
  }

  /**
   * Checks that the cluster can be used.
   *
   * @throws ConfigException where somebody asks for what gradient sharing does not have, or
   *     executors are threads of this process
   */
  public static void check(
      SparkConf conf, boolean requireAuthentication, BatchStatistics batchNorm) {
    List<String> problems = new ArrayList<>();
    for (String key : List.of("spark.authenticate", "spark.network.crypto.enabled")) {
      if (conf.getBoolean(key, false)) {
        problems.add(
            "%s = true: must be false, or train.mode synchronous: DL4J's transport knows neither authentication nor encryption"
                .formatted(key));
      }
    }
    if (requireAuthentication) {
      problems.add(
          "train.exchange.require-authentication = true: must be false, or train.mode synchronous: DL4J's transport knows no authentication");
    }
    if (batchNorm == BatchStatistics.SYNCHRONISED) {
      problems.add(
          "network.batch-norm = synchronised: must be replica or none, or train.mode synchronous: replicas that share gradients do not wait for each other");
    }
    String master = conf.get("spark.master");
    if (master.equals("local") || master.startsWith("local[")) {
      problems.add(
          "spark.master = %s: must start executors in processes of their own, or train.mode be synchronous: DL4J keeps one trainer per process"
              .formatted(master));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Sets what Aeron reads when its classes are loaded. */
  static void prepare() {
    // DL4J raises another time-out above Aeron's default for this one, which Aeron refuses.
    System.setProperty("aeron.publication.unblock.timeout", "60000000000");
  }

  private static String address(String host) {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new UncheckedIOException("Cannot find the address of " + host, e);
    }
  }

  /** The network of this process's host, out of which DL4J takes the host's address. */
  @Override
  public String getNetworkMask() {
    return SparkEnv.get() == null ? super.getNetworkMask() : own();
  }

  /**
   * The network of this process's host.
   *
   * @throws IllegalStateException if the address that Spark knows the host by is not the host's own
   */
  static String own() {
    return of(address(SparkEnv.get().blockManager().blockManagerId().host()));
  }

  /** The network that an address of this host belongs to. */
  static String of(String own) {
    try {
      NetworkInterface network = NetworkInterface.getByInetAddress(InetAddress.getByName(own));
      if (network == null) {
        throw new IllegalStateException(
            ("Cannot share gradients at %s, by which Spark knows this host: it is the address of none"
                    + " of its network interfaces, as behind NAT (set SPARK_LOCAL_IP to one that others"
                    + " reach; docs/clusters.md)")
                .formatted(own));
      }
      for (InterfaceAddress one : network.getInterfaceAddresses()) {
        if (one.getAddress().getHostAddress().equals(own)) {
          return own + "/" + Math.min(one.getNetworkPrefixLength(), LONGEST_PREFIX);
        }
      }
      return own + "/" + LONGEST_PREFIX;
    } catch (SocketException | UnknownHostException e) {
      throw new IllegalStateException("Cannot find the network of " + own, e);
    }
  }

  /** A process's UDP port: the first free one, of all or from a given one on; always the same. */
  private static final class FreePort implements PortSupplier {
    private static final long serialVersionUID = 1;
    private static final int TRIES = 1000;

    private final int first;
    private transient int chosen;

    FreePort(int first) {
      this.first = first;
    }

    @Override
    public synchronized int getPort() {
      if (chosen == 0) {
        chosen = choose();
      }
      return chosen;
    }

    private int choose() {
      for (int port = first; port < first + (first == 0 ? 1 : TRIES); port++) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
          socket.bind(new InetSocketAddress(port));
          return socket.getLocalPort();
        } catch (SocketException e) {
          // Taken: the next one.
        }
      }
      throw new IllegalStateException(
          "Cannot listen: no free UDP port at or after %d (train.exchange.port)".formatted(first));
    }
  }
}
