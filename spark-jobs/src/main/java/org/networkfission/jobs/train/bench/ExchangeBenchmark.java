package org.networkfission.jobs.train.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.networkfission.jobs.train.collective.Wire;

/**
 * Measures the exchange of a step between replicas that are processes of this machine, connected by
 * loopback or as they are placed, with plain sockets beside it as the yardstick.
 */
public final class ExchangeBenchmark {
  private final int floats;
  private final int steps;
  private final Placement placement;
  private final PrintWriter out;

  /**
   * Where the replicas run; {@code {rank}} stands for a replica's rank.
   *
   * @param wrapper words before each replica's command, such as {@code ip netns exec n{rank}}
   * @param host where each replica listens
   */
  public record Placement(List<String> wrapper, String host) {
    /** Processes of this machine. */
    public static final Placement LOOPBACK = new Placement(List.of(), "127.0.0.1");

    public Placement {
      wrapper = List.copyOf(wrapper);
    }

    private static String of(String pattern, int rank) {
      return pattern.replace("{rank}", Integer.toString(rank));
    }
  }

  /**
   * A way to exchange.
   *
   * @param encrypt AES-CTR by Spark's network library; implies authentication
   * @param authenticate by Spark's handshake
   */
  private record Variant(String name, Wire wire, boolean encrypt, boolean authenticate) {}

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("float32", Wire.FLOAT32, false, false),
          new Variant("float32, authenticated", Wire.FLOAT32, false, true),
          new Variant("float32, encrypted", Wire.FLOAT32, true, true),
          new Variant("float16", Wire.FLOAT16, false, false));

  /**
   * One line of the table: medians over the steps of replica 0.
   *
   * @param variant what was measured
   * @param replicas how many processes
   * @param floats elements of the flat vector
   * @param exchangeSeconds to push, wait and receive, per step
   * @param notHiddenSeconds what is left of the exchange where the gradient is sent while it is
   *     computed for {@link ExchangeBenchmarkReplica#BACKWARD}, as parts of it become final, and
   *     parameters are received during {@link ExchangeBenchmarkReplica#FORWARD}, as they are needed
   * @param updateSeconds to sum, apply Adam and convert, per step
   * @param exchangeMegabytesPerSecond bytes that a replica sends, and as many that it receives, per
   *     second of exchange
   * @param plainSocketSeconds the same bytes over plain sockets, no computation, per step
   */
  public record Line(
      String variant,
      int replicas,
      int floats,
      double exchangeSeconds,
      double notHiddenSeconds,
      double updateSeconds,
      double exchangeMegabytesPerSecond,
      double plainSocketSeconds) {}

  /**
   * Describes a benchmark.
   *
   * @param floats elements of the flat vector
   * @param steps to take after as many to warm up
   */
  public ExchangeBenchmark(int floats, int steps, Placement placement, PrintWriter out) {
    this.floats = floats;
    this.steps = steps;
    this.placement = placement;
    this.out = out;
  }

  /**
   * Measures and prints the table.
   *
   * @param replicas how many; each number is measured
   * @param only the name of the variant that is measured; empty for all
   */
  public List<Line> execute(List<Integer> replicas, String only)
      throws IOException, InterruptedException {
    out.printf(
        "Exchange of %,d floats between processes at %s, %d processors, medians of %d steps%n",
        floats, placement.host(), Runtime.getRuntime().availableProcessors(), steps);
    out.println(
        "replicas  variant                  exchange s  not hidden s  update s  MB/s each way  sockets s");
    List<Line> lines = new ArrayList<>();
    for (int count : replicas) {
      for (Variant variant : VARIANTS) {
        if (!only.isEmpty() && !variant.name().equals(only)) {
          continue;
        }
        Line line = measure(variant, count);
        lines.add(line);
        out.println(
            String.format(
                Locale.ROOT,
                "%8d  %-23s  %10.3f  %12.3f  %8.3f  %13.0f  %9.3f",
                line.replicas(),
                line.variant(),
                line.exchangeSeconds(),
                line.notHiddenSeconds(),
                line.updateSeconds(),
                line.exchangeMegabytesPerSecond(),
                line.plainSocketSeconds()));
      }
    }
    return lines;
  }

  private Line measure(Variant variant, int replicas) throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    try {
      List<BufferedReader> answers = new ArrayList<>();
      List<PrintStream> orders = new ArrayList<>();
      for (int rank = 0; rank < replicas; rank++) {
        Process process = start(variant, rank, replicas);
        processes.add(process);
        answers.add(process.inputReader(StandardCharsets.UTF_8));
        orders.add(new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8));
      }
      List<String> addresses = new ArrayList<>();
      for (BufferedReader answer : answers) {
        addresses.add(line(answer));
      }
      orders.forEach(order -> order.println(String.join(" ", addresses)));
      String[] seconds = line(answers.get(0)).split(" ", -1);
      double exchange = Double.parseDouble(seconds[0]);
      for (int rank = 1; rank < replicas; rank++) {
        line(answers.get(rank));
      }
      return new Line(
          variant.name(),
          replicas,
          floats,
          exchange,
          Double.parseDouble(seconds[1]),
          Double.parseDouble(seconds[2]),
          Double.parseDouble(seconds[3]) / 1e6 / exchange,
          Double.parseDouble(seconds[4]));
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private static String line(BufferedReader answer) throws IOException {
    String line = answer.readLine();
    if (line == null) {
      throw new IOException("Cannot measure the exchange: a replica ended early");
    }
    return line;
  }

  private Process start(Variant variant, int rank, int replicas) throws IOException {
    List<String> flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens"))
            .toList();
    List<String> command =
        Stream.of(
                placement.wrapper().stream().map(word -> Placement.of(word, rank)),
                Stream.of(ProcessHandle.current().info().command().orElse("java")),
                flags.stream(),
                Stream.of(
                    "-Xmx512m",
                    "-XX:MaxDirectMemorySize=2g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ExchangeBenchmarkReplica.class.getName(),
                    Integer.toString(rank),
                    Integer.toString(replicas),
                    Integer.toString(floats),
                    Integer.toString(steps),
                    variant.wire().name(),
                    Boolean.toString(variant.authenticate()),
                    Boolean.toString(variant.encrypt()),
                    Placement.of(placement.host(), rank)))
            .flatMap(part -> part)
            .collect(Collectors.toList());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
