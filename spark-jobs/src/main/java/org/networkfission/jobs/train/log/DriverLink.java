package org.networkfission.jobs.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import org.networkfission.jobs.report.Panel;
import org.networkfission.jobs.train.collective.RunKey;
import org.networkfission.jobs.train.log.Report.Advanced;
import org.networkfission.jobs.train.log.Report.Alive;
import org.networkfission.jobs.train.log.Report.Content;
import org.networkfission.jobs.train.log.Report.Line;
import org.networkfission.jobs.train.log.Report.Validated;
import org.networkfission.prep.settings.Json;

/**
 * Tells the driver how a replica is doing: that it lives, every few seconds, and what there is to
 * say. By Spark's own connection to the driver, as text, so that no class of ours need be known to
 * Spark's threads.
 */
public final class DriverLink implements AutoCloseable {
  private static final long BEAT_SECONDS = 5;
  private static final long STILL_SECONDS = 5;

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

  private void send(Content content) {
    try {
      driver.send(Json.MAPPER.writeValueAsString(new Report(replica, attempt, step, content)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a report as JSON", e);
    }
  }

  @Override
  public void close() {
    heart.shutdownNow();
  }
}
