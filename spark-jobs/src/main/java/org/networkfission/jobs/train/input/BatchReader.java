package org.networkfission.jobs.train.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.train.input.RowSequence.Taken;
import org.networkfission.jobs.train.input.StepShare.Piece;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.storage.StorageException;

/**
 * Gives a replica its minibatches in the order of {@link InputOrder}, epoch after epoch without
 * end; a minibatch may lie across two epochs. Reading, decoding and assembling run ahead in
 * background threads; which minibatch comes when does not depend on them.
 */
public final class BatchReader implements AutoCloseable {
  private final Configuration hadoop;
  private final ShardCache cache;
  private final IntFunction<InputOrder> orders;
  private final StepShare share;
  private final List<Source> sources;
  private final BatchAssembler assembler;
  private final int pieceSize;
  private final BlockingQueue<Future<Batch>> ahead;
  private final ExecutorService assembling;
  private final Thread reading;

  /**
   * Begins to read one replica's order.
   *
   * @param position how many rows this replica has read before, of all data sets
   * @param cache of shards
   */
  public BatchReader(
      Configuration hadoop,
      InputOrder order,
      BatchAssembler assembler,
      int batchSize,
      long position,
      InputSettings settings,
      ShardCache cache) {
    this(hadoop, one -> order, StepShare.ofOne(1), assembler, batchSize, position, settings, cache);
  }

  /**
   * Begins to read a replica's share of every step.
   *
   * @param orders of virtual replicas
   * @param pieceSize images of each piece of a step
   * @param position how many rows of each virtual replica have been read before, of all data sets
   * @param cache of shards
   */
  public BatchReader(
      Configuration hadoop,
      IntFunction<InputOrder> orders,
      StepShare share,
      BatchAssembler assembler,
      int pieceSize,
      long position,
      InputSettings settings,
      ShardCache cache) {
    this.hadoop = hadoop;
    this.cache = cache;
    this.orders = orders;
    this.share = share;
    this.sources = orders.apply(share.firstVirtualReplica()).sources();
    this.assembler = assembler;
    this.pieceSize = pieceSize;
    this.ahead = new ArrayBlockingQueue<>(settings.readAhead());
    this.assembling =
        Executors.newFixedThreadPool(settings.threads(), work -> daemon(work, "assemble"));
    this.reading = daemon(() -> readAll(position), "read");
    reading.start();
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread =
        new Thread(
            () -> {
              Device.bindThread();
              work.run();
            },
            "fission-" + name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * The next minibatch; waits for it if it is not there yet. Its arrays are the caller's to close.
   *
   * @throws InputException if a shard or a frame in it is missing or damaged
   * @throws StorageException if the file system fails again and again
   */
  public Batch next() throws IOException, InterruptedException {
    try {
      return ahead.take().get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof UncheckedIOException failure && !(failure instanceof StorageException)) {
        throw failure.getCause();
      } else if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IOException("Cannot read the next minibatch: " + cause, cause);
    }
  }

  /** The minibatch that {@link #next} gives next, where it is there already. */
  public Optional<Batch> ready() throws InterruptedException {
    Future<Batch> first = ahead.peek();
    if (first == null || !first.isDone()) {
      return Optional.empty();
    }
    try {
      return Optional.of(first.get());
    } catch (ExecutionException e) {
      return Optional.empty(); // Who takes it is told.
    }
  }

  private void readAll(long position) {
    Map<Integer, RowSequence> rows = new HashMap<>();
    try {
      for (long step = 0; ; step++) {
        for (List<Piece> minibatch : share.minibatches()) {
          List<Taken> taken = new ArrayList<>();
          for (Piece piece : minibatch) {
            RowSequence own =
                rows.computeIfAbsent(
                    piece.virtualReplica(),
                    one -> new RowSequence(hadoop, cache, orders.apply(one), position));
            own.skipTo(position + (step * share.piecesOfEach() + piece.number()) * pieceSize);
            for (int i = 0; i < pieceSize; i++) {
              taken.add(own.next());
            }
          }
          ahead.put(assembling.submit(() -> assemble(taken)));
        }
      }
    } catch (IOException e) {
      failed(new UncheckedIOException(e));
    } catch (RuntimeException | Error e) {
      // Whatever ends this thread must reach the one that waits for its minibatches.
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } finally {
      rows.values().forEach(RowSequence::close);
    }
  }

  private void failed(Throwable e) {
    try {
      ahead.put(CompletableFuture.failedFuture(e));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Batch assemble(List<Taken> taken) {
    List<LabeledImage> images = new ArrayList<>(taken.size());
    for (Taken one : taken) {
      images.add(sources.get(one.source()).decode(one.dealt().example()));
    }
    return assembler
        .assemble(images, taken.stream().map(one -> one.dealt().epoch()).toList())
        .from(taken.stream().map(Taken::source).toList());
  }

  @Override
  public void close() {
    reading.interrupt();
    assembling.shutdownNow();
    for (Future<Batch> made : ahead) {
      if (made.isDone() && !made.isCancelled()) {
        try {
          made.get().close();
        } catch (ExecutionException e) {
          // It was not made.
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
