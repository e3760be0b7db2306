package org.networkfission.model.backend.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.backend.cuda.plan.PlanBuilder;
import org.networkfission.model.backend.cuda.plan.Ports;
import org.networkfission.model.backend.cuda.plan.Ports.Port;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;

/** One stage by itself on a GPU; its inputs, outputs and tensors stay in this machine's memory. */
final class CudaStage implements StageRunner {
  private final StageProgram program;
  private final Tensors tensors;
  private final long seed;
  private final OperationClock clock;
  private final Device device;
  private final Planner planner;
  private final Layout layout;
  private final DeviceParameters parameters;
  private final Map<List<Object>, Prepared> prepared = new HashMap<>();
  private Optional<Replicas> replicas = Optional.empty();
  private Prepared last;

  /** A plan with its ways in and out. */
  private record Prepared(
      Plan plan,
      PlanBuilder.HostPart step,
      List<Port> inputs,
      Port output,
      Port outputGradient,
      List<Optional<Port>> inputGradients) {}

  CudaStage(
      StageProgram program,
      Tensors tensors,
      long seed,
      OperationClock clock,
      Device device,
      Planner planner) {
    this.program = program;
    this.tensors = tensors;
    this.seed = seed;
    this.clock = clock;
    this.device = device;
    this.planner = planner;
    this.layout = new Layout(List.of(program));
    this.parameters = new DeviceParameters(device, layout);
  }

  @Override
  public INDArray forward(INDArray[] inputs, boolean training, long step) {
    device.enter();
    int batch = Math.toIntExact(inputs[0].size(0));
    last = prepared.computeIfAbsent(List.of(batch, training), key -> prepare(batch, training));
    Device.Pinned pinned = last.plan().pinned();
    for (ParameterRange range : parameters.ranges()) {
      INDArray tensor = tensors.parameter(range.name());
      parameters.parameters().write(range.offset(), tensor.dup('c').data().asFloat());
    }
    for (int i = 0; i < inputs.length; i++) {
      last.inputs().get(i).write(pinned, inputs[i]);
    }
    Ports.write(pinned, last.step(), step);
    parameters.toKernels();
    last.plan().run(0, clock, "forward ");
    device.await();
    return last.output().read(pinned);
  }

  @Override
  public INDArray[] backward(INDArray outputGradient) {
    device.enter();
    Device.Pinned pinned = last.plan().pinned();
    last.outputGradient().write(pinned, outputGradient);
    last.plan().run(1, clock, "backward ");
    parameters.fromKernels();
    device.await();
    for (ParameterRange range : parameters.ranges()) {
      float[] values = parameters.gradient().read(range.offset(), range.length());
      tensors
          .gradient(range.name())
          .assign(Nd4j.createFromArray(values).reshape('c', range.shape()));
    }
    return last.inputGradients().stream()
        .map(port -> port.map(one -> one.read(pinned)).orElse(null))
        .toArray(INDArray[]::new);
  }

  private Prepared prepare(int batch, boolean training) {
    PlanBuilder builder = new PlanBuilder(batch, training, seed, layout, replicas);
    builder.phase();
    PlanBuilder.HostPart step = Ports.stepNumber(builder);
    List<Port> inputs = new ArrayList<>();
    for (FeatureMap input : program.inputs()) {
      inputs.add(Ports.input(builder, input, Optional.empty()));
    }
    builder.forward(program);
    Port output = Ports.output(builder, program.output());
    Port outputGradient = null;
    List<Optional<Port>> inputGradients = new ArrayList<>();
    if (training) {
      builder.phase();
      outputGradient = Ports.outputGradient(builder, program.output());
      builder.backward(Recompute.NONE);
      for (FeatureMap input : program.inputs()) {
        inputGradients.add(Ports.inputGradient(builder, input));
      }
    }
    Plan plan = builder.build();
    plan.bind(device, planner, parameters.areas(training));
    return new Prepared(plan, step, inputs, output, outputGradient, inputGradients);
  }

  @Override
  public void join(Replicas joined) {
    forget(); // Their plans do other steps.
    replicas = Optional.of(joined);
  }

  @Override
  public void fixParameters() {
    // Parameters are brought to the device each time, which costs little beside the features.
  }

  private void forget() {
    device.enter();
    prepared.values().forEach(one -> one.plan().close());
    prepared.clear();
  }

  @Override
  public void close() {
    forget();
    parameters.close();
    planner.close();
    device.close();
  }
}
