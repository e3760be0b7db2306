package org.networkfission.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.util.GraphIndices;
import org.nd4j.linalg.learning.config.NoOp;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.StageProgram;

/** A network as the configuration of a DL4J graph: what model files hold, a vertex per stage. */
final class GraphFormat {
  private GraphFormat() {}

  static ComputationGraphConfiguration configuration(NetworkSpec spec, long seed) {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(org.nd4j.linalg.api.buffer.DataType.FLOAT)
            .updater(new NoOp())
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .graphBuilder()
            .addInputs(NetworkBuilder.IMAGE);
    // A stage is known by the feature map that it makes.
    Map<String, String> makers = new LinkedHashMap<>();
    makers.put(NetworkBuilder.IMAGE, NetworkBuilder.IMAGE);
    for (StageProgram stage : FissionNetwork.stages(spec)) {
      String[] inputs =
          stage.inputs().stream().map(map -> makers.get(map.name())).toArray(String[]::new);
      builder.addVertex(stage.name(), new StageVertex(stage, spec.compute()), inputs);
      makers.put(stage.output().name(), stage.name());
    }
    return builder.setOutputs(outputs(spec).toArray(String[]::new)).build();
  }

  /** Names of the outputs, task by task: main, and in training the auxiliary ones. */
  private static List<String> outputs(NetworkSpec spec) {
    List<String> outputs = new ArrayList<>();
    for (Task task : spec.tasks()) {
      outputs.add(NetworkBuilder.head(task));
      if (spec.auxiliaryHeads()) {
        outputs.add(NetworkBuilder.auxiliary(task, 1));
        outputs.add(NetworkBuilder.auxiliary(task, 2));
      }
    }
    return outputs;
  }

  /** The stages of a network in the order in which their tensors lie in a model file. */
  static List<StageProgram> stages(NetworkSpec spec, DataType type) {
    Map<String, StageProgram> byName = new HashMap<>();
    new NetworkBuilder(spec, type).build().forEach(stage -> byName.put(stage.name(), stage));
    GraphIndices indices = new ComputationGraph(configuration(spec, 0)).calculateIndices();
    List<StageProgram> stages = new ArrayList<>();
    for (int index : indices.getTopologicalSortOrder()) {
      StageProgram stage = byName.get(indices.getIdxToName().get(index));
      if (stage != null) { // The image is no stage.
        stages.add(stage);
      }
    }
    return stages;
  }
}
