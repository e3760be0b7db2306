package org.networkfission.jobs.train.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.networkfission.jobs.train.collective.Address;
import org.networkfission.jobs.train.collective.RunKey;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.SparkCollective;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.jobs.train.server.Overlap;
import org.networkfission.jobs.train.server.ParameterServer;
import org.networkfission.model.backend.host.HostParameters;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.DataType;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;
import scala.Option;

/** One replica of {@link ExchangeBenchmark}: a process that speaks with it in lines. */
final class ExchangeBenchmarkReplica {
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);

  /** How long a gradient is computed that is sent meanwhile. */
  static final Duration BACKWARD = Duration.ofMillis(500);

  /** How long a forward pass takes for which parameters arrive meanwhile. */
  static final Duration FORWARD = Duration.ofMillis(250);

  /** Both in so many equal parts, with as many parameters each. */
  static final int STAGES = 16;

  private ExchangeBenchmarkReplica() {}

  /** Prints the address, reads everybody's, steps, prints seconds and bytes. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rank = Integer.parseInt(args[0]);
    int replicas = Integer.parseInt(args[1]);
    int floats = Integer.parseInt(args[2]);
    int steps = Integer.parseInt(args[3]);
    SparkConf conf =
        new SparkConf(false)
            .set("spark.app.id", "bench")
            .set("spark.authenticate", args[5])
            .set("spark.authenticate.secret", "of the benchmark")
            .set("spark.network.crypto.enabled", args[6]);
    SecurityManager security =
        new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3());
    String host = args[7];
    RunKey key = new RunKey(new byte[32]); // All replicas are processes of the benchmark.
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (SparkCollective collective =
            SparkCollective.listen(
                conf, security, key, rank, replicas, host, 0, Duration.ofMinutes(2));
        PlainSockets sockets = new PlainSockets(rank, replicas, host)) {
      System.out.println(collective.address() + "/" + sockets.port());
      List<Address> addresses = new ArrayList<>();
      List<Address> plain = new ArrayList<>();
      for (String address : in.readLine().split(" ", -1)) {
        String[] parts = address.split("/", -1);
        addresses.add(Address.parse(parts[0]));
        plain.add(new Address(addresses.get(plain.size()).host(), Integer.parseInt(parts[1])));
      }
      collective.connect(addresses);
      sockets.connect(plain);
      HostParameters served =
          new HostParameters(
              List.of(new ParameterRange("all", 0, floats, new long[] {floats}, Kind.WEIGHT)),
              DataType.FLOAT32);
      ByteBuffer parameters = served.parameters().memory();
      ByteBuffer gradient = served.gradient().memory();
      for (int i = 0; i < floats; i++) {
        gradient.putFloat(i * Float.BYTES, (i % 1000 - 500) * 1e-4f);
      }
      Slices slices = new Slices(floats, replicas);
      ParameterServer server =
          ParameterServer.join(
              collective,
              Wire.valueOf(args[4]),
              ADAM,
              served,
              Moments.zeros(slices.from(rank), slices.to(rank)));
      Overlap overlap = server.overlap();
      overlap.gatherLate();
      double[] exchangeSeconds = new double[steps];
      double[] notHiddenSeconds = new double[steps];
      double[] updateSeconds = new double[steps];
      double[] socketSeconds = new double[steps];
      long bytes = 0;
      for (int step = 0; step < 2 * steps; step++) {
        // Together, and in turns, so that both see the same load of the machine.
        collective.allGather(ByteBuffer.allocate(1));
        long start = System.nanoTime();
        sockets.exchange(slices, parameters, gradient);
        double socket = (System.nanoTime() - start) / 1e9;
        collective.allGather(ByteBuffer.allocate(1));
        long before = collective.bytesSent();
        ParameterServer.Applied applied = server.step(2L * step, 1e-3, true, false);
        long waiting = System.nanoTime();
        overlap.settle();
        waiting = System.nanoTime() - waiting;
        long sent = collective.bytesSent() - before;
        collective.allGather(ByteBuffer.allocate(1));
        overlap.compute(2 * step + 1);
        for (int stage = STAGES - 1; stage >= 0; stage--) {
          compute(BACKWARD.dividedBy(STAGES));
          overlap.finalFrom((int) ((long) floats * stage / STAGES));
        }
        ParameterServer.Applied second = server.step(2 * step + 1, 1e-3, true, false);
        for (int stage = 1; stage <= STAGES; stage++) {
          overlap.neededTo((int) ((long) floats * stage / STAGES));
          compute(FORWARD.dividedBy(STAGES));
        }
        long meanwhile = overlap.takeNanos();
        if (step >= steps) {
          bytes = sent;
          notHiddenSeconds[step - steps] = (meanwhile + second.exchangeNanos()) / 1e9;
          exchangeSeconds[step - steps] = (applied.exchangeNanos() + waiting) / 1e9;
          updateSeconds[step - steps] = applied.updateNanos() / 1e9;
          socketSeconds[step - steps] = socket;
        }
      }
      collective.allGather(ByteBuffer.allocate(1));
      System.out.println(
          "%s %s %s %d %s"
              .formatted(
                  median(exchangeSeconds),
                  median(notHiddenSeconds),
                  median(updateSeconds),
                  bytes,
                  median(socketSeconds)));
    }
  }

  /** Keeps a processor busy. */
  private static void compute(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
