package org.networkfission.model.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Replicas as threads that meet at a barrier. */
public final class ThreadReplicas {
  private static final int TIMEOUT_SECONDS = 60;

  private final double[][] given;
  private final CyclicBarrier barrier;

  /** What one replica does. */
  public interface Work<T> {
    T run(int rank, Replicas replicas) throws Exception;
  }

  private ThreadReplicas(int count) {
    given = new double[count][];
    barrier = new CyclicBarrier(count);
  }

  private List<double[]> gather(int rank, double[] own) {
    given[rank] = own;
    await();
    List<double[]> all = List.of(given.clone());
    await(); // Nobody gives anew before everybody has read.
    return all;
  }

  private void await() {
    try {
      barrier.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("a replica did not come", e);
    }
  }

  /** Runs every replica in its thread; returns what they returned, by rank. */
  public static <T> List<T> run(int count, Work<T> work) throws Exception {
    ThreadReplicas replicas = new ThreadReplicas(count);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int rank = i;
        Callable<T> replica = () -> work.run(rank, own -> replicas.gather(rank, own));
        running.add(threads.submit(replica));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
