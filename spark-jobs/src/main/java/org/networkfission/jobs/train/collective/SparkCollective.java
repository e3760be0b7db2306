package org.networkfission.jobs.train.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.networkfission.jobs.train.collective.Header.Topic;
import org.networkfission.jobs.train.collective.Pieces.Piece;

/**
 * A collective over Spark's network library. Every slice goes straight to its replica, in pieces,
 * and a piece is summed as soon as everybody's has arrived.
 *
 * <p>Memory: for 32-bit floats, which are pushed from and received into the live vectors, what
 * arrives to be summed (one vector less one slice); for 16-bit floats half of that, and half a
 * vector more to send from.
 */
public final class SparkCollective implements Collective, Closeable {
  private final Exchange exchange;
  private final Map<Summed, Pieces> reduced = new EnumMap<>(Summed.class);
  private Pieces gathered;

  /** How many pieces of what is gathered have arrived: the first ones. */
  private int arrived;

  /** How many pieces of the gradient are still to be sent in this step: the first ones. */
  private int unsent = Integer.MAX_VALUE;

  SparkCollective(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Begins to listen.
   *
   * @param conf Spark's settings; {@code spark.ps.io.*} tunes the connections
   * @param security the secret and whether it is asked for
   * @param key of this attempt of the run
   * @param rank this replica's
   * @param size how many replicas there are
   * @param host to listen at, and to be found at
   * @param port to listen at, or 0 for any that is free
   * @param timeout how long a wait may take
   * @throws PortException if the port cannot be listened at
   */
  public static SparkCollective listen(
      SparkConf conf,
      SecurityManager security,
      RunKey key,
      int rank,
      int size,
      String host,
      int port,
      Duration timeout)
      throws IOException {
    return new SparkCollective(new Exchange(conf, security, key, rank, size, host, port, timeout));
  }

  /** Where the other replicas find this one. */
  public Address address() {
    return exchange.address();
  }

  /**
   * Connects to the other replicas.
   *
   * @param all everybody's address, by rank
   */
  public void connect(List<Address> all) throws IOException, InterruptedException {
    exchange.connect(all);
  }

  @Override
  public int rank() {
    return exchange.rank();
  }

  @Override
  public int size() {
    return exchange.replicas();
  }

  @Override
  public long bytesSent() {
    return exchange.bytesSent();
  }

  @Override
  public Reduced reduceScatter(Summed summed, long step, ByteBuffer vector, Wire wire, float factor)
      throws IOException, InterruptedException {
    Topic topic = topic(summed);
    Pieces pieces = reduced(summed, vector, wire);
    int sending = Math.min(summed == Summed.GRADIENT ? unsent : Integer.MAX_VALUE, count(pieces));
    long computing = 0;
    List<Piece> rest = pieces.all().subList(0, sending);
    for (int i = 1; i < size(); i++) {
      int to = (rank() + i) % size();
      for (Piece piece : rest) {
        if (piece.slice() == to) {
          computing += push(topic, step, pieces, piece);
        }
      }
    }
    boolean finite = true;
    List<Piece> own = pieces.of(rank());
    for (int i = own.size() - 1; i >= 0; i--) { // The last one was sent first.
      Reduced one = sum(new Label(topic, step, i), pieces, own.get(i), factor);
      finite &= one.finite();
      computing += one.computingNanos();
    }
    if (summed == Summed.GRADIENT) {
      unsent = Integer.MAX_VALUE;
    }
    done(topic);
    return new Reduced(finite, computing);
  }

  private static Topic topic(Summed summed) {
    return summed == Summed.GRADIENT ? Topic.GRADIENT : Topic.TASK_GRADIENTS;
  }

  private static int count(Pieces pieces) {
    return pieces.all().size();
  }

  @Override
  public void sendFinal(long step, ByteBuffer vector, Wire wire, int from)
      throws IOException, InterruptedException {
    Pieces pieces = reduced(Summed.GRADIENT, vector, wire);
    unsent = Math.min(unsent, count(pieces));
    while (unsent > 0 && pieces.all().get(unsent - 1).from() >= from) {
      unsent--;
      Piece piece = pieces.all().get(unsent);
      if (piece.slice() != rank()) {
        push(Topic.GRADIENT, step, pieces, piece);
      }
    }
  }

  /** Sends a piece to the replica whose slice it is of; returns the time for converting it. */
  private long push(Topic topic, long step, Pieces pieces, Piece piece) {
    long computing = encode(pieces, piece);
    exchange.push(piece.slice(), new Label(topic, step, piece.number()), pieces.sent(piece));
    return computing;
  }

  /** Makes a piece ready to be sent: live floats are already. Returns the time that it took. */
  private static long encode(Pieces pieces, Piece piece) {
    long start = System.nanoTime();
    if (pieces.wire() == Wire.FLOAT16) {
      WireFloats.encode(pieces.floats(piece), pieces.sent(piece));
    }
    return System.nanoTime() - start;
  }

  /** Waits for a piece of the own slice from everybody and sums it. */
  private Reduced sum(Label label, Pieces pieces, Piece piece, float factor)
      throws IOException, InterruptedException {
    List<ByteBuffer> addends = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      ByteBuffer bytes = i == rank() ? pieces.floats(piece) : exchange.take(label, i);
      addends.add(bytes.order(ByteOrder.nativeOrder()));
    }
    long start = System.nanoTime();
    boolean finite = WireFloats.sum(pieces.floats(piece), rank(), addends, pieces.wire(), factor);
    return new Reduced(finite, System.nanoTime() - start);
  }

  /** Where slices of a vector are sent from and received into; all replicas know it at once. */
  private Pieces reduced(Summed summed, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    Pieces pieces = reduced.get(summed);
    if (pieces == null || !pieces.of(vector, wire)) {
      pieces = Pieces.toReduce(vector, wire, rank(), size());
      reduced.put(summed, pieces);
      register(topic(summed), pieces);
    }
    return pieces;
  }

  @Override
  public long beginAllGather(long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    if (gathered == null || !gathered.of(vector, wire)) {
      // Whoever gathers has received what was sent to be reduced: that memory is free.
      Optional<Pieces> summed = Optional.ofNullable(reduced.get(Summed.GRADIENT));
      gathered = Pieces.toGather(vector, wire, rank(), size(), summed);
      register(Topic.PARAMETERS, gathered);
    }
    arrived = 0;
    long computing = 0;
    for (Piece piece : gathered.of(rank())) {
      computing += encode(gathered, piece);
      ByteBuffer bytes = gathered.sent(piece);
      long hash = size() == 1 ? 0 : exchange.hash(bytes);
      for (int i = 1; i < size(); i++) {
        Label label = new Label(Topic.PARAMETERS, step, piece.number());
        exchange.push((rank() + i) % size(), label, bytes, hash);
      }
    }
    return computing;
  }

  @Override
  public long allGather(long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    long computing = beginAllGather(step, vector, wire);
    awaitGathered(step, vector.remaining() / Float.BYTES);
    return computing + decodeGathered();
  }

  @Override
  public int awaitGathered(long step, int to) throws IOException, InterruptedException {
    List<Piece> all = gathered.all();
    while (arrived < all.size() && all.get(arrived).from() < to) {
      Piece piece = all.get(arrived);
      if (piece.slice() != rank()) {
        exchange.take(new Label(Topic.PARAMETERS, step, piece.number()), piece.slice());
      }
      arrived++;
    }
    if (arrived < all.size()) {
      return all.get(arrived).from();
    }
    exchange.awaitPushed();
    done(Topic.PARAMETERS);
    return gathered.elements();
  }

  /** Every slice becomes what is left after rounding; returns the time that it took. */
  private long decodeGathered() {
    long start = System.nanoTime();
    if (gathered.wire() == Wire.FLOAT16) {
      for (Piece piece : gathered.all()) {
        boolean own = piece.slice() == rank();
        WireFloats.decode(
            own ? gathered.sent(piece) : gathered.received(piece.slice()).get(piece.number()),
            gathered.floats(piece));
      }
    }
    return System.nanoTime() - start;
  }

  /** Nobody pushes before everybody has a place to receive. */
  private void register(Topic topic, Pieces pieces) throws IOException, InterruptedException {
    for (int i = 0; i < size(); i++) {
      if (i != rank()) {
        exchange.receiveInto(topic, i, pieces.received(i));
      }
    }
    exchange.allGather(ByteBuffer.allocate(Byte.BYTES));
  }

  private void done(Topic topic) {
    for (int i = 0; i < size(); i++) {
      exchange.done(topic, i);
    }
  }

  @Override
  public List<ByteBuffer> allGather(ByteBuffer mine) throws IOException, InterruptedException {
    return exchange.allGather(mine);
  }

  @Override
  public void requireAll() throws IOException {
    exchange.requireAll();
  }

  @Override
  public void abort(IOException reason) throws InterruptedException {
    if (reason instanceof RunStopped) {
      exchange.stop(reason.getMessage());
      exchange.awaitHeard();
    } else {
      exchange.fail(reason.getMessage());
    }
  }

  @Override
  public void close() {
    exchange.close();
  }
}
