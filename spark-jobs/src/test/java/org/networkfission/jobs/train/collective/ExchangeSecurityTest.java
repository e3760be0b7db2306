package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.ChunkReceivedCallback;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.collective.Header.Topic;
import org.networkfission.prep.settings.InvalidSettings;
import scala.Option;

class ExchangeSecurityTest {
  private static final String MARK = "THESE-ARE-GRADIENT-BYTES";

  private static SparkConf authenticating(boolean encrypt) {
    return new SparkConf(false)
        .set("spark.authenticate", "true")
        .set("spark.authenticate.secret", "a secret of this test")
        .set("spark.network.crypto.enabled", Boolean.toString(encrypt));
  }

  /** Calls back with what came, as text, or with the error. */
  private static final class Answer
      implements RpcResponseCallback, ChunkReceivedCallback, StreamCallback {
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    @Override
    public void onSuccess(ByteBuffer response) {
      answer.complete("answered");
    }

    @Override
    public void onSuccess(int chunk, ManagedBuffer buffer) {
      answer.complete("answered");
    }

    @Override
    public void onData(String id, ByteBuffer data) {
      answer.complete("answered");
    }

    @Override
    public void onComplete(String id) {
      answer.complete("answered");
    }

    @Override
    public void onFailure(Throwable e) {
      answer.completeExceptionally(e);
    }

    @Override
    public void onFailure(int chunk, Throwable e) {
      answer.completeExceptionally(e);
    }

    @Override
    public void onFailure(String id, Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientWithoutTheSecretGetsNothingByAnyCall(boolean encrypt) throws Exception {
    SparkConf open = new SparkConf(false).set("spark.app.id", "test");
    try (InProcess replicas = new InProcess(2, authenticating(encrypt), InProcess.TIMEOUT);
        TransportContext context =
            new TransportContext(
                SparkTransportConf.fromSparkConf(open, "ps", 1, Option.empty()),
                new NoOpRpcHandler());
        var factory = context.createClientFactory()) {
      Address address = replicas.exchange(0).address();
      // Even one that knows the key of the run.
      MessageMac mac = new MessageMac(InProcess.KEY);
      ByteBuffer header = Header.of(new Label(Topic.GATHER, 0), 1, 0, 4, 0, mac).encode(mac);
      List<BiConsumer<TransportClient, Answer>> calls =
          List.of(
              (client, answer) -> client.sendRpc(ByteBuffer.allocate(8), answer),
              (client, answer) ->
                  client.uploadStream(
                      new NioManagedBuffer(header),
                      new NioManagedBuffer(ByteBuffer.allocate(4)),
                      answer),
              (client, answer) -> client.fetchChunk(0, 0, answer),
              (client, answer) -> client.stream("GRADIENT-0-0", answer));
      for (BiConsumer<TransportClient, Answer> call : calls) {
        Answer answer = new Answer();
        try (TransportClient client =
            factory.createUnmanagedClient(address.host(), address.port())) {
          call.accept(client, answer);
          assertThatThrownBy(() -> answer.answer.get(10, TimeUnit.SECONDS))
              .isInstanceOf(ExecutionException.class);
        }
      }

      assertThat(
              replicas.run(exchange -> exchange.allGather(ByteBuffer.allocate(3)).get(1).limit()))
          .containsOnly(3);
    }
  }

  @Test
  void aClientWithAnotherSecretCannotConnect() throws Exception {
    SparkConf other = authenticating(true).set("spark.authenticate.secret", "another");
    other.set("spark.app.id", "test");
    try (InProcess replicas = new InProcess(1, authenticating(true), InProcess.TIMEOUT);
        Exchange stranger =
            new Exchange(
                other,
                InProcess.security(other),
                InProcess.KEY,
                1,
                2,
                "127.0.0.1",
                0,
                InProcess.TIMEOUT)) {
      Address address = replicas.exchange(0).address();

      assertThatThrownBy(() -> stranger.connect(List.of(address, stranger.address())))
          .isInstanceOf(ReplicaException.class)
          .hasMessageStartingWith("Cannot connect to replica 0 at " + address);
    }
  }

  /** Passes bytes on and remembers them. */
  private static final class Tap implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    Tap(Address to) throws IOException {
      Thread accept =
          new Thread(
              () -> {
                try {
                  Socket in = server.accept();
                  Socket out = new Socket(to.host(), to.port());
                  copy(in, out);
                  copy(out, in);
                } catch (IOException e) {
                  seen.add("tap failed: " + e);
                }
              });
      accept.setDaemon(true);
      accept.start();
    }

    private void copy(Socket from, Socket to) {
      Thread pump =
          new Thread(
              () -> {
                byte[] buffer = new byte[8192];
                try (from;
                    to) {
                  InputStream in = from.getInputStream();
                  OutputStream out = to.getOutputStream();
                  for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    seen.add(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
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

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withEncryptionTheTrafficShowsNoPayload(boolean encrypt) throws Exception {
    SparkConf conf = authenticating(encrypt).set("spark.app.id", "test");
    RunKey run = RunKey.random();
    try (Exchange a = exchange(conf, run, 0);
        Exchange b = exchange(conf, run, 1);
        Tap tap = new Tap(b.address())) {
      a.connect(List.of(a.address(), tap.address()));
      b.connect(List.of(a.address(), b.address()));
      ByteBuffer message = StandardCharsets.UTF_8.encode(MARK.repeat(100));
      a.push(1, new Label(Topic.GATHER, 0), message);

      assertThat(b.take(new Label(Topic.GATHER, 0), 0)).isEqualTo(message);
      String seen = String.join("", tap.seen);
      assertThat(seen.length()).isGreaterThan(message.limit());
      assertThat(seen.contains(MARK)).isEqualTo(!encrypt);
    }
  }

  private static Exchange exchange(SparkConf conf, RunKey run, int rank) throws IOException {
    return new Exchange(
        conf, InProcess.security(conf), run, rank, 2, "127.0.0.1", 0, InProcess.TIMEOUT);
  }

  @Test
  void refusesWhatWouldSilentlyWeakenIt() {
    SparkConf weak =
        authenticating(true)
            .set("spark.network.crypto.cipher", "AES/GCM/NoPadding")
            .set("spark.network.crypto.saslFallback", "true");

    assertThatThrownBy(() -> ExchangeSecurity.check(weak, true))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("spark.network.crypto.cipher = AES/GCM/NoPadding: must be AES/CTR")
        .hasMessageContaining("spark.network.crypto.saslFallback = true: must be false");
    assertThatThrownBy(() -> ExchangeSecurity.check(new SparkConf(false), true))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "spark.authenticate = false: must be true, for train.exchange.require-authentication is on");
    assertThatThrownBy(
            () ->
                ExchangeSecurity.check(
                    new SparkConf(false).set("spark.network.crypto.enabled", "true"), false))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "spark.network.crypto.enabled = true: must be false while spark.authenticate is false:"
                + " without it nothing is encrypted");
  }

  @Test
  void takesSoundSettings() {
    assertThatCode(
            () -> {
              ExchangeSecurity.check(new SparkConf(false), false);
              ExchangeSecurity.check(authenticating(true), true);
              ExchangeSecurity.check(authenticating(false), true);
            })
        .doesNotThrowAnyException();
  }
}
