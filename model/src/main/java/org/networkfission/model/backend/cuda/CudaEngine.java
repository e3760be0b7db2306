package org.networkfission.model.backend.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.FiniteImages;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.plan.Layout;
import org.networkfission.model.backend.cuda.plan.LossSteps;
import org.networkfission.model.backend.cuda.plan.Place;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.backend.cuda.plan.PlanBuilder;
import org.networkfission.model.backend.cuda.plan.Ports;
import org.networkfission.model.backend.cuda.plan.Ports.Port;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.StageProgram;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * A network on a GPU. A minibatch and its truth go there; losses come back, and what a parameter
 * server asks for.
 */
final class CudaEngine implements Engine {
  private final NetworkProgram program;
  private final Device device;
  private final Planner planner;
  private final Layout layout;
  private final DeviceParameters flat;
  private final OperationClock clock = new OperationClock();
  private final Map<Integer, Training> training = new HashMap<>();
  private final Map<Integer, Prediction> predictions = new HashMap<>();
  private Optional<Replicas> replicas = Optional.empty();

  /** A plan that computes gradients, with its ways in and out. */
  private record Training(
      Plan plan,
      PlanBuilder.HostPart step,
      Port images,
      PlanBuilder.HostPart flag,
      LossSteps losses) {}

  /** A plan that predicts, with its ways in and out. */
  private record Prediction(
      Plan plan, Port images, PlanBuilder.HostPart flag, Map<Task, Port> outputs) {}

  CudaEngine(NetworkProgram program, Device device, Planner planner) {
    this.program = program;
    this.device = device;
    this.planner = planner;
    this.layout = new Layout(program.stages());
    this.flat = new DeviceParameters(device, layout);
  }

  @Override
  public FlatVector parameters() {
    return flat.parameters();
  }

  @Override
  public FlatVector gradient() {
    return flat.gradient();
  }

  @Override
  public List<ParameterRange> ranges() {
    return flat.ranges();
  }

  @Override
  public void freeze(List<String> tensors) {
    flat.freeze(tensors);
  }

  @Override
  public List<String> notFinite() {
    return flat.notFinite();
  }

  @Override
  public RangeOptimizer adam(AdamSettings settings, Moments moments) {
    return flat.adam(settings, moments);
  }

  @Override
  public StepLosses computeGradient(Batch batch, long step, Map<Task, Double> factors) {
    device.enter();
    int size = Math.toIntExact(batch.images().size(0));
    Training ready = training.get(size);
    if (ready == null) {
      ready = prepareTraining(size);
      training.put(size, ready);
    }
    Plan plan = ready.plan();
    Device.Pinned pinned = plan.pinned();
    ready.images().write(pinned, batch.images());
    Ports.write(pinned, ready.step(), step);
    flat.toKernels();
    plan.run(0, clock, "forward ");
    // While the device computes, this machine prepares the truth.
    Map<Task, TaskLoss> losses = ready.losses().write(pinned, batch, factors);
    plan.run(1, clock, "");
    plan.run(2, clock, "backward ");
    flat.fromKernels();
    device.await();
    requireFinite(pinned, ready.flag(), batch.images(), batch.keys());
    return ready.losses().read(pinned, losses, factors);
  }

  private static void requireFinite(
      Device.Pinned pinned, PlanBuilder.HostPart flag, INDArray images, List<String> keys) {
    if (Ports.flag(pinned, flag)) {
      FiniteImages.require(images, keys);
      throw new CudaException("Cannot use the images: the GPU says that they are not finite");
    }
  }

  private Training prepareTraining(int batch) {
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
    builder.backward();
    PlanBuilder.HostPart flagHere = Ports.fetch(builder, flag);
    Plan plan = builder.build();
    plan.bind(device, planner, flat.areas(true));
    return new Training(plan, step, images, flagHere, losses);
  }

  @Override
  public Map<Task, INDArray> predict(INDArray images) {
    device.enter();
    int size = Math.toIntExact(images.size(0));
    Prediction ready = predictions.get(size);
    if (ready == null) {
      ready = preparePrediction(size);
      predictions.put(size, ready);
    }
    Device.Pinned pinned = ready.plan().pinned();
    ready.images().write(pinned, images);
    flat.toKernels();
    ready.plan().run(0, clock, "");
    device.await();
    requireFinite(pinned, ready.flag(), images, List.of());
    Map<Task, INDArray> outputs = new LinkedHashMap<>();
    ready.outputs().forEach((task, port) -> outputs.put(task, port.read(pinned)));
    return outputs;
  }

  private Prediction preparePrediction(int batch) {
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
    Plan plan = builder.build();
    plan.bind(device, planner, flat.areas(false));
    return new Prediction(plan, images, flagHere, outputs);
  }

  @Override
  public void join(Replicas joined) {
    device.enter();
    training.values().forEach(one -> one.plan().close()); // They do other steps.
    training.clear();
    replicas = Optional.of(joined);
  }

  @Override
  public void fixParameters() {
    // Kernels are brought into cuDNN's order only after a change.
  }

  @Override
  public void startClocks() {
    clock.start();
  }

  @Override
  public Map<String, Double> operationSeconds() {
    return clock.seconds();
  }

  @Override
  public void close() {
    device.enter();
    List<Plan> plans = new ArrayList<>();
    training.values().forEach(one -> plans.add(one.plan()));
    predictions.values().forEach(one -> plans.add(one.plan()));
    plans.forEach(Plan::close);
    training.clear();
    predictions.clear();
    flat.close();
    planner.close();
    device.close();
  }
}
