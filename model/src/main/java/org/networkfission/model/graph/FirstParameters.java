package org.networkfission.model.graph;

import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.Initialisation;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/** What a network's parameters are before training. */
final class FirstParameters {
  /**
   * Shift of depth's and disparity's 1x1 before its ReLU: the only channel begins mostly above 0,
   * for once all of it is below 0 nothing is learnt any more.
   */
  private static final double FIRST_DEPTH_FEATURE = 1;

  private FirstParameters() {}

  /** Writes all parameters, tensor by tensor. */
  static void write(Engine engine, NetworkProgram program, NetworkSpec spec, long seed) {
    int offset = 0;
    for (StageProgram stage : program.stages()) {
      for (Parameter parameter : stage.parameters()) {
        engine
            .parameters()
            .write(
                offset, Initialisation.values(parameter, stage.ops(), seed, spec.initialisation()));
        offset += parameter.length();
      }
    }
  }

  /** Sets the shifts of tasks of a single channel, so that they begin at a room's values. */
  static void beginInARoom(Engine engine, NetworkSpec spec) {
    for (ParameterRange range : engine.ranges()) {
      for (Task task : Task.values()) {
        task.definition().firstValue().ifPresent(value -> begin(engine, spec, task, value, range));
      }
    }
  }

  private static void begin(
      Engine engine, NetworkSpec spec, Task task, double value, ParameterRange range) {
    int channel = NetworkBuilder.shiftOf(task, spec, range.name());
    if (channel >= 0) {
      engine.parameters().write(range.offset() + channel, new float[] {(float) value});
    } else if (range.name().equals(NetworkBuilder.head(task) + ".c78.bn.bias")) {
      engine.parameters().write(range.offset(), new float[] {(float) FIRST_DEPTH_FEATURE});
    }
  }
}
