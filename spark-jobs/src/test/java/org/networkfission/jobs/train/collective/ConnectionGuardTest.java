package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkConf;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers cost a replica next to nothing, whatever they send. */
class ConnectionGuardTest {
  private static final int STRANGERS = 6;

  private static SparkConf conf(boolean authenticate) {
    return new SparkConf(false)
        .set("spark.app.id", "test")
        .set("spark.authenticate", Boolean.toString(authenticate))
        .set("spark.authenticate.secret", "a secret of this test");
  }

  /** Announces a frame of two gigabytes and sends as much as it can; how much it got rid of. */
  private static long send(Address victim) throws IOException {
    long sent = 0;
    try (Socket socket = new Socket(victim.host(), victim.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(ByteBuffer.allocate(Long.BYTES).putLong(Integer.MAX_VALUE - 1).array());
      byte[] piece = new byte[1 << 20];
      while (sent < Runtime.getRuntime().maxMemory()) {
        out.write(piece);
        sent += piece.length;
      }
      return sent;
    } catch (IOException e) {
      return sent; // Closed by the replica.
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sixStrangersWithGigabytesEndNothing(boolean authenticate) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (InProcess replicas = new InProcess(2, conf(authenticate), InProcess.TIMEOUT)) {
      Address victim = replicas.exchange(0).address();
      List<Future<Long>> strangers = new ArrayList<>();
      for (int i = 0; i < STRANGERS; i++) {
        strangers.add(threads.submit(() -> send(victim)));
      }

      for (int round = 0; round < 20; round++) {
        assertThat(
                replicas.run(exchange -> exchange.allGather(ByteBuffer.allocate(3)).get(1).limit()))
            .containsOnly(3);
      }
      for (Future<Long> stranger : strangers) {
        // What the two sockets' buffers hold.
        assertThat(stranger.get()).isLessThan(64 << 20);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void manyStrangersTakeNoReplicasPlace() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try (Exchange a = exchange(0);
        Exchange b = exchange(1)) {
      for (int i = 0; i < 200; i++) {
        strangers.add(new Socket(a.address().host(), a.address().port()));
      }
      a.connect(List.of(a.address(), b.address()));
      b.connect(List.of(a.address(), b.address()));
      b.push(0, new Label(Header.Topic.GATHER, 0), ByteBuffer.allocate(3));

      assertThat(a.take(new Label(Header.Topic.GATHER, 0), 1).limit()).isEqualTo(3);
      // The oldest were closed.
      strangers.get(0).setSoTimeout(10_000);
      assertThat(strangers.get(0).getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  private static Exchange exchange(int rank) throws IOException {
    SparkConf conf = conf(false);
    return new Exchange(
        conf, InProcess.security(conf), InProcess.KEY, rank, 2, "127.0.0.1", 0, InProcess.TIMEOUT);
  }

  private static EmbeddedChannel guarded(ConnectionGuard guard) {
    EmbeddedChannel channel = new EmbeddedChannel();
    guard.doBootstrap(channel, new NoOpRpcHandler());
    return channel;
  }

  @Test
  void aStrangerHasSoMuchTimeAndAReplicaAsMuchAsItLikes() throws Exception {
    ConnectionGuard guard = new ConnectionGuard(9, Duration.ofMillis(20));
    EmbeddedChannel stranger = guarded(guard);
    EmbeddedChannel replica = guarded(guard);
    guard.open(replica);
    Thread.sleep(30);

    stranger.runScheduledPendingTasks();
    replica.runScheduledPendingTasks();

    assertThat(stranger.isOpen()).isFalse();
    assertThat(replica.isOpen()).isTrue();
  }

  @Test
  void bytesPassAsTheyCameHoweverTheyAreCut() {
    ByteBuffer frames = ByteBuffer.allocate(600);
    while (frames.remaining() >= 100) {
      int length = 10 + frames.position() / 10;
      frames.putLong(length);
      for (int i = Long.BYTES; i < length; i++) {
        frames.put((byte) i);
      }
    }
    byte[] sent = new byte[frames.position()];
    frames.flip().get(sent);
    for (int cut = 1; cut < 50; cut++) {
      EmbeddedChannel channel = guarded(new ConnectionGuard(9, Duration.ofMinutes(1)));
      for (int from = 0; from < sent.length; from += cut) {
        channel.writeInbound(Unpooled.copiedBuffer(sent, from, Math.min(cut, sent.length - from)));
      }
      ByteBuf passed = Unpooled.buffer();
      for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
        passed.writeBytes(piece);
        piece.release();
      }

      assertThat(passed).isEqualTo(Unpooled.wrappedBuffer(sent));
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Test
  void aFrameThatIsTooLongOrHasNoLengthClosesTheConnection() {
    for (long length : new long[] {ConnectionGuard.MAX_FRAME + 1, 7, -1, Long.MAX_VALUE}) {
      EmbeddedChannel channel = guarded(new ConnectionGuard(9, Duration.ofMinutes(1)));

      channel.writeInbound(Unpooled.copyLong(length));

      assertThat(channel.isOpen()).isFalse();
    }
  }
}
