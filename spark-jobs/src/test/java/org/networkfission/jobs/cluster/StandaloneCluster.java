package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Master and Workers of Spark as processes of this machine, from the jars of the runtime folder.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

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
    start(log, HOST, "master.Master", "--host", HOST, "--port", "0");
    this.master = SparkDaemon.await(log, "Starting Spark master at (spark://\\S+)").group(1);
  }

  /** Its URL. */
  public String master() {
    return master;
  }

  /** Starts a Worker that has a core for one executor; returns when the Master knows it. */
  public Process worker(String name, String memory) throws Exception {
    return worker(name, memory, HOST, 1);
  }

  /** Starts a Worker that has cores for so many executors, or is known by another address. */
  public Process worker(String name, String memory, String host, int cores) throws Exception {
    Path log = folder.resolve(name + ".log");
    Process worker =
        start(
            log,
            host,
            "worker.Worker",
            "--host",
            host,
            "--cores",
            Integer.toString(cores),
            "--memory",
            memory,
            "--work-dir",
            folder.resolve(name).toString(),
            master);
    SparkDaemon.await(log, "Successfully registered with master");
    return worker;
  }

  private Process start(Path log, String host, String type, String... arguments)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(SparkDaemon.command(folder, options, type, arguments))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(SparkDaemon.environment(host));
    Process daemon = builder.start();
    daemons.add(daemon);
    return daemon;
  }

  @Override
  public void close() {
    daemons.forEach(Process::destroy);
  }
}
