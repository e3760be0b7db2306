package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.cluster.Device;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.collective.Address;
import org.networkfission.jobs.train.collective.PortException;
import org.networkfission.jobs.train.collective.ReplicaException;
import org.networkfission.jobs.train.collective.RunStopped;
import org.networkfission.jobs.train.collective.SparkCollective;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.log.Failure;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.backend.DeviceLink;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.graph.Backends;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Json;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * What Spark runs on each executor for the whole of a run: meets the other replicas, trains, and
 * ends in an {@link Outcome} or, where a retry may go well, in an exception.
 */
final class ReplicaTask extends AbstractFunction1<Iterator<Integer>, Iterator<Outcome>>
    implements Serializable {
  private final RunPlan plan;
  private final SerializableConfiguration hadoop;

  ReplicaTask(RunPlan plan, Configuration hadoop) {
    this.plan = plan;
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public Iterator<Outcome> apply(Iterator<Integer> partition) {
    BarrierTaskContext context = BarrierTaskContext.get();
    Device.take(context);
    Outcome outcome;
    try (DriverLink driver =
        new DriverLink(
            SparkEnv.get(), plan.key(), context.partitionId(), context.stageAttemptNumber())) {
      outcome = train(context, driver);
      TaskLog.say(
          "replica %d of %d: %s after step %d %s"
              .formatted(
                  outcome.replica(),
                  plan.replicas(),
                  outcome.end().name().toLowerCase(Locale.ROOT),
                  outcome.steps(),
                  outcome.message()));
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Training was cancelled", e);
    }
    return JavaConverters.asScalaIterator(List.of(outcome).iterator());
  }

  private Outcome train(BarrierTaskContext context, DriverLink driver)
      throws IOException, InterruptedException {
    // Before anything is computed: what is written where nobody else sees it is lost.
    plan.upkeep().lease().check(hadoop.value());
    int rank = context.partitionId();
    SparkEnv spark = SparkEnv.get();
    int port = plan.upkeep().exchange().port() == 0 ? 0 : plan.upkeep().exchange().port() + rank;
    String host = spark.blockManager().blockManagerId().host();
    Optional<String> problem = Optional.empty();
    Arithmetic arithmetic = null;
    DeviceLink link = DeviceLink.none();
    SparkCollective collective = null;
    try {
      arithmetic = Backends.arithmetic(plan.model().network());
      link = Backends.link(plan.model().network());
      collective =
          SparkCollective.listen(
              spark.conf(),
              spark.securityManager(),
              plan.attempt(context.stageAttemptNumber()),
              rank,
              plan.replicas(),
              host,
              port,
              plan.upkeep().exchange().stepTimeout());
    } catch (PortException e) {
      problem = Optional.of(e.getMessage());
    } catch (IllegalArgumentException e) { // The processor lacks what was asked for.
      problem = Optional.of("%s (replica %d, on %s)".formatted(e.getMessage(), rank, host));
    }
    try (SparkCollective open = collective) {
      Rendezvous mine =
          new Rendezvous(
              problem.isPresent() ? "" : open.address().toString(),
              rank == 0 ? attempt(before(context)) : "",
              rank == 0 ? latest().map(c -> c.folder().toString()).orElse(null) : null,
              arithmetic,
              new SliceRoute.Place(host, link));
      List<Rendezvous> all = Rendezvous.parse(driver.gather(mine.text(), context));
      if (problem.isPresent()) {
        return Outcome.of(End.SETTINGS, rank, 0, problem.get());
      }
      if (all.stream().anyMatch(other -> other.address().isEmpty())) {
        return Outcome.of(End.STOPPED, rank, 0, "Another replica cannot begin");
      }
      SliceRoute route =
          SliceRoute.of(
              plan.upkeep().exchange(),
              all.stream().map(Rendezvous::place).toList(),
              spark.securityManager().isAuthenticationEnabled());
      if (route.refused().isPresent()) {
        return Outcome.of(End.SETTINGS, rank, 0, route.refused().get());
      }
      return train(open, driver, before(context), all, route);
    }
  }

  /**
   * What a replica tells the others when they meet.
   *
   * @param address where it listens; empty if it cannot begin
   * @param attempt what tells this attempt's files from others', by rank 0's word
   * @param checkpoint to go on from, by rank 0's word; null for none
   * @param arithmetic what its bits depend on; null if it cannot begin
   * @param place where it computes
   */
  private record Rendezvous(
      String address,
      String attempt,
      String checkpoint,
      Arithmetic arithmetic,
      SliceRoute.Place place) {
    String text() throws IOException {
      return Json.MAPPER.writeValueAsString(this);
    }

    static List<Rendezvous> parse(List<String> texts) throws IOException {
      List<Rendezvous> all = new ArrayList<>();
      for (String text : texts) {
        all.add(Json.MAPPER.readValue(text, Rendezvous.class));
      }
      return all;
    }
  }

  /** How many attempts at the run this command made before, and Spark at this one. */
  private int before(BarrierTaskContext context) {
    return plan.before() + context.stageAttemptNumber();
  }

  private String attempt(int before) throws IOException {
    return CheckpointFolder.attempt(new Path(plan.upkeep().output()), before == 0, hadoop.value());
  }

  private Optional<Checkpoint> latest() throws IOException {
    return Checkpoint.latest(new Path(plan.upkeep().output()), hadoop.value());
  }

  private Outcome train(
      SparkCollective collective,
      DriverLink driver,
      int before,
      List<Rendezvous> all,
      SliceRoute route)
      throws IOException, InterruptedException {
    try {
      TaskLog.say(
          "replica %d of %d of %s, at %s"
              .formatted(
                  collective.rank(),
                  plan.replicas(),
                  plan.upkeep().output(),
                  all.get(collective.rank()).address()));
      collective.connect(all.stream().map(one -> Address.parse(one.address())).toList());
      String folder = all.get(0).checkpoint();
      Optional<Checkpoint> checkpoint =
          folder == null
              ? Optional.empty()
              : Optional.of(Checkpoint.open(new Path(folder), hadoop.value()));
      if (collective.rank() == 0) {
        driver.say(beginning(checkpoint, before));
        route.told().ifPresent(driver::say);
        List<Arithmetic> arithmetic = all.stream().map(Rendezvous::arithmetic).toList();
        UnlikeProcessors.among(arithmetic).ifPresent(driver::say);
        checkpoint
            .flatMap(c -> UnlikeProcessors.between(c.state().arithmetic(), arithmetic))
            .ifPresent(driver::say);
      }
      try (Notice notice = new Notice(plan.upkeep().grace());
          Replica replica =
              Replica.take(
                  plan,
                  hadoop.value(),
                  collective,
                  route.direct(),
                  driver,
                  checkpoint,
                  all.get(0).attempt(),
                  notice)) {
        return replica.run();
      }
    } catch (RunStopped e) {
      return Outcome.of(End.STOPPED, collective.rank(), 0, e.getMessage());
    } catch (CudaException e) {
      collective.abort(new RunStopped(e.getMessage()));
      return Outcome.of(End.SETTINGS, collective.rank(), 0, e.getMessage());
    } catch (InputException e) {
      collective.abort(new RunStopped(e.getMessage()));
      return Outcome.of(End.INPUT, collective.rank(), 0, e.getMessage());
    } catch (IOException | RuntimeException e) {
      String reason = "replica %d: %s".formatted(collective.rank(), e.getMessage());
      driver.fail(new Failure(false, reason));
      collective.abort(new ReplicaException(reason));
      throw e;
    }
  }

  private String beginning(Optional<Checkpoint> checkpoint, int before) {
    String who = before == 0 ? "" : "attempt %d: ".formatted(before + 1);
    if (checkpoint.isEmpty()) {
      return who
          + "training %d replicas from %s"
              .formatted(plan.replicas(), plan.model().initial().source());
    }
    Checkpoint.State state = checkpoint.get().state();
    boolean same =
        state.shares() == plan.optimisation().most()
            && state.batchSize() == plan.optimisation().batchSize();
    String note =
        same
            ? ""
            : "; it was written by %d replicas of batch size %d, so the order of the data differs from a run that went on with these"
                .formatted(state.shares(), state.batchSize());
    return who
        + "going on from step %d (%s)%s".formatted(state.step(), checkpoint.get().folder(), note);
  }
}
