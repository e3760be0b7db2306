package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hosts of a network of their own: network namespaces with an address and a name each, joined by a
 * bridge that lies in another namespace, so that nothing of this machine's own network changes.
 * They share its disks and its processes. Closing it ends all that runs in them, and removes them.
 */
public final class TestNetwork implements AutoCloseable {
  private static final Path FOLDER = Paths.get("/var/run/netns");
  private static final Path NAMES = Paths.get("/etc/netns");

  private final String name;
  private final int number = (int) (ProcessHandle.current().pid() % 250) + 1;
  private final boolean dns;
  private final int hosts;
  private final Thread atExit = new Thread(this::closeAtExit);

  private TestNetwork(int hosts, boolean dns) {
    this.name = "fission" + ProcessHandle.current().pid() + (dns ? "d" : "i");
    this.hosts = hosts;
    this.dns = dns;
  }

  /** Why there can be none here; nothing where there can. */
  public static Optional<String> problem() {
    try {
      if (!run("id", "-u").strip().equals("0")) {
        return Optional.of("network namespaces are root's to make");
      }
      String probe = "fission-probe" + ProcessHandle.current().pid();
      run("ip", "netns", "add", probe);
      try {
        run("ip", "-n", probe, "link", "add", "name", "bridge", "type", "bridge");
        run(
            "ip", "-n", probe, "link", "add", "name", "eth0", "type", "veth", "peer", "name",
            "port0");
        run("ip", "netns", "exec", probe, "unshare", "--uts", "hostname", "host");
      } finally {
        run("ip", "netns", "del", probe);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no network namespaces can be made here: " + e.getMessage());
    }
  }

  /**
   * Makes a network.
   *
   * @param dns whether hosts know each other's names; else nothing but their own addresses
   */
  public static TestNetwork of(int hosts, boolean dns) throws IOException {
    sweep();
    TestNetwork network = new TestNetwork(hosts, dns);
    Runtime.getRuntime().addShutdownHook(network.atExit);
    try {
      network.make();
      return network;
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  private void make() throws IOException {
    run("ip", "netns", "add", bridge());
    run("ip", "-n", bridge(), "link", "add", "name", "bridge", "type", "bridge");
    run("ip", "-n", bridge(), "link", "set", "bridge", "up");
    StringBuilder names = new StringBuilder("127.0.0.1 localhost\n");
    for (int host = 0; host < hosts && dns; host++) {
      names.append("%s %s\n".formatted(address(host), hostName(host)));
    }
    for (int host = 0; host < hosts; host++) {
      String space = space(host);
      Files.createDirectories(NAMES.resolve(space));
      Files.writeString(NAMES.resolve(space).resolve("hosts"), names);
      Files.writeString(NAMES.resolve(space).resolve("resolv.conf"), "");
      run("ip", "netns", "add", space);
      String switched = port(host);
      run(
          "ip", "-n", space, "link", "add", "name", "eth0", "type", "veth", "peer", "name",
          switched);
      run("ip", "-n", space, "link", "set", switched, "netns", bridge());
      run("ip", "-n", space, "addr", "add", address(host) + "/24", "dev", "eth0");
      run("ip", "-n", space, "link", "set", "lo", "up");
      run("ip", "-n", space, "link", "set", "eth0", "up");
      run("ip", "-n", bridge(), "link", "set", port(host), "master", "bridge");
      run("ip", "-n", bridge(), "link", "set", port(host), "up");
    }
  }

  private String bridge() {
    return name + "-bridge";
  }

  private String space(int host) {
    return name + "-" + host;
  }

  private static String port(int host) {
    return "port" + host;
  }

  /** The address of a host, which is numbered from 0. */
  public String address(int host) {
    return "10.231.%d.%d".formatted(number, host + 1);
  }

  /** What a host calls itself. */
  public String hostName(int host) {
    return "fission-host-" + host;
  }

  /** How others reach a host: by its name, or by its address where there are no names. */
  public String reached(int host) {
    return dns ? hostName(host) : address(host);
  }

  /** Begins a program on a host. */
  public Process begin(int host, Map<String, String> environment, Path told, List<String> command)
      throws IOException {
    List<String> whole =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                space(host),
                "unshare",
                "--uts",
                "sh",
                "-c",
                "hostname " + hostName(host) + "; exec \"$@\"",
                "sh"));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(told.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("SPARK_"));
    builder.environment().put("HOSTNAME", hostName(host));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Cuts a host off, or joins it again: its cable is out of the switch. */
  public void link(int host, boolean up) throws IOException {
    run("ip", "-n", bridge(), "link", "set", port(host), up ? "up" : "down");
  }

  private void closeAtExit() {
    try {
      remove();
    } catch (IOException e) {
      // The next test that makes a network tries again.
    }
  }

  /** Removes what processes left that were killed. */
  private static void sweep() throws IOException {
    Pattern own = Pattern.compile("fission([0-9]+)[di]-.*");
    for (Path folder : List.of(FOLDER, NAMES)) {
      if (Files.isDirectory(folder)) {
        List<Path> all;
        try (Stream<Path> found = Files.list(folder)) {
          all = found.toList();
        }
        for (Path space : all) {
          Matcher matcher = own.matcher(space.getFileName().toString());
          if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
            remove(space.getFileName().toString());
          }
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(atExit);
    remove();
  }

  private void remove() throws IOException {
    List<String> spaces = new ArrayList<>(List.of(bridge()));
    for (int host = 0; host < hosts; host++) {
      spaces.add(space(host));
    }
    for (String space : spaces) {
      remove(space);
    }
  }

  private static void remove(String space) throws IOException {
    if (Files.exists(FOLDER.resolve(space))) {
      end(space);
      run("ip", "netns", "del", space);
    }
    for (String file : List.of("hosts", "resolv.conf", "")) {
      Files.deleteIfExists(NAMES.resolve(space).resolve(file));
    }
  }

  /** Ends what runs in a namespace. */
  private static void end(String space) throws IOException {
    for (int i = 0; i < 100; i++) {
      List<Long> processes =
          run("ip", "netns", "pids", space).lines().map(String::strip).map(Long::valueOf).toList();
      if (processes.isEmpty()) {
        return;
      }
      for (long process : processes) {
        ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while processes ended");
    }
  }

  /** What a command told; fails where it does. */
  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.onExit().join().exitValue();
    if (status != 0) {
      throw new IOException("%s: %s".formatted(Arrays.toString(command), told.strip()));
    }
    return told;
  }
}
