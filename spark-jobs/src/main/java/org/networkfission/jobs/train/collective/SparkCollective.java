package org.networkfission.jobs.train.collective;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.networkfission.jobs.train.collective.Header.Topic;

/**
 * A collective over Spark's network library. Every slice goes straight to its replica, which sums
 * what arrived block by block.
 *
 * <p>Memory: for 32-bit floats, which are pushed from and received into the live vectors, what
 * arrives to be summed (one vector less one slice); for 16-bit floats half of that, and half a
 * vector more to send from.
 */
public final class SparkCollective implements Collective, Closeable {
  private static final int BLOCK = HalfFloats.BLOCK;

  private final Exchange exchange;
  private final HalfFloats codec = new HalfFloats();
  private final float[] sum = new float[BLOCK];
  private final float[] addend = new float[BLOCK];
  private final Map<Summed, Pieces> reduced = new EnumMap<>(Summed.class);
  private Pieces gathered;

  /** How many slices of the gradient are still to be sent in this step: the first ones. */
  private int unsent;

  SparkCollective(Exchange exchange) {
    this.exchange = exchange;
    this.unsent = exchange.replicas();
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

  /** Where the slices of a vector are sent from and received into, by rank. */
  private record Pieces(
      ByteBuffer vector, Wire wire, Slices slices, ByteBuffer[] sent, ByteBuffer[] received) {
    @SuppressWarnings("ReferenceEquality") // The same memory; not memory that holds the same.
    boolean of(ByteBuffer other, Wire otherWire) {
      return vector == other && wire == otherWire;
    }
  }

  @Override
  public long reduceScatter(Summed summed, long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    Topic topic = summed == Summed.GRADIENT ? Topic.GRADIENT : Topic.TASK_GRADIENTS;
    Pieces pieces = reduced(summed, vector, wire);
    int sending = summed == Summed.GRADIENT ? unsent : size();
    long start = System.nanoTime();
    for (int i = 0; i < sending; i++) {
      encode(pieces, i);
    }
    long computing = System.nanoTime() - start;
    for (int i = 1; i < size(); i++) {
      int to = (rank() + i) % size();
      if (to < sending) {
        exchange.push(to, topic, step, pieces.sent()[to]);
      }
    }
    awaitAll(topic, step);
    if (summed == Summed.GRADIENT) {
      unsent = size();
    }
    start = System.nanoTime();
    sumInOrderOfRanks(pieces);
    done(topic);
    return computing + System.nanoTime() - start;
  }

  @Override
  public void sendFinal(long step, ByteBuffer vector, Wire wire, int from)
      throws IOException, InterruptedException {
    Pieces pieces = reduced(Summed.GRADIENT, vector, wire);
    while (unsent > 0 && pieces.slices().from(unsent - 1) >= from) {
      unsent--;
      if (unsent != rank()) {
        encode(pieces, unsent);
        exchange.push(unsent, Topic.GRADIENT, step, pieces.sent()[unsent]);
      }
    }
  }

  /** Where slices of a vector are sent from and received into; all replicas know it at once. */
  private Pieces reduced(Summed summed, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    Pieces pieces = reduced.get(summed);
    if (pieces == null || !pieces.of(vector, wire)) {
      pieces = toReduce(vector, wire);
      reduced.put(summed, pieces);
      register(summed == Summed.GRADIENT ? Topic.GRADIENT : Topic.TASK_GRADIENTS, pieces);
    }
    return pieces;
  }

  /** Makes a slice ready to be sent: the live floats are already. */
  private void encode(Pieces pieces, int slice) {
    if (pieces.wire() == Wire.FLOAT16 && slice != rank()) {
      encode(pieces.slices().of(pieces.vector(), slice), pieces.sent()[slice]);
    }
  }

  @Override
  public long allGather(long step, ByteBuffer vector, Wire wire)
      throws IOException, InterruptedException {
    if (gathered == null || !gathered.of(vector, wire)) {
      gathered = toGather(vector, wire);
      register(Topic.PARAMETERS, gathered);
    }
    long start = System.nanoTime();
    if (wire == Wire.FLOAT16) {
      encode(gathered.slices().of(vector, rank()), gathered.sent()[rank()]);
    }
    long computing = System.nanoTime() - start;
    ByteBuffer own = gathered.sent()[rank()];
    long hash = size() == 1 ? 0 : exchange.hash(own);
    for (int i = 1; i < size(); i++) {
      exchange.push((rank() + i) % size(), Topic.PARAMETERS, step, own, hash);
    }
    awaitAll(Topic.PARAMETERS, step);
    exchange.awaitPushed();
    start = System.nanoTime();
    if (wire == Wire.FLOAT16) {
      for (int i = 0; i < size(); i++) {
        ByteBuffer piece = i == rank() ? gathered.sent()[i] : gathered.received()[i];
        decode(piece, gathered.slices().of(vector, i));
      }
    }
    done(Topic.PARAMETERS);
    return computing + System.nanoTime() - start;
  }

  private Pieces toReduce(ByteBuffer vector, Wire wire) {
    Slices slices = new Slices(vector.remaining() / Float.BYTES, size());
    ByteBuffer[] sent = new ByteBuffer[size()];
    ByteBuffer[] received = new ByteBuffer[size()];
    for (int i = 0; i < size(); i++) {
      if (i != rank()) {
        sent[i] = wire == Wire.FLOAT32 ? slices.of(vector, i) : room(slices.length(i), wire);
        received[i] = room(slices.length(rank()), wire);
      }
    }
    return new Pieces(vector, wire, slices, sent, received);
  }

  private Pieces toGather(ByteBuffer vector, Wire wire) {
    Slices slices = new Slices(vector.remaining() / Float.BYTES, size());
    // Whoever gathers has received what was sent to be reduced: that memory is free.
    Pieces gradient = reduced.get(Summed.GRADIENT);
    boolean reuse =
        wire == Wire.FLOAT16
            && gradient != null
            && gradient.wire() == wire
            && gradient.slices().equals(slices);
    ByteBuffer[] sent = new ByteBuffer[size()];
    ByteBuffer[] received = new ByteBuffer[size()];
    for (int i = 0; i < size(); i++) {
      if (i == rank()) {
        sent[i] = wire == Wire.FLOAT32 ? slices.of(vector, i) : room(slices.length(i), wire);
      } else if (wire == Wire.FLOAT32) {
        received[i] = slices.of(vector, i);
      } else {
        received[i] = reuse ? gradient.sent()[i] : room(slices.length(i), wire);
      }
    }
    return new Pieces(vector, wire, slices, sent, received);
  }

  private static ByteBuffer room(int floats, Wire wire) {
    int bytes = wire == Wire.FLOAT32 ? floats * Float.BYTES : HalfFloats.bytes(floats);
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Nobody pushes before everybody has a place to receive. */
  private void register(Topic topic, Pieces pieces) throws IOException, InterruptedException {
    for (int i = 0; i < size(); i++) {
      if (i != rank()) {
        exchange.receiveInto(topic, i, pieces.received()[i]);
      }
    }
    exchange.allGather(ByteBuffer.allocate(Byte.BYTES));
  }

  private void awaitAll(Topic topic, long step) throws IOException, InterruptedException {
    for (int i = 0; i < size(); i++) {
      if (i != rank()) {
        exchange.take(topic, i, step);
      }
    }
  }

  private void done(Topic topic) {
    for (int i = 0; i < size(); i++) {
      exchange.done(topic, i);
    }
  }

  /** Reads the floats of a piece from its beginning, a block at a time. */
  private interface Blocks {
    void next(float[] values, int length);
  }

  private Blocks blocks(ByteBuffer piece, Wire wire) {
    ByteBuffer in = piece.duplicate().order(ByteOrder.nativeOrder());
    if (wire == Wire.FLOAT16) {
      return (values, length) -> codec.decode(in, values, length);
    }
    FloatBuffer floats = in.asFloatBuffer();
    return (values, length) -> floats.get(values, 0, length);
  }

  private void sumInOrderOfRanks(Pieces pieces) {
    Slices slices = pieces.slices();
    ByteBuffer own = slices.of(pieces.vector(), rank());
    Blocks[] addends = new Blocks[size()];
    for (int i = 0; i < size(); i++) {
      addends[i] =
          i == rank() ? blocks(own, Wire.FLOAT32) : blocks(pieces.received()[i], pieces.wire());
    }
    FloatBuffer sums = own.asFloatBuffer();
    for (int from = 0; from < slices.length(rank()); from += BLOCK) {
      int length = Math.min(BLOCK, slices.length(rank()) - from);
      addends[0].next(sum, length);
      for (int i = 1; i < size(); i++) {
        addends[i].next(addend, length);
        add(length);
      }
      sums.put(from, sum, 0, length);
    }
  }

  private void add(int length) {
    float[] to = sum;
    float[] what = addend;
    for (int i = 0; i < length; i++) {
      to[i] += what[i];
    }
  }

  private void encode(ByteBuffer floats, ByteBuffer piece) {
    FloatBuffer from = floats.asFloatBuffer();
    ByteBuffer out = piece.duplicate().order(ByteOrder.nativeOrder());
    while (from.hasRemaining()) {
      int length = Math.min(BLOCK, from.remaining());
      from.get(addend, 0, length);
      codec.encode(addend, length, out);
    }
  }

  private void decode(ByteBuffer piece, ByteBuffer floats) {
    FloatBuffer to = floats.asFloatBuffer();
    ByteBuffer in = piece.duplicate().order(ByteOrder.nativeOrder());
    while (to.hasRemaining()) {
      int length = Math.min(BLOCK, to.remaining());
      codec.decode(in, addend, length);
      to.put(addend, 0, length);
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
