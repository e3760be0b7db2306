package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Master and Workers of Spark as processes of this machine, from the jars of the runtime folder.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));

  private final Path folder;
  private final List<String> options;
  private final List<Process> daemons = new ArrayList<>();
  private final String master;

  /**
   * Starts a Master.
   *
   * @param folder of the daemons' logs and work
   * @param options of their Java
   */
  public StandaloneCluster(Path folder, String... options) throws Exception {
    this.folder = folder;
    this.options = List.of(options);
    Path log = folder.resolve("master.log");
    start(log, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0");
    this.master = await(log, Pattern.compile("Starting Spark master at (spark://\\S+)"));
  }

  /** Its URL. */
  public String master() {
    return master;
  }

  /** Starts a Worker that has a core for one executor; returns when the Master knows it. */
  public Process worker(String name, String memory) throws Exception {
    Path log = folder.resolve(name + ".log");
    Process worker =
        start(
            log,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0.1",
            "--cores",
            "1",
            "--memory",
            memory,
            "--work-dir",
            folder.resolve(name).toString(),
            master);
    await(log, Pattern.compile("(Successfully registered with master)"));
    return worker;
  }

  private Process start(Path log, String... arguments) throws IOException {
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
    List<String> command =
        new ArrayList<>(
            List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx256m"));
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
            RUNTIME.resolve("jars") + "/*"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", RUNTIME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process daemon = builder.start();
    daemons.add(daemon);
    return daemon;
  }

  private static String await(Path log, Pattern pattern) throws Exception {
    for (int i = 0; i < 600; i++) {
      Matcher found = pattern.matcher(Files.exists(log) ? Files.readString(log) : "");
      if (found.find()) {
        return found.group(1);
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Not in time: " + pattern + " in\n" + Files.readString(log));
  }

  @Override
  public void close() {
    daemons.forEach(Process::destroy);
  }
}
