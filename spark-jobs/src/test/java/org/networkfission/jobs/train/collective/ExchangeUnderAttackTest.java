package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.collective.Header.Topic;
import org.networkfission.jobs.train.server.Checksum;
import org.networkfission.jobs.train.server.ParameterServer;
import org.networkfission.model.backend.host.HostParameters;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.DataType;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;
import scala.Option;

/** Whole steps of the parameter server, while strangers do what they can, or listen. */
class ExchangeUnderAttackTest {
  private static final int FLOATS = 40_000;
  private static final int STEPS = 20;
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);

  private static SparkConf authenticating(boolean encrypt) {
    return new SparkConf(false)
        .set("spark.app.id", "test")
        .set("spark.authenticate", "true")
        .set("spark.authenticate.secret", "a secret of this test")
        .set("spark.network.crypto.enabled", Boolean.toString(encrypt));
  }

  private static float gradient(int rank, long step, int i) {
    return (float) Math.sin(rank + 3.0 * step + i * 0.01);
  }

  /** One replica's steps; returns its parameters' checksum. */
  private static Long train(Exchange exchange) throws IOException, InterruptedException {
    HostParameters flat =
        new HostParameters(
            List.of(new ParameterRange("all", 0, FLOATS, new long[] {FLOATS}, Kind.WEIGHT)),
            DataType.FLOAT32);
    ByteBuffer gradient = flat.gradient().memory();
    Slices slices = new Slices(FLOATS, exchange.replicas());
    int rank = exchange.rank();
    ParameterServer server =
        ParameterServer.join(
            new SparkCollective(exchange),
            Wire.FLOAT32,
            ADAM,
            flat,
            Moments.zeros(slices.from(rank), slices.to(rank)));
    for (long step = 0; step < STEPS; step++) {
      for (int i = 0; i < FLOATS; i++) {
        gradient.putFloat(i * Float.BYTES, gradient(rank, step, i));
      }
      server.step(step, 1e-3, true, false);
    }
    exchange.allGather(ByteBuffer.allocate(1)); // Nobody leaves before all are done.
    return Checksum.of(flat.parameters());
  }

  /** Goes on until it is stopped, whatever becomes of each try. */
  private static final class Attack implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger tries = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private final Address victim;

    Attack(Address victim) {
      this.victim = victim;
    }

    void with(Callable<?> once) {
      running.add(
          threads.submit(
              () -> {
                while (!stop.get()) {
                  try {
                    once.call();
                  } catch (IOException | RuntimeException e) {
                    // Refused.
                  }
                  tries.incrementAndGet();
                  Thread.sleep(50);
                }
                return null;
              }));
    }

    /** Bytes of no protocol, long frames that never end, connections that say nothing. */
    Void garbage() throws IOException {
      Random random = new Random(tries.get());
      try (Socket silent = new Socket(victim.host(), victim.port());
          Socket halfOpen = new Socket(victim.host(), victim.port());
          Socket loud = new Socket(victim.host(), victim.port())) {
        // A frame of a gigabyte of which ten bytes come.
        halfOpen.getOutputStream().write(ByteBuffer.allocate(10).putLong(1 << 30).array());
        byte[] noise = new byte[50_000];
        random.nextBytes(noise);
        noise[0] = 0;
        silent.setSoTimeout(1);
        loud.getOutputStream().write(noise);
        return null;
      }
    }

    /** A client of Spark's library, without the secret, that knows all else. */
    Void forgery(TransportContext context) throws IOException, InterruptedException {
      try (var factory = context.createClientFactory();
          TransportClient client = factory.createUnmanagedClient(victim.host(), victim.port())) {
        ByteBuffer forged = ByteBuffer.allocate(FLOATS / 2 * Float.BYTES);
        for (Topic topic : Topic.values()) {
          MessageMac mac = new MessageMac(InProcess.KEY);
          Label label = new Label(topic, tries.get() % STEPS);
          Header header = Header.of(label, 1, 0, forged.limit(), mac.hash(forged), mac);
          client.uploadStream(
              new NioManagedBuffer(header.encode(mac)), new NioManagedBuffer(forged), counting());
        }
        client.sendRpc(ByteBuffer.allocate(64), counting());
        Thread.sleep(5);
        return null;
      }
    }

    private RpcResponseCallback counting() {
      return new RpcResponseCallback() {
        @Override
        public void onSuccess(ByteBuffer response) {
          answers.incrementAndGet();
        }

        @Override
        public void onFailure(Throwable e) {
          // Refused.
        }
      };
    }

    @Override
    public void close() {
      stop.set(true);
      running.forEach(one -> one.cancel(true));
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunUnderAttackEndsWithTheSameBits(boolean encrypt) throws Exception {
    List<Long> undisturbed;
    try (InProcess replicas = new InProcess(2)) {
      undisturbed = replicas.run(ExchangeUnderAttackTest::train);
    }
    SparkConf open = new SparkConf(false).set("spark.app.id", "test");
    try (InProcess replicas = new InProcess(2, authenticating(encrypt), InProcess.TIMEOUT);
        TransportContext context =
            new TransportContext(
                SparkTransportConf.fromSparkConf(open, "ps", 1, Option.empty()),
                new NoOpRpcHandler());
        Attack attack = new Attack(replicas.exchange(0).address())) {
      attack.with(attack::garbage);
      attack.with(() -> attack.forgery(context));
      while (attack.tries.get() < 4) {
        Thread.sleep(10);
      }

      assertThat(replicas.run(ExchangeUnderAttackTest::train)).isEqualTo(undisturbed);
      assertThat(attack.answers).hasValue(0);
    }
  }

  /** Passes connections on and remembers what went through them. */
  private static final class Tap implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream there = new ByteArrayOutputStream();
    private final ByteArrayOutputStream back = new ByteArrayOutputStream();

    Tap(Address to) throws IOException {
      Thread accept =
          new Thread(
              () -> {
                try {
                  Socket in = server.accept();
                  Socket out = new Socket(to.host(), to.port());
                  copy(in, out, there);
                  copy(out, in, back);
                } catch (IOException e) {
                  // Closed.
                }
              });
      accept.setDaemon(true);
      accept.start();
    }

    private static void copy(Socket from, Socket to, ByteArrayOutputStream seen) {
      Thread pump =
          new Thread(
              () -> {
                byte[] buffer = new byte[65_536];
                try (from;
                    to) {
                  InputStream in = from.getInputStream();
                  OutputStream out = to.getOutputStream();
                  for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    seen.write(buffer, 0, n);
                    out.write(buffer, 0, n);
                  }
                } catch (IOException e) {
                  // The connection ended.
                }
              });
      pump.setDaemon(true);
      pump.start();
    }

    Address address() {
      return new Address("127.0.0.1", server.getLocalPort());
    }

    String all() {
      return there.toString(StandardCharsets.ISO_8859_1)
          + back.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** Eight neighbouring elements of a gradient, as they travel. */
  private static String gradientBytes(int rank, long step, int from) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 8; i++) {
      bytes.putFloat(gradient(rank, step, from + i));
    }
    return new String(bytes.array(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void withEncryptionACaptureOfARunShowsNoGradient() throws Exception {
    assertThat(gradientsIn(capture(false))).isEqualTo(STEPS * 50);
    assertThat(gradientsIn(capture(true))).isZero();
  }

  /** How many of the pieces of replica 0's gradients that went to replica 1 are in a capture. */
  private static int gradientsIn(String capture) {
    assertThat(capture.length()).isGreaterThan(STEPS * FLOATS * Float.BYTES);
    int found = 0;
    for (long step = 0; step < STEPS; step++) {
      for (int piece = 0; piece < 50; piece++) {
        // Slice 1 is the second half.
        found +=
            capture.contains(gradientBytes(0, step, FLOATS / 2 + piece * FLOATS / 101)) ? 1 : 0;
      }
    }
    return found;
  }

  /** What went between two replicas in a whole run. */
  private static String capture(boolean encrypt) throws Exception {
    SparkConf conf = authenticating(encrypt);
    try (Exchange a = exchange(conf, 0);
        Exchange b = exchange(conf, 1);
        Tap toA = new Tap(a.address());
        Tap toB = new Tap(b.address());
        var threads = new Threads()) {
      a.connect(List.of(a.address(), toB.address()));
      b.connect(List.of(toA.address(), b.address()));
      Future<Long> other = threads.pool.submit(() -> train(b));
      assertThat(train(a)).isEqualTo(other.get());
      return toA.all() + toB.all();
    }
  }

  private static final class Threads implements AutoCloseable {
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @Override
    public void close() {
      pool.shutdownNow();
    }
  }

  private static Exchange exchange(SparkConf conf, int rank) throws IOException {
    return new Exchange(
        conf, InProcess.security(conf), InProcess.KEY, rank, 2, "127.0.0.1", 0, InProcess.TIMEOUT);
  }
}
