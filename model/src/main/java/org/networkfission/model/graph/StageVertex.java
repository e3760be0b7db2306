package org.networkfission.model.graph;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.network.Compute;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Initialisation;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/** A stage as a vertex of a DL4J graph's configuration. */
public final class StageVertex extends GraphVertex {
  @JsonProperty private final StageProgram program;
  @JsonProperty private final Compute compute;

  public StageVertex(
      @JsonProperty("program") StageProgram program, @JsonProperty("compute") Compute compute) {
    this.program = Objects.requireNonNull(program, "program");
    this.compute = Objects.requireNonNull(compute, "compute");
  }

  @Override
  public GraphVertex clone() {
    return new StageVertex(program, compute);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StageVertex vertex
        && program.equals(vertex.program)
        && compute == vertex.compute;
  }

  @Override
  public int hashCode() {
    return Objects.hash(program, compute);
  }

  @Override
  public long numParams(boolean backprop) {
    return program.parameters().stream().mapToLong(Parameter::length).sum();
  }

  @Override
  public int minVertexInputs() {
    return program.inputs().size();
  }

  @Override
  public int maxVertexInputs() {
    return program.inputs().size();
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    if (initialise) {
      long seed = graph.getConfiguration().getDefaultConfiguration().getSeed();
      Map<String, INDArray> views = Tensors.views(program.parameters(), parameters);
      for (Parameter p : program.parameters()) {
        float[] values = Initialisation.values(p, program.ops(), seed);
        INDArray view = views.get(p.name());
        view.assign(Nd4j.createFromArray(values).reshape(view.shape()).castTo(type));
      }
    }
    return new Stage(graph, name, index, program, compute, type, parameters);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... inputs) {
    FeatureMap output = program.output();
    return InputType.convolutional(output.height(), output.width(), output.channels());
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputs) {
    return new LayerMemoryReport.Builder(
            program.name(), StageVertex.class, inputs[0], getOutputType(0, inputs))
        .standardMemory(numParams(true), 0)
        .build();
  }

  @Override
  public String toString() {
    return "stage %s on %s".formatted(program.name(), compute.name().toLowerCase(Locale.ROOT));
  }
}
