package org.networkfission.jobs.cli;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.SecureHdfs;
import org.networkfission.jobs.cluster.SparkDistribution;

/**
 * A training in containers of a YARN with Kerberos, whose driver is in a container too. The servers
 * have a keytab of their own; the user's goes to the driver. The jars are on the cluster already,
 * as docs/clusters.md tells: tokens must not end before containers have fetched them.
 */
@Tag("slow")
class KerberosOnYarnIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));

  @TempDir Path folder;

  @Test
  void theDriverInAContainerRenewsTokens() throws Exception {
    Path spark = folder.resolve("spark");
    SparkDistribution.layOut(spark, List.of(SparkDistribution.clientOfYarn()));
    try (KerberosRuns runs = new KerberosRuns(folder, Duration.ofMinutes(2))) {
      install(runs.hdfs(), spark);
      runs.makeData();
      try (MiniYARNCluster yarn = startYarn(runs.hdfs())) {
        Path client = Files.createDirectory(folder.resolve("yarn"));
        Files.copy(
            runs.hdfs().configuration().resolve("core-site.xml"), client.resolve("core-site.xml"));
        // Nothing of the servers' own, such as classes that only this test has.
        Configuration site = new Configuration(false);
        yarn.getConfig().getPropsWithPrefix("yarn.").forEach((k, v) -> site.set("yarn." + k, v));
        try (OutputStream out = Files.newOutputStream(client.resolve("yarn-site.xml"))) {
          site.writeXml(out);
        }
        Map<String, String> environment = runs.nobody();
        environment.put("SPARK_HOME", spark.toString());
        environment.put("HADOOP_CONF_DIR", client.toString());
        environment.put("DEPLOY_MODE", "cluster");
        environment.put("FISSION_DRIVER_MEMORY", "512m");
        environment.put("FISSION_INSTALLED", runs.hdfs().path("apps"));
        String options = environment.get("JAVA_TOOL_OPTIONS");
        String[] training = runs.training("run");
        List<String> arguments =
            new ArrayList<>(
                List.of("yarn/train", runs.hdfs().path("rooms"), runs.hdfs().path("run")));
        arguments.addAll(Arrays.asList(training).subList(4, training.length));
        arguments.addAll(
            List.of(
                "cluster.cores-per-executor=1",
                "cluster.driver-native-memory=512MiB",
                // Executors that stand still for longer than a token is good are not lost.
                "cluster.spark.network.timeout=10m",
                // Nodes have /etc/krb5.conf.
                "cluster.spark.yarn.appMasterEnv.JAVA_TOOL_OPTIONS=" + options,
                "cluster.spark.executorEnv.JAVA_TOOL_OPTIONS=" + options));
        runs.requireWhole(
            runs.trainOverTheEndOfTokens(
                "run", environment, runs.withKeytab(arguments.toArray(String[]::new))),
            "run");
      }
    }
  }

  /** Puts the product's jars and Spark's to the cluster. */
  private void install(SecureHdfs hdfs, Path spark) throws Exception {
    Path archive = folder.resolve("spark-jars.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.setLevel(0);
      for (Path jar : files(spark.resolve("jars"))) {
        zip.putNextEntry(new ZipEntry(jar.getFileName().toString()));
        Files.copy(jar, zip);
        zip.closeEntry();
      }
    }
    hdfs.put(List.of(archive), hdfs.path("apps"));
    hdfs.put(files(RUNTIME.resolve("lib")), hdfs.path("apps/lib"));
    Files.delete(archive);
  }

  private static List<Path> files(Path folder) throws Exception {
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    }
  }

  private static MiniYARNCluster startYarn(SecureHdfs hdfs) {
    YarnConfiguration configuration = new YarnConfiguration(hdfs.serverConfiguration());
    for (String server : List.of("resourcemanager", "nodemanager")) {
      configuration.set(
          "yarn.%s.principal".formatted(server),
          configuration.get("dfs.namenode.kerberos.principal"));
      configuration.set(
          "yarn.%s.keytab".formatted(server), configuration.get("dfs.namenode.keytab.file"));
    }
    configuration.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    configuration.setInt(YarnConfiguration.NM_PMEM_MB, 8192);
    configuration.setFloat(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 99);
    configuration.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    configuration.set("yarn.scheduler.capacity.root.queues", "default");
    configuration.set("yarn.scheduler.capacity.root.default.capacity", "100");
    configuration.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    MiniYARNCluster yarn = new MiniYARNCluster("secure", 1, 1, 1);
    yarn.init(configuration);
    yarn.start();
    return yarn;
  }
}
