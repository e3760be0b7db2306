package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.train.collective.Header.Topic;
import scala.Option;

class MessageMacTest {
  private static final MessageMac MAC = new MessageMac(InProcess.KEY);

  private static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void everyBitCountsAndSoDoesTheLength() {
    for (int length : new int[] {0, 1, 7, 1023, 1024, 1025, 5000}) {
      ByteBuffer message = bytes(length);
      long hash = MAC.hash(message);
      Set<Long> hashes = new HashSet<>(Set.of(hash));
      for (int bit = 0; bit < 8 * length; bit++) {
        byte before = message.get(bit / 8);
        message.put(bit / 8, (byte) (before ^ 1 << bit % 8));
        hashes.add(MAC.hash(message));
        message.put(bit / 8, before);
      }
      assertThat(hashes).hasSize(8 * length + 1);
      ByteBuffer longer = ByteBuffer.allocate(length + 1).put(message.duplicate()).clear();
      assertThat(MAC.hash(longer)).isNotEqualTo(hash);
      assertThat(new MessageMac(RunKey.random()).hash(message)).isNotEqualTo(hash);
    }
  }

  @Test
  void theHashDoesNotDependOnWhereTheBytesLie() {
    ByteBuffer message = bytes(3000);
    ByteBuffer direct =
        ByteBuffer.allocateDirect(3013)
            .order(ByteOrder.nativeOrder())
            .put(13, message, 0, 3000)
            .position(13);

    assertThat(MAC.hash(direct)).isEqualTo(MAC.hash(message));
    assertThat(direct.position()).isEqualTo(13);
  }

  @Test
  void aHashGoesOnAsBytesArrive() {
    for (int length : new int[] {0, 5, 4096, 10_000, 50_000}) {
      ByteBuffer message = bytes(length);
      MessageMac.Running running = MAC.running(message);
      for (int arrived = 0; arrived < length; arrived += 1000) {
        running.arrived(arrived);
      }

      assertThat(running.finish()).isEqualTo(MAC.hash(message));
    }
  }

  /** As the formula says, in numbers without bounds. */
  @Test
  void theHashIsThatOfTheFormula() {
    int blocks = 5;
    ByteBuffer message = bytes(blocks * 1024).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * 1024; i++) {
      message.put(i, (byte) 0x80); // Products as large as they get.
    }
    List<BigInteger> pieces = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      BigInteger sum = BigInteger.ZERO;
      for (int i = 0; i < 128; i += 2) {
        long x = message.getLong(block * 1024 + 8 * i) + MAC.words[i];
        long y = message.getLong(block * 1024 + 8 * i + 8) + MAC.words[i + 1];
        sum = sum.add(BigInteger.valueOf(x).multiply(BigInteger.valueOf(y)));
      }
      for (int bit : new int[] {32, 0, 96, 64}) {
        pieces.add(sum.shiftRight(bit).and(BigInteger.valueOf(0xffff_ffffL)));
      }
    }
    pieces.add(BigInteger.valueOf(message.limit()));
    BigInteger hash = BigInteger.ONE;
    for (BigInteger piece : pieces) {
      hash = hash.multiply(BigInteger.valueOf(MAC.point)).add(piece);
    }
    BigInteger prime = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);

    assertThat(BigInteger.valueOf(MAC.hash(message)).mod(prime)).isEqualTo(hash.mod(prime));
  }

  @Test
  void aHeaderIsOfItsRunAndOfNoOther() {
    Header header = Header.of(new Label(Topic.GATHER, 7), 1, 0, 3, 99, MAC);
    ByteBuffer sent = header.encode(MAC);

    Header read = Header.decode(sent.duplicate(), MAC);
    assertThat(read.label().topic()).isEqualTo(Topic.GATHER);
    assertThat(read.label().sequence()).isEqualTo(7);
    assertThat(read.tag()).isEqualTo(header.tag());
    assertThatThrownBy(() -> Header.decode(sent, new MessageMac(InProcess.KEY.derive("attempt 1"))))
        .hasMessage("Cannot take a message: it is of another run");
    for (int i = 4; i < sent.limit(); i++) {
      ByteBuffer forged = ByteBuffer.allocate(sent.limit()).put(sent.duplicate()).flip();
      forged.put(i, (byte) (forged.get(i) ^ 1));
      assertThatThrownBy(() -> Header.decode(forged, MAC))
          .hasMessage("Cannot take a message: it is of another run");
    }
  }

  @Test
  void aKeyIsNotShown() {
    assertThat(RunKey.random().toString()).isEqualTo("RunKey of 32 bytes");
    assertThat(InProcess.KEY.name("monitor")).hasSize(32).isNotEqualTo(InProcess.KEY.name("log"));
  }

  /** Sends a message as whoever sits between two replicas could. */
  private static String send(Exchange to, Header header, ByteBuffer bytes) throws Exception {
    SparkConf conf = new SparkConf(false).set("spark.app.id", "test");
    CompletableFuture<String> answer = new CompletableFuture<>();
    try (TransportContext context =
            new TransportContext(
                SparkTransportConf.fromSparkConf(conf, "ps", 1, Option.empty()),
                new NoOpRpcHandler());
        var factory = context.createClientFactory();
        TransportClient client =
            factory.createUnmanagedClient(to.address().host(), to.address().port())) {
      client.uploadStream(
          new NioManagedBuffer(header.encode(MAC)),
          new NioManagedBuffer(bytes),
          new RpcResponseCallback() {
            @Override
            public void onSuccess(ByteBuffer response) {
              answer.complete("taken");
            }

            @Override
            public void onFailure(Throwable e) {
              answer.complete(e.getMessage());
            }
          });
      return answer.get();
    }
  }

  private static Exchange alone() throws IOException {
    SparkConf conf = new SparkConf(false).set("spark.app.id", "test");
    return new Exchange(
        conf, InProcess.security(conf), InProcess.KEY, 0, 2, "127.0.0.1", 0, InProcess.TIMEOUT);
  }

  @Test
  void bytesThatWereChangedOnTheWayAreNotUsed() throws Exception {
    try (Exchange exchange = alone()) {
      ByteBuffer gradient = bytes(4096);
      exchange.receiveInto(Topic.GRADIENT, 1, List.of(ByteBuffer.allocateDirect(4096)));
      Header header = Header.of(new Label(Topic.GRADIENT, 3), 1, 0, 4096, MAC.hash(gradient), MAC);
      gradient.put(100, (byte) (gradient.get(100) ^ 1));

      assertThat(send(exchange, header, gradient)).isEqualTo("taken");
      assertThatThrownBy(() -> exchange.take(new Label(Topic.GRADIENT, 3), 1))
          .isInstanceOf(ReplicaException.class)
          .hasMessageContaining("Cannot use GRADIENT 3 of replica 1")
          .hasMessageEndingWith("its bytes were changed on the way");
    }
  }

  @Test
  void aReasonThatWasChangedOnTheWayEndsNothing() throws Exception {
    try (Exchange exchange = alone()) {
      Header header = Header.of(new Label(Topic.STOP, 0), 1, 0, 5, MAC.hash(bytes(5)), MAC);

      assertThat(send(exchange, header, ByteBuffer.allocate(5))).contains("its bytes were changed");
      assertThatThrownBy(() -> exchange.take(new Label(Topic.GATHER, 0), 1))
          .isInstanceOf(ReplicaException.class);
    }
  }

  @Test
  void aMessageThatWasHeardBeforeDisturbsNothing() throws Exception {
    try (InProcess replicas = new InProcess(2)) {
      replicas.run(exchange -> exchange.allGather(bytes(5)));
      Header heard = Header.of(new Label(Topic.GATHER, 0), 1, 0, 5, MAC.hash(bytes(5)), MAC);

      assertThat(send(replicas.exchange(0), heard, bytes(5)))
          .contains("replica 1 has a connection already");
      assertThat(replicas.run(exchange -> exchange.allGather(bytes(9)).get(1)))
          .containsOnly(bytes(9));
    }
  }

  @Test
  void aMessageIsTakenOnce() {
    Inbox inbox = new Inbox(2);
    Header header = Header.of(new Label(Topic.GATHER, 4), 1, 0, 5, 0, MAC);
    inbox.deliver(header, inbox.begin(header), 0);

    assertThatThrownBy(() -> inbox.begin(header))
        .hasMessage("Cannot take GATHER 4 from replica 1: it came before");
  }
}
