package org.networkfission.model.backend.cuda;

import java.nio.FloatBuffer;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Launch;
import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.backend.cuda.memory.Place.Area;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/** Adam over a range of the flat vectors in a GPU's memory: the bits of the processor's. */
final class DeviceOptimizer implements RangeOptimizer, AutoCloseable {

  /** Blocks of the norm: how it is cut depends on the range's length alone. */
  private static final int NORM_BLOCKS = 1024;

  private final Device device;
  private final DeviceParameters owner;
  private final DeviceMemory memory;
  private final AdamSettings settings;
  private final int from;
  private final int length;
  private final long first;
  private final long second;
  private final long parts;

  DeviceOptimizer(
      Device device,
      DeviceParameters owner,
      DeviceMemory memory,
      AdamSettings settings,
      Moments moments) {
    this.device = device;
    this.owner = owner;
    this.memory = memory;
    this.settings = settings;
    this.from = moments.from();
    this.length = moments.to() - moments.from();
    this.first = device.allocate(bytes(length), "the optimizer's moments");
    this.second = first + Device.aligned((long) length * Float.BYTES);
    this.parts = second + Device.aligned((long) length * Float.BYTES);
    try (Device.Pinned pinned = device.pinned(Math.max(1, (long) length * Float.BYTES))) {
      upload(moments.first(), pinned, first);
      upload(moments.second(), pinned, second);
    }
  }

  /** Bytes that the moments of so many elements take. */
  static long bytes(int length) {
    return 2 * Device.aligned((long) length * Float.BYTES) + (long) NORM_BLOCKS * Double.BYTES;
  }

  private void upload(float[] values, Device.Pinned pinned, long to) {
    pinned.bytes().asFloatBuffer().put(values);
    device.upload(pinned, 0, (long) values.length * Float.BYTES, to);
    device.await();
  }

  @Override
  public double squaredNorm() {
    device.enter();
    int blocks = Math.max(1, Math.min(NORM_BLOCKS, length / Grid.THREADS));
    new Launch(
            device,
            "squares",
            new Grid(blocks, 1, Grid.THREADS, 1),
            at(Area.GRADIENT),
            owner.kinds() + from,
            length,
            parts)
        .run();
    new Launch(device, "sumParts", new Grid(1, 1, 1, 1), parts, blocks, memory.result()).run();
    return memory.readResult().getDouble(0);
  }

  private long at(Area area) {
    return memory.address(area) + (long) from * Float.BYTES;
  }

  @Override
  public void update(double gradientFactor, double rate, long step) {
    device.enter();
    new Launch(
            device,
            "adam",
            Grid.each(length),
            at(Area.PARAMETERS),
            at(Area.GRADIENT),
            first,
            second,
            owner.kinds() + from,
            length,
            (float) gradientFactor,
            (float) settings.weightDecay(),
            (float) settings.beta1(),
            (float) settings.beta2(),
            (float) (1 - settings.beta1()),
            (float) (1 - settings.beta2()),
            (float) settings.epsilon(),
            Adam.stepSize(settings, rate, step))
        .run();
    owner.changed();
  }

  @Override
  public Moments moments() {
    device.enter();
    try (Device.Pinned pinned = device.pinned(Math.max(1, (long) length * Float.BYTES))) {
      return new Moments(from, download(first, pinned), download(second, pinned));
    }
  }

  private float[] download(long address, Device.Pinned pinned) {
    device.download(address, (long) length * Float.BYTES, pinned, 0);
    device.await();
    float[] values = new float[length];
    FloatBuffer floats = pinned.bytes().asFloatBuffer();
    floats.get(values);
    return values;
  }

  @Override
  public void close() {
    device.free(first);
  }
}
