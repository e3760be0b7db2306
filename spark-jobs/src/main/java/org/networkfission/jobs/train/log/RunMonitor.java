package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.networkfission.jobs.train.collective.RunKey;
import org.networkfission.jobs.train.log.Report.Advanced;
import org.networkfission.jobs.train.log.Report.Arrived;
import org.networkfission.jobs.train.log.Report.Line;
import org.networkfission.jobs.train.log.Report.Newcomers;
import org.networkfission.jobs.train.log.Report.Validated;
import org.networkfission.prep.settings.Json;
import scala.Function1;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * The driver's ear: hears the replicas' reports, passes on what they say, and knows who has fallen
 * silent. An executor that hangs is found by it even where Spark would wait for ever.
 */
public final class RunMonitor implements AutoCloseable {
  /** The answer to {@link Newcomers}. */
  static final String YES = "yes";

  private final RpcEnv environment = SparkEnv.get().rpcEnv();
  private final RpcEndpointRef endpoint;
  private final Consumer<String> console;
  private final RunLog log;
  private final BooleanSupplier newcomers;
  private final long[] lastHeard;
  private final long[] lastStep;
  private final Gathering gathering;
  private int failedAttempt = -1;
  private Failure failure;
  private long lastProgress = System.nanoTime();

  /**
   * Begins to listen; on the driver, whose Spark runs.
   *
   * @param key known to this run's replicas alone; others cannot find the endpoint
   * @param newcomers whether more replicas could train
   */
  public RunMonitor(
      RunKey key, int replicas, Consumer<String> console, RunLog log, BooleanSupplier newcomers) {
    this.console = console;
    this.log = log;
    this.newcomers = newcomers;
    this.lastHeard = new long[replicas];
    this.lastStep = new long[replicas];
    this.gathering = new Gathering(replicas);
    Arrays.fill(lastHeard, System.nanoTime());
    Arrays.fill(lastStep, -1);
    this.endpoint = environment.setupEndpoint(name(key), new Endpoint());
  }

  /** The endpoint's name for a run. */
  static String name(RunKey key) {
    return "fission-run-" + key.name("monitor");
  }

  private final class Endpoint implements ThreadSafeRpcEndpoint {
    @Override
    public RpcEnv rpcEnv() {
      return environment;
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receive() {
      return ofReports(RunMonitor.this::hear);
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
      return ofReports(
          report -> {
            hear(report);
            if (report.content() instanceof Arrived arrived) {
              gathering.add(report.attempt(), report.replica(), arrived.text(), caller);
            } else if (report.content() instanceof Newcomers) {
              caller.reply(newcomers.getAsBoolean() ? YES : "no");
            }
          });
    }

    private PartialFunction<Object, BoxedUnit> ofReports(Consumer<Report> listener) {
      return new AbstractPartialFunction<>() {
        @Override
        public boolean isDefinedAt(Object message) {
          return message instanceof String;
        }

        @Override
        public <A, B> B applyOrElse(A message, Function1<A, B> other) {
          if (!(message instanceof String text)) {
            return other.apply(message);
          }
          parse(text).ifPresent(listener);
          @SuppressWarnings("unchecked")
          B unit = (B) BoxedUnit.UNIT;
          return unit;
        }
      };
    }
  }

  /** Empty if it is not from a replica. */
  private Optional<Report> parse(String text) {
    try {
      return Optional.of(Json.MAPPER.readValue(text, Report.class))
          .filter(report -> report.replica() >= 0 && report.replica() < lastHeard.length);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private void hear(Report report) {
    synchronized (this) {
      lastHeard[report.replica()] = System.nanoTime();
      if (report.step() != lastStep[report.replica()]) {
        lastProgress = System.nanoTime();
      }
      lastStep[report.replica()] = report.step();
      if (report.content() instanceof Failure failed && report.attempt() > failedAttempt) {
        failedAttempt = report.attempt();
        failure = failed;
      }
    }
    pass(report.content());
  }

  private void pass(Report.Content content) {
    try {
      if (content instanceof Failure failed) {
        console.accept(failed.reason());
      } else if (content instanceof Line line) {
        console.accept(line.text());
      } else if (content instanceof Validated validated) {
        console.accept(validated.validation().line());
        validated.validation().datasetLines().forEach(console);
        log.write(validated.validation(), validated.panels());
      } else if (content instanceof Advanced advanced) {
        console.accept(advanced.progress().line());
        if (!advanced.progress().datasets().isEmpty()) {
          console.accept("  of each data set: " + advanced.progress().datasetsLine());
        }
        advanced.progress().warnings().forEach(console);
        log.write(advanced.progress());
      }
    } catch (UncheckedIOException e) {
      console.accept(e.getMessage()); // The run itself goes on.
    }
  }

  /**
   * Why the last attempt failed: what the first replica said that did. Later ones may only have
   * lost the first.
   */
  public synchronized Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /** How long ago any replica came to another step. */
  public synchronized Duration sinceLastStep() {
    return Duration.ofNanos(System.nanoTime() - lastProgress);
  }

  /** Who has not been heard for so long, in words; empty if everybody has. */
  public synchronized List<String> silent(Duration limit) {
    List<String> silent = new ArrayList<>();
    for (int i = 0; i < lastHeard.length; i++) {
      if (System.nanoTime() - lastHeard[i] > limit.toNanos()) {
        silent.add(
            lastStep[i] < 0
                ? "replica %d never began".formatted(i)
                : "replica %d was last heard at step %d".formatted(i, lastStep[i]));
      }
    }
    return silent;
  }

  @Override
  public void close() {
    environment.stop(endpoint);
  }
}
