package org.networkfission.jobs.train.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
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
 * What has arrived at a replica, by topic and sender, what the others have not yet taken, and who
 * of them is gone. Network threads deliver; the training thread takes.
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
  private final Map<Topic, Queue[]> queues = new EnumMap<>(Topic.class);
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

  /** A message that arrived whole. */
  record Message(Header header, ByteBuffer bytes) {}

  Inbox(int replicas) {
    lost = new String[replicas];
    unacknowledged = new int[replicas];
    for (Topic topic : Topic.values()) {
      Queue[] row = new Queue[replicas];
      for (int i = 0; i < replicas; i++) {
        row[i] = new Queue();
      }
      queues.put(topic, row);
    }
  }

  /** From now on, what arrives on a topic from a sender lands here, one message at a time. */
  void receiveInto(Topic topic, int from, ByteBuffer place) {
    lock.lock();
    try {
      queues.get(topic)[from].place = place;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A place for the bytes of a message that begins to arrive.
   *
   * @throws IllegalStateException if there is none
   */
  ByteBuffer begin(Header header) {
    lock.lock();
    try {
      Queue queue = queues.get(header.topic())[header.from()];
      if (header.topic().numbered() && header.sequence() <= queue.lastBegun) {
        throw new IllegalStateException(
            "Cannot take %s %d from replica %d: it came before"
                .formatted(header.topic(), header.sequence(), header.from()));
      }
      if (queue.place == null) {
        if (header.topic().isVector()
            || header.length() < 0
            || header.length() > MAX_SMALL_BYTES
            || queue.waiting.size() >= MAX_WAITING) {
          throw new IllegalStateException(
              "Cannot take %d bytes of %s from replica %d: nothing waits for them"
                  .formatted(header.length(), header.topic(), header.from()));
        }
        queue.lastBegun = header.sequence();
        return ByteBuffer.allocate(header.length());
      }
      if (queue.taken || header.length() != queue.place.remaining()) {
        throw new IllegalStateException(
            "Cannot take %s %d of %d bytes from replica %d: %s"
                .formatted(
                    header.topic(),
                    header.sequence(),
                    header.length(),
                    header.from(),
                    queue.taken
                        ? "the one before was not yet read"
                        : queue.place.remaining() + " bytes are expected"));
      }
      queue.taken = true;
      queue.lastBegun = header.sequence();
      return queue.place.duplicate();
    } finally {
      lock.unlock();
    }
  }

  /** A message is complete. */
  void deliver(Header header, ByteBuffer bytes) {
    lock.lock();
    try {
      queues.get(header.topic())[header.from()].waiting.add(new Message(header, bytes));
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
  Optional<Message> take(Topic topic, int from, long nanos)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Queue queue = queues.get(topic)[from];
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
      queue.lastSequence = message.header().sequence();
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

  /** The place of a message that was taken may be overwritten. */
  void done(Topic topic, int from) {
    lock.lock();
    try {
      queues.get(topic)[from].taken = false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a message of a topic or a later one has arrived from a sender. */
  boolean hasArrived(Topic topic, int from, long sequence) {
    lock.lock();
    try {
      Queue queue = queues.get(topic)[from];
      return queue.lastSequence >= sequence || !queue.waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
