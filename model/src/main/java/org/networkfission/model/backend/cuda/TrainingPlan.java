package org.networkfission.model.backend.cuda;

import java.util.Optional;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.backend.cuda.plan.LossSteps;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.backend.cuda.plan.PlanBuilder;
import org.networkfission.model.backend.cuda.plan.Ports;
import org.networkfission.model.backend.cuda.plan.Ports.Port;

/**
 * A plan that computes gradients, with its ways in and out. Its phases are forward, losses,
 * backward.
 *
 * @param step the number that dropout takes
 * @param flag whether an image held what is not finite
 */
record TrainingPlan(
    Plan plan,
    PlanBuilder.HostPart step,
    Port images,
    PlanBuilder.HostPart flag,
    LossSteps losses) {
  /** Plans a network's training for minibatches of a size. */
  static TrainingPlan of(
      NetworkProgram program, Layout layout, int batch, Optional<Replicas> replicas) {
    PlanBuilder builder = new PlanBuilder(batch, true, program.seed(), layout, replicas);
    builder.phase();
    PlanBuilder.HostPart step = Ports.stepNumber(builder);
    Place flag = Ports.flag(builder);
    Port images = Ports.input(builder, program.image(), Optional.of(flag));
    builder.noGradient(program.image());
    program.stages().forEach(builder::forward);
    builder.phase();
    LossSteps losses = new LossSteps(builder, program);
    builder.phase();
    builder.backward(program.recompute());
    PlanBuilder.HostPart flagHere = Ports.fetch(builder, flag);
    return new TrainingPlan(builder.build(), step, images, flagHere, losses);
  }
}
