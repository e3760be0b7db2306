package org.networkfission.jobs.train.collective;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import scala.Option;

/** Replicas as threads of the test, with real connections between them. */
public final class InProcess implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  static final RunKey KEY = new RunKey(new byte[32]);

  private final List<Exchange> exchanges = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** What one replica does. */
  interface Work<T> {
    T run(Exchange exchange) throws Exception;
  }

  public InProcess(int replicas) throws IOException, InterruptedException {
    this(replicas, new SparkConf(false), TIMEOUT);
  }

  public InProcess(int replicas, SparkConf conf, Duration timeout)
      throws IOException, InterruptedException {
    conf.set("spark.app.id", "test");
    SecurityManager security = security(conf);
    for (int rank = 0; rank < replicas; rank++) {
      exchanges.add(new Exchange(conf, security, KEY, rank, replicas, "127.0.0.1", 0, timeout));
    }
    List<Address> addresses = exchanges.stream().map(Exchange::address).toList();
    for (Exchange exchange : exchanges) {
      exchange.connect(addresses);
    }
  }

  static SecurityManager security(SparkConf conf) {
    return new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3());
  }

  Exchange exchange(int rank) {
    return exchanges.get(rank);
  }

  /** Runs every replica in its thread; returns what they returned, by rank. */
  <T> List<T> run(Work<T> work) throws Exception {
    List<Future<T>> running = new ArrayList<>();
    for (Exchange exchange : exchanges) {
      Callable<T> replica = () -> work.run(exchange);
      running.add(threads.submit(replica));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> one : running) {
      try {
        results.add(one.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
    return results;
  }

  /** What one replica does with the others. */
  public interface Together<T> {
    T run(Collective collective) throws Exception;
  }

  /** Runs every replica in its thread; returns what they returned, by rank. */
  public <T> List<T> each(Together<T> work) throws Exception {
    return run(exchange -> work.run(new SparkCollective(exchange)));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    exchanges.forEach(Exchange::close);
  }
}
