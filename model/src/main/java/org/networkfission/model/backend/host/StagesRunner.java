package org.networkfission.model.backend.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.op.StageProgram;

/** Computes a network stage by stage: features go from stage to stage as arrays of ND4J's. */
public final class StagesRunner implements NetworkRunner {
  private final NetworkProgram program;
  private final List<StageRunner> runners = new ArrayList<>();

  /**
   * Prepares a network.
   *
   * @param stages makes a stage's runner
   */
  public StagesRunner(NetworkProgram program, Function<StageProgram, StageRunner> stages) {
    this.program = program;
    for (StageProgram stage : program.stages()) {
      runners.add(stages.apply(stage));
    }
  }

  @Override
  public Map<String, INDArray> forward(
      INDArray images, boolean training, long step, Consumer<StageProgram> begun) {
    Map<String, INDArray> made = new HashMap<>();
    made.put(program.image().name(), images);
    for (int i = 0; i < runners.size(); i++) {
      StageProgram stage = program.stages().get(i);
      if (training || !stage.trainingOnly()) {
        begun.accept(stage);
        INDArray[] inputs =
            stage.inputs().stream().map(input -> made.get(input.name())).toArray(INDArray[]::new);
        made.put(stage.output().name(), runners.get(i).forward(inputs, training, step));
      }
    }
    return made;
  }

  /** A new one: stages read what they made again. */
  @Override
  public INDArray placeOfGradient(INDArray output) {
    return Nd4j.createUninitialized(output.dataType(), output.shape());
  }

  /** Last stage first. */
  @Override
  public void backward(Map<String, INDArray> flowing, Consumer<StageProgram> finished) {
    for (int i = runners.size() - 1; i >= 0; i--) {
      StageProgram stage = program.stages().get(i);
      INDArray[] gradients = runners.get(i).backward(flowing.remove(stage.output().name()));
      for (int k = 0; k < gradients.length; k++) {
        if (gradients[k] != null) {
          flowing.merge(stage.inputs().get(k).name(), gradients[k], INDArray::add);
        }
      }
      finished.accept(stage);
    }
  }

  @Override
  public void join(Replicas replicas) {
    runners.forEach(runner -> runner.join(replicas));
  }

  @Override
  public void fixParameters() {
    runners.forEach(StageRunner::fixParameters);
  }

  @Override
  public void close() {
    runners.forEach(StageRunner::close);
  }
}
