package org.networkfission.jobs.train.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.networkfission.jobs.train.collective.Header.Topic;

/**
 * What has arrived at a replica, by topic, sender and piece, what the others have not yet taken,
 * and who of them is gone. Network threads deliver; the training thread takes.
 *
 * <p>Time in which this process stood still (stopped, suspended, without a processor) does not
 * count as waiting: it would blame others for its own silence.
 */
final class Inbox {
  /** Larger messages need a place that was given with {@link #receiveInto}. */
  static final int MAX_SMALL_BYTES = 4 << 20;

  private static final int MAX_WAITING = 4;

  /** A wait is cut into pieces; of one that takes much longer, no more than twice this counts. */
  private static final long PIECE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Topic, List<List<Queue>>> queues = new EnumMap<>(Topic.class);
  private final String[] lost;
  private final int[] unacknowledged;
  private IOException end;

  private static final class Queue {
    private final Deque<Message> waiting = new ArrayDeque<>();
    private ByteBuffer place;
    private boolean taken;
    private long lastBegun = -1;
    private long lastSequence = -1;
  }

  /**
   * A message that arrived whole.
   *
   * @param hash of its bytes
   */
  record Message(Header header, ByteBuffer bytes, long hash) {}

  Inbox(int replicas) {
    lost = new String[replicas];
    unacknowledged = new int[replicas];
    for (Topic topic : Topic.values()) {
      List<List<Queue>> senders = new ArrayList<>();
      for (int i = 0; i < replicas; i++) {
        senders.add(new ArrayList<>(List.of(new Queue())));
      }
      queues.put(topic, senders);
    }
  }

  /**
   * From now on, pieces that arrive on a topic from a sender land here, by their numbers, one
   * message at a time in each place.
   */
  void receiveInto(Topic topic, int from, List<ByteBuffer> places) {
    lock.lock();
    try {
      List<Queue> pieces = queues.get(topic).get(from);
      while (pieces.size() < places.size()) {
        pieces.add(new Queue());
      }
      for (int i = 0; i < pieces.size(); i++) {
        pieces.get(i).place = i < places.size() ? places.get(i) : null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Where messages like this one queue; none where no piece of its number is expected. */
  private Optional<Queue> queue(Label label, int from) {
    List<Queue> pieces = queues.get(label.topic()).get(from);
    boolean known = label.piece() >= 0 && label.piece() < pieces.size();
    return known ? Optional.of(pieces.get(label.piece())) : Optional.empty();
  }

  /**
   * A place for the bytes of a message that begins to arrive.
   *
   * @throws IllegalStateException if there is none
   */
  ByteBuffer begin(Header header) {
    lock.lock();
    try {
      Label label = header.label();
      Queue queue = queue(label, header.from()).orElseThrow(() -> unexpected(header));
      if (label.topic().numbered() && label.sequence() <= queue.lastBegun) {
        throw new IllegalStateException(
            "Cannot take %s from replica %d: it came before".formatted(label, header.from()));
      }
      if (queue.place == null) {
        if (label.topic().isVector()
            || header.length() < 0
            || header.length() > MAX_SMALL_BYTES
            || queue.waiting.size() >= MAX_WAITING) {
          throw unexpected(header);
        }
        queue.lastBegun = label.sequence();
        return ByteBuffer.allocate(header.length());
      }
      if (queue.taken || header.length() != queue.place.remaining()) {
        throw new IllegalStateException(
            "Cannot take %s of %d bytes from replica %d: %s"
                .formatted(
                    label,
                    header.length(),
                    header.from(),
                    queue.taken
                        ? "the one before was not yet read"
                        : queue.place.remaining() + " bytes are expected"));
      }
      queue.taken = true;
      queue.lastBegun = label.sequence();
      return queue.place.duplicate();
    } finally {
      lock.unlock();
    }
  }

  private static IllegalStateException unexpected(Header header) {
    return new IllegalStateException(
        "Cannot take %d bytes of %s from replica %d: nothing waits for them"
            .formatted(header.length(), header.label().topic(), header.from()));
  }

  /** A message is complete, for which {@link #begin} gave a place. */
  void deliver(Header header, ByteBuffer bytes, long hash) {
    lock.lock();
    try {
      queue(header.label(), header.from())
          .orElseThrow()
          .waiting
          .add(new Message(header, bytes, hash));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A replica is gone; what it sent before can still be taken. */
  void lost(int replica, String why) {
    lock.lock();
    try {
      if (lost[replica] == null) {
        lost[replica] = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A replica gave up or ended the run; the first reason stands. */
  void ended(IOException reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the next message, if it comes in time. The place it landed in, if one was given, is free
   * for the next from {@link #done} on.
   *
   * @return nothing if it did not come in time
   * @throws ReplicaException if the sender is lost, or any replica gave up
   * @throws RunStopped if any replica ended the run
   */
  Optional<Message> take(Label label, int from, long nanos)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Queue queue = queue(label, from).orElseThrow();
      long left = nanos;
      while (queue.waiting.isEmpty()) {
        if (end != null) {
          throw end;
        }
        if (lost[from] != null) {
          throw new ReplicaException(lost[from]);
        }
        if (left <= 0) {
          return Optional.empty();
        }
        long piece = Math.min(left, PIECE_NANOS);
        left -= counted(piece - changed.awaitNanos(piece));
      }
      Message message = queue.waiting.remove();
      queue.lastSequence = message.header().label().sequence();
      return Optional.of(message);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks whether all replicas are still there.
   *
   * @throws ReplicaException if one is lost, or gave up
   * @throws RunStopped if one ended the run
   */
  void requireAll() throws IOException {
    lock.lock();
    try {
      if (end != null) {
        throw end;
      }
      for (String why : lost) {
        if (why != null) {
          throw new ReplicaException(why);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What counts of a piece of waiting. */
  private static long counted(long nanos) {
    return Math.min(nanos, 2 * PIECE_NANOS);
  }

  /** A message was pushed to a replica. */
  void pushed(int to) {
    lock.lock();
    try {
      unacknowledged[to]++;
    } finally {
      lock.unlock();
    }
  }

  /** A replica took a message that was pushed to it, or never will. */
  void acknowledged(int to) {
    lock.lock();
    try {
      unacknowledged[to]--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything that was pushed has been taken.
   *
   * @return the replicas that did not take theirs in time
   */
  List<Integer> awaitAcknowledged(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (true) {
        List<Integer> slow =
            IntStream.range(0, unacknowledged.length)
                .filter(i -> unacknowledged[i] > 0)
                .boxed()
                .toList();
        if (slow.isEmpty() || left <= 0) {
          return slow;
        }
        long piece = Math.min(left, PIECE_NANOS);
        left -= counted(piece - changed.awaitNanos(piece));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The places of a sender's messages, which were taken, may be overwritten. */
  void done(Topic topic, int from) {
    lock.lock();
    try {
      queues.get(topic).get(from).forEach(queue -> queue.taken = false);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a message or a later one like it has arrived from a sender. */
  boolean hasArrived(Label label, int from) {
    lock.lock();
    try {
      return queue(label, from)
          .map(queue -> queue.lastSequence >= label.sequence() || !queue.waiting.isEmpty())
          .orElse(true); // It sends none of this number.
    } finally {
      lock.unlock();
    }
  }
}
