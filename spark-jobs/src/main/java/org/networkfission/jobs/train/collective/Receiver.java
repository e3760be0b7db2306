package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.networkfission.jobs.train.collective.Header.Topic;

/**
 * The listening side of an exchange: takes pushed streams of this run's replicas and nothing else.
 *
 * <p>Spark's authentication does not cover its fetch calls, so those are refused to everybody.
 */
final class Receiver extends RpcHandler {
  private final MessageMac mac;
  private final ConnectionGuard guard;
  private final int rank;
  private final int replicas;
  private final Inbox inbox;
  private final Map<Integer, TransportClient> senders = new ConcurrentHashMap<>();
  private final StreamManager nothing = new NothingToFetch();

  Receiver(MessageMac mac, ConnectionGuard guard, int rank, int replicas, Inbox inbox) {
    this.mac = mac;
    this.guard = guard;
    this.rank = rank;
    this.replicas = replicas;
    this.inbox = inbox;
  }

  private static final class NothingToFetch extends StreamManager {
    @Override
    public ManagedBuffer getChunk(long streamId, int chunkIndex) {
      throw new UnsupportedOperationException(
          "Cannot fetch a chunk: an exchange takes pushes only");
    }

    @Override
    public ManagedBuffer openStream(String streamId) {
      throw new UnsupportedOperationException(
          "Cannot open a stream: an exchange takes pushes only");
    }
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
    callback.onFailure(
        new UnsupportedOperationException("Cannot answer a call: an exchange takes pushes only"));
  }

  @Override
  public StreamManager getStreamManager() {
    return nothing;
  }

  @Override
  public StreamCallbackWithID receiveStream(
      TransportClient client, ByteBuffer meta, RpcResponseCallback callback) {
    Header header = Header.decode(meta, mac);
    if (header.to() != rank || header.from() < 0 || header.from() >= replicas) {
      throw new IllegalArgumentException("Cannot take a message: it is for another replica");
    }
    TransportClient known = senders.putIfAbsent(header.from(), client);
    if (known != null && !known.equals(client)) {
      // Somebody repeats what he heard on another connection.
      throw new IllegalArgumentException(
          "Cannot take a message: replica %d has a connection already".formatted(header.from()));
    }
    guard.open(client.getChannel());
    return new Landing(header, inbox.begin(header));
  }

  @Override
  public void channelInactive(TransportClient client) {
    senders.forEach(
        (sender, known) -> {
          if (known.equals(client)) {
            inbox.lost(sender, "Replica %d closed its connection".formatted(sender));
          }
        });
  }

  /**
   * Copies a stream to its place, and hashes it there while it is in the cache. Runs on network
   * threads: it does not block.
   */
  private final class Landing implements StreamCallbackWithID {
    private final Header header;
    private final ByteBuffer place;
    private final ByteBuffer whole;
    private final MessageMac.Running hash;

    Landing(Header header, ByteBuffer place) {
      this.header = header;
      this.place = place;
      this.whole = place.duplicate();
      this.hash = mac.running(place);
    }

    @Override
    public String getID() {
      Label label = header.label();
      return label.topic() + "-" + header.from() + "-" + label.sequence();
    }

    @Override
    public void onData(String id, ByteBuffer data) {
      place.put(data);
      hash.arrived(place.position() - whole.position());
    }

    @Override
    public void onComplete(String id) {
      if (place.hasRemaining()) {
        throw new IllegalStateException(
            "Cannot take %s: it ends %d bytes early".formatted(id, place.remaining()));
      }
      Topic topic = header.label().topic();
      if (topic == Topic.FAILURE || topic == Topic.STOP) {
        if (!header.belongsTo(hash.finish(), mac)) {
          throw new IllegalStateException("Cannot take %s: its bytes were changed".formatted(id));
        }
        String reason = StandardCharsets.UTF_8.decode(whole.duplicate()).toString();
        inbox.ended(topic == Topic.STOP ? new RunStopped(reason) : new ReplicaException(reason));
      } else if (topic != Topic.HELLO) {
        inbox.deliver(header, whole, hash.finish());
      }
    }

    @Override
    public void onFailure(String id, Throwable cause) {
      inbox.lost(
          header.from(), "Replica %d broke off while sending %s".formatted(header.from(), id));
    }
  }
}
