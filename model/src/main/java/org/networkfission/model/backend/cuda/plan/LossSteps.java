package org.networkfission.model.backend.cuda.plan;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.TotalLoss;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.Target;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;

/** The losses of all heads, whose truth comes from this machine, and the gradients of outputs. */
public final class LossSteps {
  /** Weights that a task has: of its output and two auxiliary ones. */
  private static final int OUTPUTS = 3;

  private final NetworkProgram program;
  private final TotalLoss total;
  private final int batch;
  private final List<HeadParts> heads = new ArrayList<>();

  /**
   * Where what is exchanged for a head lies in pinned memory.
   *
   * @param numbers scales by image, weights, then what each class counts for
   * @param results of each output: its loss, its peak, the sum over each image
   */
  private record HeadParts(
      NetworkProgram.Head head,
      PlanBuilder.HostPart values,
      PlanBuilder.HostPart valid,
      PlanBuilder.HostPart numbers,
      List<PlanBuilder.HostPart> results) {}

  /** Writes the steps; outputs have been computed. */
  public LossSteps(PlanBuilder plan, NetworkProgram program) {
    this.program = program;
    this.total = new TotalLoss(program);
    this.batch = plan.batch();
    for (NetworkProgram.Head head : program.heads()) {
      heads.add(write(plan, head));
    }
  }

  private HeadParts write(PlanBuilder plan, NetworkProgram.Head head) {
    Task task = head.task();
    int pixels = head.output().height() * head.output().width();
    int truthChannels = task.definition().unitVectors() ? 3 : 1;
    Place values = plan.allocate((long) batch * truthChannels * pixels);
    Place valid = plan.allocateBytes((long) batch * pixels);
    PixelLoss loss = task.definition().loss(program.losses().options(program.classes()));
    int classes = classWeights(loss).length;
    Place numbers = plan.allocateBytes((long) (batch + OUTPUTS + classes) * Double.BYTES);
    Place classWeights =
        classes == 0
            ? null
            : numbers.part((long) (batch + OUTPUTS) * Double.BYTES, (long) classes * Double.BYTES);
    PlanBuilder.HostPart valuesHere = up(plan, values);
    PlanBuilder.HostPart validHere = up(plan, valid);
    PlanBuilder.HostPart numbersHere = up(plan, numbers);
    PixelLossKernel kernel = PixelLossKernel.of(task, loss);
    List<FeatureMap> outputs = new ArrayList<>(List.of(head.output()));
    outputs.addAll(head.auxiliary());
    List<PlanBuilder.HostPart> results = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      FeatureMap output = outputs.get(i);
      Place gradient = plan.allocate(output);
      Place weight = numbers.part((long) (batch + i) * Double.BYTES, Double.BYTES);
      Place result = plan.allocateBytes((2L + batch) * Double.BYTES);
      kernel.add(
          plan,
          output,
          new PixelLossKernel.DeviceTruth(values, valid, numbers, classWeights),
          weight,
          gradient,
          result);
      PlanBuilder.HostPart here = plan.host(result.bytes());
      plan.add(new Step.Copy(result, here, false));
      results.add(here);
      plan.flow(output, gradient, true);
    }
    return new HeadParts(head, valuesHere, validHere, numbersHere, results);
  }

  /** What a pixel of each class counts for; none where all count alike. */
  private static double[] classWeights(PixelLoss loss) {
    return loss.formula().classWeights().stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static PlanBuilder.HostPart up(PlanBuilder plan, Place place) {
    PlanBuilder.HostPart part = plan.host(place.bytes());
    plan.add(new Step.Copy(place, part, true));
    return part;
  }

  /** Puts the truth of a minibatch into pinned memory; returns what {@link #read} needs. */
  public Map<Task, TaskLoss> write(
      Device.Pinned pinned, Batch minibatch, Map<Task, Double> factors) {
    Map<Task, TaskLoss> losses = new LinkedHashMap<>();
    for (HeadParts parts : heads) {
      Task task = parts.head().task();
      TaskLoss loss = total.of(parts.head(), minibatch);
      losses.put(task, loss);
      Target target = loss.target();
      Ports.slice(pinned, parts.values()).asFloatBuffer().put(target.values());
      ByteBuffer valid = Ports.slice(pinned, parts.valid());
      for (boolean one : target.valid()) {
        valid.put((byte) (one ? 1 : 0));
      }
      DoubleBuffer numbers = Ports.slice(pinned, parts.numbers()).asDoubleBuffer();
      numbers.put(loss.scale()).put(total.weights(task, factors));
      numbers.put(classWeights(loss.pixelLoss()));
    }
    return losses;
  }

  /** Reads the losses, once the steps are done. */
  public StepLosses read(
      Device.Pinned pinned, Map<Task, TaskLoss> losses, Map<Task, Double> factors) {
    Map<Task, StepLosses.TaskLosses> all = new LinkedHashMap<>();
    for (HeadParts parts : heads) {
      Target target = losses.get(parts.head().task()).target();
      double[] values = new double[OUTPUTS];
      for (int i = 0; i < parts.results().size(); i++) {
        values[i] = Ports.slice(pinned, parts.results().get(i)).getDouble(0);
      }
      DoubleBuffer main = Ports.slice(pinned, parts.results().get(0)).asDoubleBuffer();
      double[] images = new double[batch];
      for (int i = 0; i < batch; i++) {
        images[i] = main.get(2 + i) / target.validPixels(i);
      }
      all.put(
          parts.head().task(),
          new StepLosses.TaskLosses(values[0], values[1], values[2], main.get(1), images));
    }
    return total.sum(all, factors);
  }
}
