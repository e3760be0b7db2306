package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Master or Worker of Spark as a process, from the jars of the runtime folder. */
public final class SparkDaemon {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));

  private SparkDaemon() {}

  /**
   * What starts one.
   *
   * @param folder where the settings of its log are written
   * @param options of its Java
   * @param type such as {@code master.Master}
   */
  public static List<String> command(
      Path folder, List<String> options, String type, String... arguments) throws IOException {
    Path logging = folder.resolve("daemons.properties");
    Files.writeString(
        logging,
        """
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %p %c{1}: %m%n
        """);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-Xmx256m");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(
        List.of(
            "-Dspark.master.ui.port=0",
            "-Dspark.worker.ui.port=0",
            "-Dlog4j2.configurationFile=" + logging.toUri(),
            "-cp",
            RUNTIME.resolve("jars") + "/*",
            "org.apache.spark.deploy." + type));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Its environment on a host of that address. */
  public static Map<String, String> environment(String address) {
    return Map.of(
        "SPARK_HOME", RUNTIME.toString(), "SPARK_SCALA_VERSION", "2.12", "SPARK_LOCAL_IP", address);
  }

  /** Waits up to three minutes until the log says something; gives what the pattern found. */
  public static Matcher await(Path log, String regex) throws Exception {
    Pattern pattern = Pattern.compile(regex);
    for (int i = 0; i < 1800; i++) {
      Matcher found = pattern.matcher(Files.exists(log) ? Files.readString(log) : "");
      if (found.find()) {
        return found;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Not in time: " + regex + " in\n" + Files.readString(log));
  }
}
