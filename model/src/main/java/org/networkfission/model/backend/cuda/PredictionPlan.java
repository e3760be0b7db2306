package org.networkfission.model.backend.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.backend.cuda.plan.PlanBuilder;
import org.networkfission.model.backend.cuda.plan.Ports;
import org.networkfission.model.backend.cuda.plan.Ports.Port;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.StageProgram;

/**
 * A plan that predicts, with its ways in and out. It has one phase.
 *
 * @param flag whether an image held what is not finite
 */
record PredictionPlan(Plan plan, Port images, PlanBuilder.HostPart flag, Map<Task, Port> outputs) {
  /** Plans a network's predictions for minibatches of a size. */
  static PredictionPlan of(NetworkProgram program, Layout layout, int batch) {
    PlanBuilder builder = new PlanBuilder(batch, false, program.seed(), layout, Optional.empty());
    builder.phase();
    Place flag = Ports.flag(builder);
    Port images = Ports.input(builder, program.image(), Optional.of(flag));
    for (StageProgram stage : program.stages()) {
      if (!stage.trainingOnly()) {
        builder.forward(stage);
      }
    }
    Map<Task, Port> outputs = new LinkedHashMap<>();
    for (NetworkProgram.Head head : program.heads()) {
      outputs.put(head.task(), Ports.output(builder, head.output()));
    }
    PlanBuilder.HostPart flagHere = Ports.fetch(builder, flag);
    return new PredictionPlan(builder.build(), images, flagHere, outputs);
  }
}
