package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.collective.ExchangeSecurity;
import org.networkfission.jobs.train.log.Failure;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.RunMonitor;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.plan.TrainingMode;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import scala.reflect.ClassTag$;

/**
 * One Spark job, one barrier stage, one task per executor, each a replica, for the whole run. A
 * stage that fails begins again at the last checkpoint: a long run may lose many executors. It is
 * given up when it has failed four times without coming to another checkpoint. Where the number of
 * replicas may change, each attempt has as many as there are executors when it begins.
 */
public final class SynchronousTraining implements TrainingMode {
  /** As often as Spark tries a task; a barrier stage whose results are collected it tries once. */
  private static final int TRIES = 4;

  /** How long a process that is asked to end may take until Spark knows that it is gone. */
  private static final long LEAVING_MILLIS = 5000;

  /** How long Spark may take to give up a stage whose executor is gone. */
  private static final Duration GIVING_UP = Duration.ofSeconds(20);

  private final boolean requireAuthentication;
  private final Duration startTimeout;
  private final PrintWriter out;

  /**
   * Describes the mode.
   *
   * @param requireAuthentication whether replicas must authenticate
   * @param startTimeout how long to wait for the least number of executors
   */
  public SynchronousTraining(
      boolean requireAuthentication, Duration startTimeout, PrintWriter out) {
    this.requireAuthentication = requireAuthentication;
    this.startTimeout = startTimeout;
    this.out = out;
  }

  @Override
  public void check(SparkConf conf) {
    ExchangeSecurity.check(conf, requireAuthentication);
  }

  @Override
  public void run(JavaSparkContext spark, RunPlan plan, Optional<Checkpoint> before, RunLog log)
      throws IOException, InterruptedException {
    ReplicaNumber number = new ReplicaNumber(spark.sc(), startTimeout, out, log);
    RunPlan attempt = plan;
    String reason = "";
    int inVain = 0;
    while (true) {
      long done = stepsDone(plan, spark.hadoopConfiguration());
      attempt = number.choose(attempt, Math.max(0, done), reason);
      try {
        Optional<Outcome> left = requireDone(attempt(spark, attempt, number, log));
        if (left.isEmpty()) {
          return;
        }
        reason = left.get().message();
        out.println("training goes on: " + reason);
        if (left.get().end() == End.LEFT) {
          number.awaitEndOfOne(LEAVING_MILLIS);
        }
        attempt = attempt.again();
        inVain = 0;
      } catch (StageFailed e) {
        boolean came = stepsDone(plan, spark.hadoopConfiguration()) > done;
        inVain = came ? 0 : inVain + 1;
        if (inVain == TRIES) {
          throw e;
        }
        reason = e.getMessage();
        out.println("training goes on after: " + reason);
        if (attempt.optimisation().elastic()) {
          number.awaitFewerThan(attempt.replicas(), LEAVING_MILLIS);
        }
        attempt = attempt.again();
      }
    }
  }

  private static long stepsDone(RunPlan plan, Configuration hadoop) throws IOException {
    return Checkpoint.latest(new Path(plan.upkeep().output()), hadoop)
        .map(c -> c.state().step())
        .orElse(-1L);
  }

  /** A stage that Spark gave up. */
  private static final class StageFailed extends IllegalStateException {
    StageFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private List<Outcome> attempt(
      JavaSparkContext spark, RunPlan plan, ReplicaNumber number, RunLog log)
      throws InterruptedException {
    String group = plan.id().toString();
    try (RunMonitor monitor =
        new RunMonitor(
            plan.key(), plan.replicas(), out::println, log, () -> number.couldGrow(plan))) {
      spark.setJobGroup(
          group, "train %s to step %d".formatted(plan.upkeep().output(), plan.steps()), true);
      List<Integer> ranks = IntStream.range(0, plan.replicas()).boxed().toList();
      JavaFutureAction<List<Outcome>> running =
          spark
              .parallelize(ranks, plan.replicas())
              .rdd()
              .barrier()
              .mapPartitions(
                  new ReplicaTask(plan, spark.hadoopConfiguration()),
                  false,
                  ClassTag$.MODULE$.<Outcome>apply(Outcome.class))
              .toJavaRDD()
              .collectAsync();
      return await(running, plan, number, monitor);
    } finally {
      spark.cancelJobGroup(group);
    }
  }

  private static List<Outcome> await(
      JavaFutureAction<List<Outcome>> running,
      RunPlan plan,
      ReplicaNumber number,
      RunMonitor monitor)
      throws InterruptedException {
    // Longer than replicas wait for each other, and than Spark waits for an executor's heartbeat:
    // whoever is silent for so long is not replaced any more.
    Duration limit = plan.upkeep().exchange().stepTimeout().plus(Duration.ofMinutes(3));
    while (true) {
      try {
        return running.get(500, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (number.tooFewSince(plan, GIVING_UP)) {
          // The stage that Spark keeps would wait for ever for an executor that may never come.
          throw new StageFailed("Training failed: an executor is gone", e);
        }
        List<String> silent = monitor.silent(limit);
        if (!silent.isEmpty()) {
          throw new IllegalStateException(
              "Training stopped: %s, more than %d s ago"
                  .formatted(String.join(", ", silent), limit.toSeconds()));
        }
      } catch (ExecutionException e) {
        String reason =
            monitor
                .failure()
                .map(Failure::reason)
                .orElseGet(
                    () -> String.valueOf(e.getCause().getMessage()).lines().findFirst().get());
        throw new StageFailed("Training failed: " + reason, e.getCause());
      }
    }
  }

  /** Why the run is not done, where it may go on nevertheless. */
  private static Optional<Outcome> requireDone(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome.end() == End.DIVERGED) {
        throw new DivergedException(
            "Training diverged at step %d: %s; frames of the minibatch: %s"
                .formatted(outcome.steps(), outcome.message(), String.join(", ", outcome.keys())));
      } else if (outcome.end() == End.INPUT) {
        throw new InputException(outcome.message());
      } else if (outcome.end() == End.SETTINGS) {
        throw new ConfigException(List.of(outcome.message()));
      } else if (outcome.end() == End.FAILED) {
        throw new IllegalStateException(outcome.message());
      }
    }
    for (Outcome outcome : outcomes) {
      if (outcome.end() == End.LEFT || outcome.end() == End.NEWCOMERS) {
        return Optional.of(outcome);
      } else if (outcome.end() != End.DONE) {
        throw new IllegalStateException(
            "Replica %d stopped: %s".formatted(outcome.replica(), outcome.message()));
      }
    }
    return Optional.empty();
  }
}
