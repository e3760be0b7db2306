package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.train.collective.Header.Topic;

class ExchangeTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static ByteBuffer text(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  @Test
  void everybodyGetsEverybodysMessageByRankAgainAndAgain() throws Exception {
    try (InProcess replicas = new InProcess(3)) {
      List<String> heard =
          replicas.run(
              exchange -> {
                StringBuilder all = new StringBuilder();
                for (int round = 0; round < 50; round++) {
                  all.setLength(0);
                  for (ByteBuffer one :
                      exchange.allGather(text(exchange.rank() + "@" + round + " "))) {
                    all.append(text(one));
                  }
                }
                return all.toString();
              });

      assertThat(heard).containsOnly("0@49 1@49 2@49 ");
    }
  }

  @Test
  void aLargeMessageLandsInItsPlace() throws Exception {
    int size = 10_000_000;
    try (InProcess replicas = new InProcess(2)) {
      byte[] sent = new byte[size];
      new java.util.Random(3).nextBytes(sent);
      byte[] received = new byte[size];
      replicas.exchange(1).receiveInto(Topic.GRADIENT, 0, List.of(ByteBuffer.wrap(received)));

      replicas.exchange(0).push(1, new Label(Topic.GRADIENT, 7), ByteBuffer.wrap(sent));
      replicas.exchange(1).take(new Label(Topic.GRADIENT, 7), 0);
      replicas.exchange(0).awaitPushed();

      assertThat(received).isEqualTo(sent);
      assertThat(replicas.exchange(0).bytesSent()).isEqualTo(size);
    }
  }

  @Test
  void namesTheSilentReplica() throws Exception {
    try (InProcess replicas = new InProcess(3, new SparkConf(false), SHORT)) {
      Exchange exchange = replicas.exchange(0);
      ByteBuffer place = ByteBuffer.allocate(4);
      exchange.receiveInto(Topic.GRADIENT, 1, List.of(ByteBuffer.allocate(4)));
      exchange.receiveInto(Topic.GRADIENT, 2, List.of(place));
      replicas.exchange(1).push(0, new Label(Topic.GRADIENT, 12), ByteBuffer.allocate(4));
      exchange.take(new Label(Topic.GRADIENT, 12), 1);

      assertThatThrownBy(() -> exchange.take(new Label(Topic.GRADIENT, 12), 2))
          .isInstanceOf(ReplicaException.class)
          .hasMessage(
              "Nothing from replica 2 at %s within 0.3 s: no GRADIENT 12"
                  .formatted(replicas.exchange(2).address()));
    }
  }

  @Test
  void namesTheReplicaThatTakesNothing() throws Exception {
    try (InProcess replicas = new InProcess(2, new SparkConf(false), SHORT);
        ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Exchange exchange = replicas.exchange(0);
      Address address = new Address("127.0.0.1", deaf.getLocalPort());
      exchange.connect(List.of(exchange.address(), address));
      exchange.push(1, new Label(Topic.GATHER, 0), text("hello"));

      assertThatThrownBy(exchange::awaitPushed)
          .isInstanceOf(ReplicaException.class)
          .hasMessage(
              "Nothing from replica 1 at %s within 0.3 s: no sign that a message was taken"
                  .formatted(address));
    }
  }

  @Test
  void theReasonOfOneIsTheReasonOfAll() throws Exception {
    try (InProcess replicas = new InProcess(3)) {
      replicas.exchange(2).fail("Replica 2 cannot read part-00000.parquet");

      assertThatThrownBy(() -> replicas.exchange(0).take(new Label(Topic.GATHER, 0), 1))
          .isInstanceOf(ReplicaException.class)
          .hasMessage("Replica 2 cannot read part-00000.parquet");
    }
  }

  @Test
  void noticesAtOnceThatAReplicaIsGone() throws Exception {
    try (InProcess replicas = new InProcess(2)) {
      replicas.run(exchange -> exchange.allGather(text("hello")));
      replicas.exchange(1).close();

      long start = System.nanoTime();
      assertThatThrownBy(() -> replicas.exchange(0).take(new Label(Topic.GATHER, 1), 1))
          .isInstanceOf(ReplicaException.class)
          .hasMessage("Replica 1 closed its connection");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(InProcess.TIMEOUT);
    }
  }

  @Test
  void aStrangerIsRefusedAndDisturbsNothing() throws Exception {
    SparkConf conf = new SparkConf(false).set("spark.app.id", "test");
    try (InProcess replicas = new InProcess(2);
        Exchange stranger = stranger(conf);
        Exchange another = stranger(conf)) {
      // Its first message only: the refusal closes the connection, and what comes behind it on the
      // same
      // connection may reset it before the reason is read.
      stranger.connect(List.of(replicas.exchange(0).address(), stranger.address()));
      stranger.awaitPushed();
      another.connect(List.of(replicas.exchange(0).address(), another.address()));
      another.fail("forged");
      another.awaitPushed();

      assertThatThrownBy(() -> stranger.take(new Label(Topic.GATHER, 0), 0))
          .hasMessageContaining("Cannot send HELLO 0 to replica 0")
          .hasMessageContaining("it is of another run");
      assertThat(replicas.run(exchange -> text(exchange.allGather(text("real")).get(1))))
          .containsOnly("real");
    }
  }

  private static Exchange stranger(SparkConf conf) throws Exception {
    return new Exchange(
        conf,
        InProcess.security(conf),
        RunKey.random(),
        1,
        2,
        "127.0.0.1",
        0,
        Duration.ofSeconds(5));
  }

  @Test
  void garbageAndHalfOpenConnectionsDisturbNothing() throws Exception {
    try (InProcess replicas = new InProcess(2)) {
      Address address = replicas.exchange(0).address();
      try (Socket halfOpen = new Socket(address.host(), address.port());
          Socket garbage = new Socket(address.host(), address.port())) {
        halfOpen.getOutputStream().write(0);
        byte[] noise = new byte[100_000];
        new java.util.Random(4).nextBytes(noise);
        noise[0] = 0; // a small frame length, so that the frame is decoded
        noise[1] = 0;
        noise[2] = 0;
        garbage.getOutputStream().write(noise);
        garbage.getOutputStream().flush();

        assertThat(replicas.run(exchange -> text(exchange.allGather(text("real")).get(1))))
            .containsOnly("real");
      }
    }
  }

  @Test
  void saysThatAPortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SparkConf conf = new SparkConf(false).set("spark.app.id", "test");

      assertThatThrownBy(
              () ->
                  new Exchange(
                      conf,
                      InProcess.security(conf),
                      RunKey.random(),
                      0,
                      2,
                      "127.0.0.1",
                      taken.getLocalPort(),
                      SHORT))
          .isInstanceOf(PortException.class)
          .hasMessageStartingWith("Cannot listen at 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("in use")
          .hasMessageEndingWith("choose another train.exchange.port, or 0 for any free one");
    }
  }
}
