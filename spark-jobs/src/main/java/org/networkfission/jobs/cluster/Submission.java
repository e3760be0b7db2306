package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import org.apache.spark.SparkConf;

/**
 * What {@code submit/fission} sends with a driver that runs on the cluster, where the user's files
 * are not: the whole configuration as one file, Spark's properties, and the remaining arguments.
 */
public final class Submission {
  /** The configuration's name, here and in the driver's working folder. */
  public static final String CONFIGURATION = "fission.conf";

  private static final String PROPERTIES = "spark.properties";
  private static final String ARGUMENTS = "arguments";

  private Submission() {}

  /**
   * Writes everything.
   *
   * @param folder an empty one that only the user may read, since secrets are in it
   * @param configuration every key with its value, secrets too
   * @param arguments what the driver is to be given
   * @param resumes whether the job goes on where an earlier attempt of it stopped
   */
  public static void write(
      Path folder,
      String configuration,
      ClusterSettings settings,
      List<String> arguments,
      boolean resumes)
      throws IOException {
    Path file = folder.resolve(CONFIGURATION);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, configuration);
    Files.writeString(
        folder.resolve(ARGUMENTS), String.join("\0", arguments) + "\0", StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(folder.resolve(PROPERTIES))) {
      properties(settings, resumes).store(out, null);
    }
  }

  static Properties properties(ClusterSettings settings, boolean resumes) {
    SparkConf conf = Cluster.configuration(settings, "fission");
    conf.remove("spark.app.name");
    if (conf.get("spark.master").startsWith("local")) {
      // Nobody named a master but spark-submit, which reads this file.
      conf.remove("spark.master");
      conf.remove("spark.driver.host");
      conf.remove("spark.driver.bindAddress");
      conf.remove("spark.executorEnv.SPARK_LOCAL_IP");
      conf.remove("spark.local.dir");
    }
    conf.setIfMissing(
        "spark.driver.memoryOverhead", Cluster.mebibytes(settings.driverNativeMemory()) + "m");
    conf.setIfMissing("spark.yarn.appMasterEnv.LC_ALL", "C.UTF-8");
    // A job that fails fails again, unless it was only its host that went away.
    conf.setIfMissing("spark.yarn.maxAppAttempts", resumes ? "2" : "1");
    Properties properties = new Properties();
    for (scala.Tuple2<String, String> entry : conf.getAll()) {
      properties.setProperty(entry._1(), entry._2());
    }
    return properties;
  }

  /** Whether this process is YARN's application master, which ends the process itself. */
  public static boolean isYarnMaster() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /**
   * How a driver tells YARN with what it ended. YARN shows the text to whoever submitted the
   * application; {@code submit/fission} finds the exit code and the message in it.
   */
  public static final class Failed extends RuntimeException {
    /**
     * @param code the exit code
     * @param message what the command said
     */
    public Failed(int code, String message) {
      super(
          "fission, exit code %d: %s".formatted(code, message.replace('\n', ' ')),
          null,
          false,
          false);
    }
  }
}
