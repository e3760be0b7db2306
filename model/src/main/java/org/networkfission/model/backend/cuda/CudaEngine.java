package org.networkfission.model.backend.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.FiniteImages;
import org.networkfission.model.backend.FlatEngine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.backend.cuda.plan.Ports;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/**
 * A network on a GPU. A minibatch and its truth go there; losses come back, and what a parameter
 * server asks for.
 */
final class CudaEngine extends FlatEngine {
  private final NetworkProgram program;
  private final Device device;
  private final Planner planner;
  private final Layout layout;
  private final DeviceParameters flat;
  private final OperationClock clock = new OperationClock();
  private final Map<Integer, TrainingPlan> training = new HashMap<>();
  private final Map<Integer, PredictionPlan> predictions = new HashMap<>();
  private Optional<Replicas> replicas = Optional.empty();
  private Optional<Batch> next = Optional.empty();

  CudaEngine(NetworkProgram program, Device device, Planner planner) {
    this(program, device, planner, new Layout(program.stages()));
  }

  private CudaEngine(NetworkProgram program, Device device, Planner planner, Layout layout) {
    this(program, device, planner, layout, new DeviceParameters(device, layout));
  }

  private CudaEngine(
      NetworkProgram program,
      Device device,
      Planner planner,
      Layout layout,
      DeviceParameters flat) {
    super(flat);
    this.program = program;
    this.device = device;
    this.planner = planner;
    this.layout = layout;
    this.flat = flat;
  }

  @Override
  public StepLosses computeGradient(Batch batch, long step, Map<Task, Double> factors) {
    device.enter();
    int size = Math.toIntExact(batch.images().size(0));
    TrainingPlan ready = prepared(size);
    flat.toKernels();
    TrainingPlan.Computing computing = ready.compute(batch, step, factors, clock);
    flat.fromKernels();
    sendNext();
    device.await();
    requireFinite(computing.notFinite(), batch.images(), batch.keys());
    return computing.losses();
  }

  @Override
  public void expect(Optional<Batch> batch) {
    next = batch;
  }

  /** While the device computes, the next minibatch goes there. */
  private void sendNext() {
    next.ifPresent(
        batch -> {
          TrainingPlan ready = training.get(Math.toIntExact(batch.images().size(0)));
          if (ready != null) {
            ready.send(batch);
          }
        });
    next = Optional.empty();
  }

  private static void requireFinite(boolean flag, INDArray images, List<String> keys) {
    if (flag) {
      FiniteImages.require(images, keys);
      throw new CudaException("Cannot use the images: the GPU says that they are not finite");
    }
  }

  @Override
  public void prepare(int batch) {
    device.enter();
    prepared(batch);
  }

  private TrainingPlan prepared(int batch) {
    TrainingPlan ready = training.get(batch);
    if (ready == null) {
      ready = TrainingPlan.of(program, layout, batch, replicas);
      requireRoom(ready.plan(), batch);
      ready.plan().bind(device, planner, flat.areas(true));
      training.put(batch, ready);
    }
    return ready;
  }

  /** Refuses a minibatch that is too large before anything is taken, and says which would fit. */
  private void requireRoom(Plan plan, int batch) {
    flat.areas(true); // The gradient's memory is taken first.
    long free = device.freeBytes();
    long room = plan.workspace(planner); // Of smaller minibatches it is not larger.
    long needed = plan.bytes() + room;
    if (needed <= free) {
      return;
    }
    int fits = 0;
    int fitsNot = batch;
    while (fitsNot - fits > 1) {
      int middle = (fits + fitsNot) / 2;
      Plan smaller = TrainingPlan.of(program, layout, middle, replicas).plan();
      if (smaller.bytes() + room <= free) {
        fits = middle;
      } else {
        fitsNot = middle;
      }
    }
    throw new CudaException(
        "Cannot train with batches of %d on GPU %d, %s: their features take %,d MB, and %,d MB are free; %s"
            .formatted(
                batch,
                device.info().ordinal(),
                device.info().name(),
                needed / 1_000_000,
                free / 1_000_000,
                fits > 0
                    ? "train.batch-size = %d fits".formatted(fits)
                    : "not even one image fits"));
  }

  @Override
  public Map<Task, INDArray> predict(INDArray images) {
    device.enter();
    int size = Math.toIntExact(images.size(0));
    PredictionPlan ready = predictions.get(size);
    if (ready == null) {
      ready = PredictionPlan.of(program, layout, size);
      ready.plan().bind(device, planner, flat.areas(false));
      predictions.put(size, ready);
    }
    Device.Pinned pinned = ready.plan().pinned();
    ready.images().write(pinned, images);
    flat.toKernels();
    ready.plan().run(0, clock, List.of(""));
    device.await();
    requireFinite(Ports.flag(pinned, ready.flag()), images, List.of());
    Map<Task, INDArray> outputs = new LinkedHashMap<>();
    ready.outputs().forEach((task, port) -> outputs.put(task, port.read(pinned)));
    return outputs;
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
