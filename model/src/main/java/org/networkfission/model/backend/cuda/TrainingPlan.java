package org.networkfission.model.backend.cuda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.plan.LossSteps;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.backend.cuda.plan.PlanBuilder;
import org.networkfission.model.backend.cuda.plan.Ports;
import org.networkfission.model.backend.cuda.plan.Ports.Port;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/**
 * A plan that computes gradients. Its first phase takes the minibatch that has come; forward,
 * losses and backward are what a CUDA graph can hold.
 */
final class TrainingPlan {
  private final Plan plan;
  private final PlanBuilder.HostPart step;
  private final Port images;
  private final LossSteps losses;

  /** What has been sent to the device and not been computed with yet. */
  private Optional<Coming> coming = Optional.empty();

  private record Coming(Batch batch, Map<Task, TaskLoss> losses) {}

  private TrainingPlan(Plan plan, PlanBuilder.HostPart step, Port images, LossSteps losses) {
    this.plan = plan;
    this.step = step;
    this.images = images;
    this.losses = losses;
  }

  /** Plans a network's training for minibatches of a size. */
  static TrainingPlan of(
      NetworkProgram program, Layout layout, int batch, Optional<Replicas> replicas) {
    PlanBuilder builder = new PlanBuilder(batch, true, program.seed(), layout, replicas);
    builder.phase();
    builder.takeMinibatch();
    builder.phase();
    PlanBuilder.HostPart step = Ports.stepNumber(builder);
    LossSteps losses = new LossSteps(builder, program);
    Port images = Ports.images(builder, program.image(), losses.flag());
    builder.noGradient(program.image());
    program.stages().forEach(builder::forward);
    builder.phase();
    losses.compute();
    builder.phase();
    builder.backward(program.recompute());
    losses.fetch();
    return new TrainingPlan(builder.build(), step, images, losses);
  }

  Plan plan() {
    return plan;
  }

  /** Sends a minibatch to the device, beside its work, in place of one that was sent before. */
  @SuppressWarnings("ReferenceEquality") // The very same: arrays are not compared number by number.
  void send(Batch batch) {
    if (coming.isPresent() && coming.get().batch() == batch) {
      return;
    }
    Device.Pinned pinned = plan.intake().next();
    images.write(pinned, batch.images());
    Map<Task, TaskLoss> written = losses.write(pinned, batch);
    plan.intake().send();
    coming = Optional.of(new Coming(batch, written));
  }

  /** What came of a step, to be read once the device is done. */
  interface Computing {
    /** Whether an image was not finite. */
    boolean notFinite();

    StepLosses losses();
  }

  /** Computes with a minibatch, which is sent if it was not before. */
  Computing compute(Batch batch, long number, Map<Task, Double> factors, OperationClock clock) {
    send(batch);
    Map<Task, TaskLoss> truth = coming.orElseThrow().losses();
    coming = Optional.empty();
    Device.Pinned pinned = plan.pinned();
    Ports.write(pinned, step, number);
    losses.write(pinned, truth, factors);
    plan.run(0, clock, "");
    plan.run(1, clock, List.of("forward ", "", "backward "));
    return new Computing() {
      @Override
      public boolean notFinite() {
        return losses.notFinite(pinned);
      }

      @Override
      public StepLosses losses() {
        return losses.read(pinned, truth, factors);
      }
    };
  }
}
