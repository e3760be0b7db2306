package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.networkfission.jobs.report.Panel;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import scala.Function1;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * The driver's ear: hears the replicas' reports, passes on what they say, and knows who has fallen
 * silent. An executor that hangs is found by it even where Spark would wait for ever.
 */
public final class RunMonitor implements ThreadSafeRpcEndpoint {
  private final RpcEnv environment;
  private final Consumer<String> console;
  private final RunLog log;
  private final long[] lastHeard;
  private final long[] lastStep;
  private int failedAttempt = -1;
  private String failure;
  private long lastProgress = System.nanoTime();

  /**
   * One report.
   *
   * @param replica rank of the sender
   * @param attempt of the stage
   * @param step steps done
   * @param line for the console, or null
   * @param progress or null
   * @param validated or null
   * @param failure why the replica fails, or null
   */
  record Report(
      int replica,
      int attempt,
      long step,
      String line,
      Progress progress,
      Validated validated,
      String failure) {}

  /**
   * What a validation gave.
   *
   * @param panels pictures of one frame, a panel per task
   */
  record Validated(Validation validation, List<Panel> panels) {}

  public RunMonitor(RpcEnv environment, int replicas, Consumer<String> console, RunLog log) {
    this.environment = environment;
    this.console = console;
    this.log = log;
    this.lastHeard = new long[replicas];
    this.lastStep = new long[replicas];
    Arrays.fill(lastHeard, System.nanoTime());
    Arrays.fill(lastStep, -1);
  }

  /** The endpoint's name for a run. */
  public static String name(UUID run) {
    return "fission-run-" + run;
  }

  @Override
  public RpcEnv rpcEnv() {
    return environment;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receive() {
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
        hear(text);
        @SuppressWarnings("unchecked")
        B unit = (B) BoxedUnit.UNIT;
        return unit;
      }
    };
  }

  private void hear(String text) {
    Report report;
    try {
      report = Checkpoint.JSON.readValue(text, Report.class);
    } catch (JsonProcessingException e) {
      return; // Not from a replica.
    }
    synchronized (this) {
      if (report.replica() < 0 || report.replica() >= lastHeard.length) {
        return;
      }
      lastHeard[report.replica()] = System.nanoTime();
      if (report.step() != lastStep[report.replica()]) {
        lastProgress = System.nanoTime();
      }
      lastStep[report.replica()] = report.step();
      if (report.failure() != null && report.attempt() > failedAttempt) {
        failedAttempt = report.attempt();
        failure = report.failure();
      }
    }
    if (report.failure() != null) {
      console.accept(report.failure());
    }
    if (report.line() != null) {
      console.accept(report.line());
    }
    try {
      if (report.validated() != null) {
        console.accept(report.validated().validation().line());
        log.write(report.validated().validation(), report.validated().panels());
      }
      if (report.progress() != null) {
        console.accept(report.progress().line());
        report.progress().warnings().forEach(console);
        log.write(report.progress());
      }
    } catch (UncheckedIOException e) {
      console.accept(e.getMessage()); // The run itself goes on.
    }
  }

  /**
   * Why the last attempt failed: what the first replica said that did. Later ones may only have
   * lost the first.
   */
  public synchronized Optional<String> failure() {
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
}
