package org.networkfission.model.backend.cuda.plan;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.TotalLoss;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.backend.cuda.plan.PlanBuilder.HostPart;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.Target;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.parallel.Workers;

/**
 * The losses of all heads and the gradients of outputs. The truth comes with the minibatch; what it
 * counts for goes to the device in one copy, and losses come back in one, with a flag.
 */
public final class LossSteps {
  /** Weights that a task has: of its output and two auxiliary ones. */
  private static final int OUTPUTS = 3;

  private final PlanBuilder plan;
  private final NetworkProgram program;
  private final TotalLoss total;
  private final int batch;
  private final List<HeadParts> heads = new ArrayList<>();
  private final Place numbers;
  private final HostPart numbersHere;
  private final Place results;
  private final HostPart resultsHere;

  /**
   * What a head takes and gives.
   *
   * @param values the truth, planes
   * @param valid which pixels have one, a byte each
   * @param numbers scales by image, weights, then what each class counts for
   * @param classes how many have weights of their own
   * @param results of each output: its loss, its peak, the sum over each image
   */
  private record HeadParts(
      NetworkProgram.Head head,
      Place values,
      Place valid,
      Place numbers,
      int classes,
      List<Place> results) {
    List<FeatureMap> outputs() {
      List<FeatureMap> outputs = new ArrayList<>(List.of(head.output()));
      outputs.addAll(head.auxiliary());
      return outputs;
    }
  }

  /** Makes room, and brings to the device what is known before. */
  public LossSteps(PlanBuilder plan, NetworkProgram program) {
    this.plan = plan;
    this.program = program;
    this.total = new TotalLoss(program);
    this.batch = plan.batch();
    long in = 0;
    long out = Device.ALIGNMENT; // The flag is first.
    for (NetworkProgram.Head head : program.heads()) {
      in += (long) (batch + OUTPUTS + classes(head)) * Double.BYTES;
      out += (1L + head.auxiliary().size()) * resultBytes();
    }
    numbers = plan.allocateBytes(in);
    numbersHere = plan.host(in);
    plan.add(new Step.Copy(numbers, numbersHere, true));
    results = plan.allocateBytes(out);
    resultsHere = plan.host(out);
    plan.add(new Step.Clear(flag()));
    divide();
  }

  private void divide() {
    long in = 0;
    long out = Device.ALIGNMENT;
    for (NetworkProgram.Head head : program.heads()) {
      long pixels = (long) batch * head.output().height() * head.output().width();
      int truthChannels = head.task().definition().unitVectors() ? 3 : 1;
      long bytes = (long) (batch + OUTPUTS + classes(head)) * Double.BYTES;
      List<Place> own = new ArrayList<>();
      for (int i = 0; i <= head.auxiliary().size(); i++) {
        own.add(results.part(out, resultBytes()));
        out += resultBytes();
      }
      heads.add(
          new HeadParts(
              head,
              plan.come(truthChannels * pixels * Float.BYTES),
              plan.come(pixels),
              numbers.part(in, bytes),
              classes(head),
              own));
      in += bytes;
    }
  }

  private long resultBytes() {
    return (2L + batch) * Double.BYTES;
  }

  private int classes(NetworkProgram.Head head) {
    return classWeights(loss(head)).length;
  }

  private PixelLoss loss(NetworkProgram.Head head) {
    return head.task().definition().loss(program.losses().options(program.classes()));
  }

  /** What a pixel of each class counts for; none where all count alike. */
  private static double[] classWeights(PixelLoss loss) {
    return loss.formula().classWeights().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** What is set where an image is not finite; it comes back with the losses. */
  public Place flag() {
    return results.part(0, Integer.BYTES);
  }

  /** Writes the steps; outputs have been computed. */
  public void compute() {
    for (HeadParts parts : heads) {
      NetworkProgram.Head head = parts.head();
      PixelLossKernel kernel = PixelLossKernel.of(head.task(), loss(head));
      long scales = (long) batch * Double.BYTES;
      Place classWeights =
          parts.classes() == 0
              ? null
              : parts
                  .numbers()
                  .part(
                      scales + (long) OUTPUTS * Double.BYTES,
                      (long) parts.classes() * Double.BYTES);
      List<FeatureMap> outputs = parts.outputs();
      for (int i = 0; i < outputs.size(); i++) {
        Place gradient = plan.allocate(outputs.get(i));
        kernel.add(
            plan,
            outputs.get(i),
            new PixelLossKernel.DeviceTruth(
                parts.values(), parts.valid(), parts.numbers(), classWeights),
            parts.numbers().part(scales + (long) i * Double.BYTES, Double.BYTES),
            gradient,
            parts.results().get(i));
        plan.flow(outputs.get(i), gradient, true);
      }
    }
  }

  /** Writes the step that brings losses and flag here. */
  public void fetch() {
    plan.add(new Step.Copy(results, resultsHere, false));
  }

  /** Puts the truth of a minibatch where it comes from; returns what the others need. */
  public Map<Task, TaskLoss> write(Device.Pinned coming, Batch minibatch) {
    Map<Task, TaskLoss> losses = new LinkedHashMap<>();
    for (HeadParts parts : heads) {
      TaskLoss loss = total.of(parts.head(), minibatch);
      losses.put(parts.head().task(), loss);
      Target target = loss.target();
      write(
          target,
          Ports.slice(coming, part(parts.values(), 0)).asFloatBuffer(),
          Ports.slice(coming, part(parts.valid(), 0)));
    }
    return losses;
  }

  /** Images side by side: one thread copies slower than a GPU computes. */
  private static void write(Target target, FloatBuffer values, ByteBuffer valid) {
    int length = target.channels() * target.pixels();
    Workers.forEach(
        target.images(),
        image -> {
          values.slice(image * length, length).put(target.values(), image * length, length);
          for (int i = image * target.pixels(); i < (image + 1) * target.pixels(); i++) {
            valid.put(i, (byte) (target.valid()[i] ? 1 : 0));
          }
        });
  }

  private static HostPart part(Place place, long base) {
    return new HostPart(base + place.from(), place.bytes());
  }

  /** Writes what the truth counts for. */
  public void write(Device.Pinned pinned, Map<Task, TaskLoss> losses, Map<Task, Double> factors) {
    for (HeadParts parts : heads) {
      Task task = parts.head().task();
      TaskLoss loss = losses.get(task);
      Ports.slice(pinned, part(parts.numbers(), numbersHere.from()))
          .asDoubleBuffer()
          .put(loss.scale())
          .put(total.weights(task, factors))
          .put(classWeights(loss.pixelLoss()));
    }
  }

  /** Whether an image was not finite, once the steps are done. */
  public boolean notFinite(Device.Pinned pinned) {
    return Ports.slice(pinned, resultsHere).getInt(0) != 0;
  }

  /** Reads the losses, once the steps are done. */
  public StepLosses read(
      Device.Pinned pinned, Map<Task, TaskLoss> losses, Map<Task, Double> factors) {
    Map<Task, StepLosses.TaskLosses> all = new LinkedHashMap<>();
    for (HeadParts parts : heads) {
      Target target = losses.get(parts.head().task()).target();
      double[] values = new double[OUTPUTS];
      for (int i = 0; i < parts.results().size(); i++) {
        values[i] = result(pinned, parts.results().get(i)).get(0);
      }
      DoubleBuffer main = result(pinned, parts.results().get(0));
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

  private DoubleBuffer result(Device.Pinned pinned, Place place) {
    return Ports.slice(pinned, part(place, resultsHere.from())).asDoubleBuffer();
  }
}
