package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import org.networkfission.jobs.report.Panel;
import org.networkfission.jobs.train.collective.RunKey;
import org.networkfission.jobs.train.log.Report.Advanced;
import org.networkfission.jobs.train.log.Report.Alive;
import org.networkfission.jobs.train.log.Report.Arrived;
import org.networkfission.jobs.train.log.Report.Content;
import org.networkfission.jobs.train.log.Report.Line;
import org.networkfission.jobs.train.log.Report.Newcomers;
import org.networkfission.jobs.train.log.Report.Validated;
import org.networkfission.prep.settings.Json;
import scala.concurrent.Await;
import scala.concurrent.Future;
import scala.concurrent.duration.Duration;
import scala.reflect.ClassTag$;

/**
 * Tells the driver how a replica is doing: that it lives, every few seconds, and what there is to
 * say. By Spark's own connection to the driver, as text, so that no class of ours need be known to
 * Spark's threads.
 */
public final class DriverLink implements AutoCloseable {
  private static final long BEAT_SECONDS = 5;
  private static final long STILL_SECONDS = 5;

  /** How often a task that waits for others looks whether it is to end. */
  private static final Duration GLANCE = Duration.apply(100, TimeUnit.MILLISECONDS);

  /** As long as Spark's own barrier: the driver ends the tasks where one is lost. */
  private static final RpcTimeout NEVER =
      new RpcTimeout(Duration.apply(365, TimeUnit.DAYS), "spark.barrier.sync.timeout");

  private static final RpcTimeout SOON =
      new RpcTimeout(Duration.apply(10, TimeUnit.SECONDS), "spark.rpc.askTimeout");

  private final RpcEndpointRef driver;
  private final int replica;
  private final int attempt;
  private final ScheduledExecutorService heart;
  private volatile long step;
  private long lastBeat = System.nanoTime();

  public DriverLink(SparkEnv env, RunKey key, int replica, int attempt) {
    this.driver = RpcUtils.makeDriverRef(RunMonitor.name(key), env.conf(), env.rpcEnv());
    this.replica = replica;
    this.attempt = attempt;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "fission-heart");
              thread.setDaemon(true);
              return thread;
            });
    var unused = heart.scheduleAtFixedRate(this::beat, 0, BEAT_SECONDS, TimeUnit.SECONDS);
  }

  /** Says too if the process stood still: whoever waits for it may have given up meanwhile. */
  private void beat() {
    long now = System.nanoTime();
    long late = TimeUnit.NANOSECONDS.toSeconds(now - lastBeat) - BEAT_SECONDS;
    lastBeat = now;
    send(
        late < STILL_SECONDS
            ? new Alive()
            : new Line(
                "replica %d stood still for %d s: its process was stopped, or had no processor or memory"
                    .formatted(replica, late)));
  }

  /** Steps done, for the next sign of life. */
  public void at(long stepsDone) {
    step = stepsDone;
  }

  /** A line for the console. */
  public void say(String line) {
    send(new Line(line));
  }

  public void progress(ProgressLine progress) {
    send(new Advanced(progress));
  }

  /**
   * What the validation gave.
   *
   * @param panels pictures of one frame
   */
  public void validated(Validation validation, List<Panel> panels) {
    send(new Validated(validation, panels));
  }

  /** Why this replica fails. */
  public void fail(Failure failure) {
    send(failure);
  }

  /**
   * Tells all other replicas of the attempt something and waits until each has told its own.
   * Spark's barrier does the same, but looks for the answer once in a second.
   *
   * @return the texts, in the order of ranks
   * @throws InterruptedException if Spark ends the task meanwhile, as when another one fails
   */
  public List<String> gather(String mine, TaskContext task) throws InterruptedException {
    Future<String[]> all =
        driver.ask(text(new Arrived(mine)), NEVER, ClassTag$.MODULE$.apply(String[].class));
    while (true) {
      try {
        return List.of(Await.result(all, GLANCE));
      } catch (TimeoutException e) {
        if (task.isInterrupted()) {
          throw new InterruptedException("Spark ends the task");
        }
      }
    }
  }

  /** Whether more replicas could train than do; not where the driver does not answer soon. */
  public boolean hasNewcomers() {
    try {
      return driver
          .askSync(text(new Newcomers()), SOON, ClassTag$.MODULE$.<String>apply(String.class))
          .equals(RunMonitor.YES);
    } catch (RuntimeException e) {
      return false; // Asked again at the next checkpoint.
    }
  }

  private void send(Content content) {
    driver.send(text(content));
  }

  private String text(Content content) {
    try {
      return Json.MAPPER.writeValueAsString(new Report(replica, attempt, step, content));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a report as JSON", e);
    }
  }

  @Override
  public void close() {
    heart.shutdownNow();
  }
}
