package org.networkfission.jobs.train.collective;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.networkfission.jobs.train.collective.Header.Topic;
import org.networkfission.jobs.train.collective.Inbox.Message;
import scala.Option;

/**
 * Messages between the replicas of one run, on Spark's network library: what the cluster's settings
 * say about authentication and encryption holds for it.
 *
 * <p>Messages are only ever pushed. Every wait has a deadline and names the replica that it waited
 * for. One thread, the replica's, uses an exchange.
 */
final class Exchange implements Closeable {
  /** How long a replica that gives up waits for somebody who knows a better reason. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int THREADS = 2;

  /** So many connections may wait to be known, and for so long. */
  private static final int MIN_STRANGERS = 32;

  private static final Duration STRANGER_DEADLINE = Duration.ofSeconds(30);

  private final int rank;
  private final MessageMac mac;
  private final Duration timeout;
  private final Inbox inbox;
  private final TransportContext serverContext;
  private final TransportServer server;
  private final TransportContext clientContext;
  private final TransportClientFactory clients;
  private final Address address;
  private final TransportClient[] peers;
  private final Address[] addresses;
  private final AtomicLong bytesSent = new AtomicLong();
  private long gathers;

  /**
   * Begins to listen.
   *
   * @param conf Spark's settings; {@code spark.ps.io.*} tunes the connections
   * @param security the secret and whether it is asked for
   * @param key of this attempt of the run
   * @param rank this replica's
   * @param replicas how many there are
   * @param host to listen at, and to be found at
   * @param port to listen at, or 0 for any that is free
   * @param timeout how long a wait may take
   */
  Exchange(
      SparkConf conf,
      SecurityManager security,
      RunKey key,
      int rank,
      int replicas,
      String host,
      int port,
      Duration timeout)
      throws IOException {
    this.rank = rank;
    this.mac = new MessageMac(key);
    this.timeout = timeout;
    this.inbox = new Inbox(replicas);
    this.peers = new TransportClient[replicas];
    this.addresses = new Address[replicas];
    TransportConf transport =
        SparkTransportConf.fromSparkConf(
            ExchangeSecurity.withoutFallback(conf), "ps", THREADS, Option.empty());
    ConnectionGuard guard =
        new ConnectionGuard(Math.max(MIN_STRANGERS, 4 * replicas), STRANGER_DEADLINE);
    List<TransportServerBootstrap> gates = new ArrayList<>();
    gates.add(guard);
    List<TransportClientBootstrap> keys = new ArrayList<>();
    if (security.isAuthenticationEnabled()) {
      SecretKeyHolder secret = security;
      gates.add(new AuthServerBootstrap(transport, secret));
      keys.add(new AuthClientBootstrap(transport, conf.getAppId(), secret));
    }
    clientContext = new TransportContext(transport, new NoOpRpcHandler());
    clients = clientContext.createClientFactory(keys);
    serverContext =
        new TransportContext(transport, new Receiver(mac, guard, rank, replicas, inbox));
    server = listen(host, port, gates);
    address = new Address(host, server.getPort());
  }

  private TransportServer listen(String host, int port, List<TransportServerBootstrap> gates)
      throws IOException {
    try {
      return serverContext.createServer(host, port, gates);
    } catch (Exception e) { // Netty throws BindException without declaring it.
      serverContext.close();
      clients.close();
      clientContext.close();
      if (e instanceof BindException) {
        throw new PortException(
            "Cannot listen at %s:%d: %s; choose another train.exchange.port, or 0 for any free one"
                .formatted(host, port, e.getMessage()),
            e);
      }
      throw e;
    }
  }

  /** Where the other replicas find this one. */
  Address address() {
    return address;
  }

  int rank() {
    return rank;
  }

  int replicas() {
    return peers.length;
  }

  /** Bytes pushed so far. */
  long bytesSent() {
    return bytesSent.get();
  }

  /** Connects to the other replicas, whose addresses are given by rank. */
  void connect(List<Address> all) throws IOException, InterruptedException {
    for (int i = 0; i < peers.length; i++) {
      addresses[i] = all.get(i);
      if (i == rank) {
        continue;
      }
      try {
        peers[i] = clients.createUnmanagedClient(all.get(i).host(), all.get(i).port());
      } catch (IOException | RuntimeException e) {
        throw new ReplicaException(
            "Cannot connect to replica %d at %s: %s".formatted(i, all.get(i), e.getMessage()), e);
      }
      push(
          i,
          new Label(Topic.HELLO, 0),
          ByteBuffer.allocate(0)); // Strangers' connections are not kept.
    }
  }

  /** Names the places for a topic's pieces from a replica: always the same, of their lengths. */
  void receiveInto(Topic topic, int from, List<ByteBuffer> places) {
    inbox.receiveInto(topic, from, places);
  }

  /**
   * Pushes bytes to another replica and does not wait. The bytes must not change before {@link
   * #awaitPushed} returns.
   */
  void push(int to, Label label, ByteBuffer bytes) {
    push(to, label, bytes, hash(bytes));
  }

  /** The hash of bytes that are pushed, for those that are pushed to several. */
  long hash(ByteBuffer bytes) {
    return mac.hash(bytes);
  }

  /** Pushes bytes, whose hash is known, as the other {@link #push} does. */
  void push(int to, Label label, ByteBuffer bytes, long hash) {
    int length = bytes.remaining();
    Header header = Header.of(label, rank, to, length, hash, mac);
    inbox.pushed(to);
    bytesSent.addAndGet(length);
    peers[to].uploadStream(
        new NioManagedBuffer(header.encode(mac)),
        new NioManagedBuffer(bytes.duplicate()),
        new RpcResponseCallback() {
          @Override
          public void onSuccess(ByteBuffer response) {
            inbox.acknowledged(to);
          }

          @Override
          public void onFailure(Throwable e) {
            inbox.acknowledged(to);
            if (label.topic() != Topic.FAILURE && label.topic() != Topic.STOP) {
              inbox.lost(to, "Cannot send %s to %s: %s".formatted(label, name(to), firstLine(e)));
            }
          }
        });
  }

  private static String firstLine(Throwable e) {
    String text = String.valueOf(e.getMessage());
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /**
   * Waits until everything that was pushed has been taken.
   *
   * @throws ReplicaException naming the replicas that took nothing
   */
  void awaitPushed() throws IOException, InterruptedException {
    List<Integer> slow = inbox.awaitAcknowledged(timeout.toNanos());
    if (!slow.isEmpty()) {
      throw new ReplicaException(
          "Nothing from %s within %s: no sign that a message was taken"
              .formatted(names(slow), text(timeout)));
    }
  }

  /**
   * Waits for a message. If it lands in a place of its own, that may be overwritten from the next
   * {@link #done} on.
   *
   * @throws ReplicaException naming the replica that fell silent, was lost or gave up
   * @throws RunStopped if a replica ended the run
   */
  ByteBuffer take(Label label, int from) throws IOException, InterruptedException {
    Optional<Message> message = inbox.take(label, from, timeout.toNanos());
    if (message.isEmpty()) {
      List<Integer> silent = silent(label);
      message = inbox.take(label, from, Math.min(GRACE_NANOS, timeout.toNanos()));
      if (message.isEmpty()) {
        throw new ReplicaException(
            "Nothing from %s within %s: no %s".formatted(names(silent), text(timeout), label));
      }
    }
    Header header = message.get().header();
    if (!header.label().equals(label)) {
      throw new ReplicaException(
          "Cannot use %s of %s: %d was expected"
              .formatted(header.label(), name(from), label.sequence()));
    }
    if (!header.belongsTo(message.get().hash(), mac)) {
      throw new ReplicaException(
          "Cannot use %s of %s: its bytes were changed on the way".formatted(label, name(from)));
    }
    return message.get().bytes();
  }

  void requireAll() throws IOException {
    inbox.requireAll();
  }

  private List<Integer> silent(Label label) {
    return IntStream.range(0, peers.length)
        .filter(i -> i != rank && !inbox.hasArrived(label, i))
        .boxed()
        .toList();
  }

  /** The bytes that {@link #take} gave of a topic are read. */
  void done(Topic topic, int from) {
    inbox.done(topic, from);
  }

  /**
   * Gives every replica everybody's small message, by rank. All replicas call it the same number of
   * times; it returns when all have.
   */
  List<ByteBuffer> allGather(ByteBuffer mine) throws IOException, InterruptedException {
    Label label = new Label(Topic.GATHER, gathers++);
    long hash = hash(mine);
    for (int i = 1; i < peers.length; i++) {
      push((rank + i) % peers.length, label, mine, hash);
    }
    List<ByteBuffer> all = new ArrayList<>(peers.length);
    for (int i = 0; i < peers.length; i++) {
      all.add(i == rank ? mine.duplicate() : take(label, i));
    }
    awaitPushed();
    return all;
  }

  /** Tells the others why this replica gives up; a retry may go well. Does not wait. */
  void fail(String reason) {
    tell(Topic.FAILURE, reason);
  }

  /** Ends the run for all replicas; a retry would end alike. Does not wait. */
  void stop(String reason) {
    tell(Topic.STOP, reason);
  }

  private void tell(Topic topic, String reason) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(reason);
    for (int i = 0; i < peers.length; i++) {
      if (peers[i] != null && peers[i].isActive()) {
        push(i, new Label(topic, 0), bytes);
      }
    }
  }

  /** Waits until the others have taken what was pushed, or for as long as any wait may take. */
  void awaitHeard() throws InterruptedException {
    inbox.awaitAcknowledged(timeout.toNanos());
  }

  private String names(List<Integer> replicas) {
    return replicas.stream().map(this::name).collect(Collectors.joining(", "));
  }

  private String name(int replica) {
    return "replica %d at %s".formatted(replica, addresses[replica]);
  }

  private static String text(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }

  @Override
  public void close() {
    for (TransportClient peer : peers) {
      if (peer != null) {
        peer.close();
      }
    }
    clients.close();
    clientContext.close();
    server.close();
    serverContext.close();
  }
}
