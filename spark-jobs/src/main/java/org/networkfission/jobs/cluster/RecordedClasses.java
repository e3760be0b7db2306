package org.networkfission.jobs.cluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;

/**
 * Classes that an earlier run of the same build recorded (FISSION_RECORD_CLASSES of {@code
 * submit/fission}), as the JVM shares them: executors of this machine need neither find, read nor
 * verify them again.
 */
final class RecordedClasses {
  private static final String FILE = "classes.jsa";

  private RecordedClasses() {}

  /**
   * Lets executors start with them, where there are any. The JVM takes them only where the class
   * path begins as it did when they were recorded, and where it is the same; else it goes without.
   *
   * @param runtime the folder that the launcher started this process from
   */
  static void share(SparkConf conf, Path runtime) {
    Path file = runtime.resolve(FILE);
    String libraries = runtime + "/lib/*";
    if (!Files.isRegularFile(file)
        || !conf.get("spark.executor.extraClassPath", libraries).equals(libraries)) {
      return;
    }
    conf.set("spark.executor.extraClassPath", libraries + File.pathSeparator + runtime + "/jars/*");
    conf.set(
        "spark.executor.extraJavaOptions",
        "%s \"-XX:SharedArchiveFile=%s\""
            .formatted(conf.get("spark.executor.extraJavaOptions", ""), file)
            .strip());
  }
}
