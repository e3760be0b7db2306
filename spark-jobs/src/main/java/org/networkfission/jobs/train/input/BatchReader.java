package org.networkfission.jobs.train.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.train.input.DataOrder.Row;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.storage.StorageException;

/**
 * Gives a replica its minibatches in the order of {@link DataOrder}, epoch after epoch without end;
 * a minibatch may lie across two epochs. Reading, decoding and assembling run ahead in background
 * threads; which minibatch comes when does not depend on them.
 */
public final class BatchReader implements AutoCloseable {
  private final ExampleReader reader;
  private final DataOrder order;
  private final BatchAssembler assembler;
  private final int batchSize;
  private final BlockingQueue<Future<Batch>> ahead;
  private final ExecutorService assembling;
  private final Thread reading;

  /** An example and the epoch in which it is read. */
  private record Dealt(Example example, int epoch) {}

  /**
   * Begins to read.
   *
   * @param position how many rows this replica has read before, in all epochs
   */
  public BatchReader(
      Path dataset,
      Configuration hadoop,
      DataOrder order,
      BatchAssembler assembler,
      int batchSize,
      long position,
      InputSettings settings) {
    this.reader = new ExampleReader(dataset, hadoop);
    this.order = order;
    this.assembler = assembler;
    this.batchSize = batchSize;
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

  private void readAll(long position) {
    try {
      List<Dealt> batch = new ArrayList<>(batchSize);
      long skip = position % order.rowsPerEpoch();
      for (int epoch = (int) (position / order.rowsPerEpoch()); ; epoch++) {
        for (List<Row> window : order.epoch(epoch)) {
          if (skip >= window.size()) {
            skip -= window.size();
            continue;
          }
          Map<Row, Example> examples = read(window);
          for (Row row : window.subList((int) skip, window.size())) {
            batch.add(new Dealt(examples.remove(row), epoch));
            if (batch.size() == batchSize) {
              List<Dealt> whole = batch;
              ahead.put(assembling.submit(() -> assemble(whole)));
              batch = new ArrayList<>(batchSize);
            }
          }
          skip = 0;
        }
      }
    } catch (IOException e) {
      failed(new UncheckedIOException(e));
    } catch (RuntimeException | Error e) {
      // Whatever ends this thread must reach the one that waits for its minibatches.
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void failed(Throwable e) {
    try {
      ahead.put(CompletableFuture.failedFuture(e));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<Row, Example> read(List<Row> window) throws IOException {
    Map<RowGroup, List<Row>> wanted = new LinkedHashMap<>();
    window.forEach(row -> wanted.computeIfAbsent(row.group(), g -> new ArrayList<>()).add(row));
    Map<Row, Example> examples = new LinkedHashMap<>();
    for (RowGroup group : wanted.keySet()) {
      int first = wanted.get(group).stream().mapToInt(Row::row).min().orElseThrow();
      int last = wanted.get(group).stream().mapToInt(Row::row).max().orElseThrow();
      List<Example> rows = reader.read(group, last + 1, row -> row >= first);
      for (int i = 0; i < rows.size(); i++) {
        examples.put(new Row(group, first + i), rows.get(i));
      }
    }
    return examples;
  }

  private Batch assemble(List<Dealt> dealt) {
    int firstEpoch = dealt.get(0).epoch();
    int second = 0;
    List<LabeledImage> images = new ArrayList<>(dealt.size());
    for (Dealt one : dealt) {
      images.add(ExampleReader.decode(one.example()));
      second += one.epoch() == firstEpoch ? 1 : 0;
    }
    Batch batch = assembler.assemble(images.subList(0, second), firstEpoch);
    // Augmentation differs by epoch; only tiny data sets have more than two epochs in a minibatch.
    while (second < dealt.size()) {
      int epoch = dealt.get(second).epoch();
      int from = second;
      while (second < dealt.size() && dealt.get(second).epoch() == epoch) {
        second++;
      }
      batch = batch.join(assembler.assemble(images.subList(from, second), epoch));
    }
    return batch;
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
