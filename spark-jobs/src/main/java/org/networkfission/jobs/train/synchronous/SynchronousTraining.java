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
 * given up when it has failed four times without coming to another checkpoint.
 */
public final class SynchronousTraining implements TrainingMode {
  /** As often as Spark tries a task; a barrier stage whose results are collected it tries once. */
  private static final int TRIES = 4;

  /** How long a process that is asked to end may take until Spark knows that it is gone. */
  private static final long LEAVING_MILLIS = 5000;

  private final boolean requireAuthentication;
  private final PrintWriter out;

  /**
   * Describes the mode.
   *
   * @param requireAuthentication whether replicas must authenticate
   */
  public SynchronousTraining(boolean requireAuthentication, PrintWriter out) {
    this.requireAuthentication = requireAuthentication;
    this.out = out;
  }

  @Override
  public void check(SparkConf conf) {
    ExchangeSecurity.check(conf, requireAuthentication);
  }

  @Override
  public void run(JavaSparkContext spark, RunPlan plan, Optional<Checkpoint> before, RunLog log)
      throws IOException, InterruptedException {
    RunPlan attempt = plan;
    int inVain = 0;
    while (true) {
      long done = stepsDone(plan, spark.hadoopConfiguration());
      try {
        Optional<Outcome> left = requireDone(attempt(spark, attempt, log));
        if (left.isEmpty()) {
          return;
        }
        out.println("training goes on: " + left.get().message());
        awaitEndOfOne(spark);
        attempt = attempt.again();
        inVain = 0;
      } catch (StageFailed e) {
        boolean came = stepsDone(plan, spark.hadoopConfiguration()) > done;
        inVain = came ? 0 : inVain + 1;
        if (inVain == TRIES) {
          throw e;
        }
        out.println("training goes on after: " + e.getMessage());
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

  private List<Outcome> attempt(JavaSparkContext spark, RunPlan plan, RunLog log)
      throws InterruptedException {
    String group = plan.id().toString();
    try (RunMonitor monitor = new RunMonitor(plan.key(), plan.replicas(), out::println, log)) {
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
      return await(running, plan, monitor);
    } finally {
      spark.cancelJobGroup(group);
    }
  }

  private static List<Outcome> await(
      JavaFutureAction<List<Outcome>> running, RunPlan plan, RunMonitor monitor)
      throws InterruptedException {
    // Longer than replicas wait for each other, and than Spark waits for an executor's heartbeat:
    // whoever is silent for so long is not replaced any more.
    Duration limit = plan.upkeep().exchange().stepTimeout().plus(Duration.ofMinutes(3));
    while (true) {
      try {
        return running.get(500, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
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

  /** The next attempt's tasks are for executors that stay. */
  private static void awaitEndOfOne(JavaSparkContext spark) throws InterruptedException {
    int before = executors(spark);
    for (int i = 0; i < LEAVING_MILLIS / 100 && executors(spark) >= before; i++) {
      Thread.sleep(100);
    }
  }

  private static int executors(JavaSparkContext spark) {
    return spark.sc().statusTracker().getExecutorInfos().length;
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
      if (outcome.end() == End.LEFT) {
        return Optional.of(outcome);
      } else if (outcome.end() != End.DONE) {
        throw new IllegalStateException(
            "Replica %d stopped: %s".formatted(outcome.replica(), outcome.message()));
      }
    }
    return Optional.empty();
  }
}
