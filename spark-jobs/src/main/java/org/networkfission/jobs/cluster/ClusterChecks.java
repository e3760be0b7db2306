package org.networkfission.jobs.cluster;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.prep.settings.ConfigException;

/** What is found out about a cluster before Spark waits for it in vain. */
final class ClusterChecks {
  private static final String STANDALONE = "spark://";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ClusterChecks() {}

  /**
   * Checks that a standalone master answers.
   *
   * @param master Spark's master URL; other kinds are not asked
   * @throws ConfigException if none of its hosts does
   */
  static void requireMaster(String master) {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    List<String> reasons = new ArrayList<>();
    for (String address : master.substring(STANDALONE.length()).split(",", -1)) {
      URI uri = URI.create(STANDALONE + address);
      if (uri.getHost() == null || uri.getPort() < 0) {
        throw new ConfigException(
            List.of("cluster.master = %s: must be spark://host:port".formatted(master)));
      }
      InetSocketAddress at = new InetSocketAddress(uri.getHost(), uri.getPort());
      if (at.isUnresolved()) {
        reasons.add("no host %s".formatted(uri.getHost()));
        continue;
      }
      try (Socket socket = new Socket()) {
        socket.connect(at, Math.toIntExact(PATIENCE.toMillis()));
        return;
      } catch (IOException e) {
        reasons.add(e.getMessage());
      }
    }
    throw new ConfigException(
        List.of(
            "cluster.master = %s: no master answers at %s (%s)"
                .formatted(master, master, String.join("; ", reasons))));
  }

  /**
   * Checks that the executors of this machine fit into its memory.
   *
   * @throws ConfigException if their heaps do not
   */
  static void requireMemory(ClusterSettings settings) {
    requireMemory(
        settings,
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize());
  }

  static void requireMemory(ClusterSettings settings, long bytes) {
    long asked = settings.executors().max() * settings.executorMemory().toBytes();
    if (asked > bytes || asked < 0) {
      throw new ConfigException(
          List.of(
              "cluster.executor-memory = %s for %d executors: must be at most %d MiB in all, which this host has"
                  .formatted(
                      Cluster.text(settings.executorMemory()),
                      settings.executors().max(),
                      bytes >> 20)));
    }
  }
}
