package org.networkfission.model.backend.cuda.plan;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.parallel.Workers;

/**
 * Features that come to a GPU from arrays of this machine, or go there. Arrays hold [image,
 * channel, pixel], a GPU holds [image, pixel, channel].
 */
public final class Ports {
  private Ports() {}

  /**
   * An array of this machine in the plan's pinned memory.
   *
   * @param part where it lies
   * @param shape [batch, channels, height, width]
   */
  public record Port(PlanBuilder.HostPart part, long[] shape) {
    /** Puts an array's values there. */
    public void write(Device.Pinned pinned, INDArray array) {
      boolean rows =
          array.dataType() == DataType.FLOAT && array.ordering() == 'c' && !array.isView();
      INDArray values = rows ? array : array.castTo(DataType.FLOAT).dup('c');
      copy(
          values.data().asNioFloat().limit(Math.toIntExact(values.length())),
          floats(pinned),
          Math.toIntExact(shape[0]));
    }

    /** An array of the caller's with the values that are there. */
    public INDArray read(Device.Pinned pinned) {
      INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
      FloatBuffer from = floats(pinned);
      copy(from, array.data().asNioFloat(), Math.toIntExact(shape[0]));
      return array;
    }

    /** Copies images side by side: one thread copies slower than a GPU computes. */
    private static void copy(FloatBuffer from, FloatBuffer to, int images) {
      int length = from.remaining() / images;
      int start = from.position();
      Workers.forEach(
          images, i -> to.slice(i * length, length).put(from.slice(start + i * length, length)));
    }

    private FloatBuffer floats(Device.Pinned pinned) {
      return Ports.slice(pinned, part).asFloatBuffer();
    }
  }

  /** A part of pinned memory by itself. */
  static ByteBuffer slice(Device.Pinned pinned, PlanBuilder.HostPart part) {
    ByteBuffer all = pinned.bytes();
    return all.slice(Math.toIntExact(part.from()), Math.toIntExact(part.bytes()))
        .order(all.order());
  }

  /** The number that dropout takes. */
  public static PlanBuilder.HostPart stepNumber(PlanBuilder plan) {
    PlanBuilder.HostPart part = plan.host(Long.BYTES);
    plan.add(new Step.Copy(plan.stepNumber(), part, true));
    return part;
  }

  /** Writes a number. */
  public static void write(Device.Pinned pinned, PlanBuilder.HostPart part, long value) {
    slice(pinned, part).putLong(0, value);
  }

  /** Reads a flag. */
  public static boolean flag(Device.Pinned pinned, PlanBuilder.HostPart part) {
    return slice(pinned, part).getInt(0) != 0;
  }

  /**
   * Features that come from this machine.
   *
   * @param flag set where a value is not finite; none if it does not matter
   */
  public static Port input(PlanBuilder plan, FeatureMap map, Optional<Place> flag) {
    Place features = plan.allocate(map);
    Port port = up(plan, map, features, flag);
    plan.value(map, features);
    return port;
  }

  /** The gradient of an output that comes from this machine. */
  public static Port outputGradient(PlanBuilder plan, FeatureMap map) {
    Place gradient = plan.allocate(map);
    Port port = up(plan, map, gradient, Optional.empty());
    plan.flow(map, gradient, true);
    return port;
  }

  /** Images of the minibatch that has come. */
  public static Port images(PlanBuilder plan, FeatureMap map, Place flag) {
    Place planes = plan.come((long) plan.count(map) * Float.BYTES);
    Place features = plan.allocate(map);
    order(plan, map, planes, features, flag);
    plan.value(map, features);
    return new Port(new PlanBuilder.HostPart(planes.from(), planes.bytes()), shape(plan, map));
  }

  private static void order(PlanBuilder plan, FeatureMap map, Place planes, Place to, Place flag) {
    int n = plan.count(map);
    plan.each(
        "order",
        "toFeatures",
        map,
        n,
        planes,
        map.channels(),
        map.height() * map.width(),
        n,
        to,
        flag);
  }

  private static Port up(PlanBuilder plan, FeatureMap map, Place to, Optional<Place> flag) {
    PlanBuilder.HostPart part = plan.host((long) plan.count(map) * Float.BYTES);
    Place planes = plan.allocate(plan.count(map));
    plan.add(new Step.Copy(planes, part, true));
    order(plan, map, planes, to, flag.orElseGet(() -> plan.allocateBytes(Integer.BYTES)));
    return new Port(part, shape(plan, map));
  }

  /** A flag on the device, cleared. */
  public static Place flag(PlanBuilder plan) {
    Place flag = plan.allocateBytes(Integer.BYTES);
    plan.add(new Step.Clear(flag));
    return flag;
  }

  /** Brings a flag here. */
  public static PlanBuilder.HostPart fetch(PlanBuilder plan, Place flag) {
    PlanBuilder.HostPart part = plan.host(flag.bytes());
    plan.add(new Step.Copy(flag, part, false));
    return part;
  }

  /** Features that go to this machine. */
  public static Port output(PlanBuilder plan, FeatureMap map) {
    return down(plan, map, plan.value(map));
  }

  /** The gradient of an input that goes to this machine; empty where nothing reads the input. */
  public static Optional<Port> inputGradient(PlanBuilder plan, FeatureMap map) {
    return Optional.ofNullable(plan.flowing(map)).map(place -> down(plan, map, place));
  }

  private static Port down(PlanBuilder plan, FeatureMap map, Place from) {
    PlanBuilder.HostPart part = plan.host((long) plan.count(map) * Float.BYTES);
    Place planes = plan.allocate(plan.count(map));
    int n = plan.count(map);
    plan.each(
        "order", "toPlanes", map, n, from, map.channels(), map.height() * map.width(), n, planes);
    plan.add(new Step.Copy(planes, part, false));
    return new Port(part, shape(plan, map));
  }

  private static long[] shape(PlanBuilder plan, FeatureMap map) {
    return new long[] {plan.batch(), map.channels(), map.height(), map.width()};
  }
}
