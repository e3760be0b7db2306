package org.networkfission.model.backend.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.DeviceExchange;
import org.networkfission.model.backend.DeviceGroup;
import org.networkfission.model.backend.FlatParameters;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.backend.cuda.driver.Device;
import org.networkfission.model.backend.cuda.driver.Launch;
import org.networkfission.model.backend.cuda.driver.Launch.Grid;
import org.networkfission.model.backend.cuda.memory.Layout;
import org.networkfission.model.backend.cuda.memory.Place.Area;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * Parameters in a GPU's memory, as the product orders them and, for kernels of convolutions, as
 * cuDNN takes them; from when somebody trains also the gradient.
 */
final class DeviceParameters implements FlatParameters, AutoCloseable {
  private final Device device;
  private final Layout layout;
  private final List<ParameterRange> ranges;
  private final DeviceVector parameters;
  private final DeviceVector gradient;
  private final DeviceMemory memory;
  private final List<DeviceOptimizer> optimizers = new ArrayList<>();
  private final List<DeviceSlices> exchanges = new ArrayList<>();
  private boolean kernelsAreOld = true;
  private boolean kindsAreOld = true;

  /** Takes memory for the parameters, which are zero at first. */
  DeviceParameters(Device device, Layout layout) {
    this.device = device;
    this.layout = layout;
    this.ranges = new ArrayList<>(layout.ranges());
    this.memory = new DeviceMemory(device, layout);
    this.parameters =
        new DeviceVector(
            device, () -> memory.address(Area.PARAMETERS), layout.length(), this::changed);
    this.gradient =
        new DeviceVector(device, () -> memory.address(Area.GRADIENT), layout.length(), () -> {});
  }

  @Override
  public FlatVector parameters() {
    return parameters;
  }

  @Override
  public FlatVector gradient() {
    return gradient;
  }

  @Override
  public List<ParameterRange> ranges() {
    return List.copyOf(ranges);
  }

  @Override
  public void freeze(List<String> tensors) {
    ranges.replaceAll(r -> tensors.contains(r.name()) ? r.frozen() : r);
    kindsAreOld = true;
  }

  /** Where plans find them. */
  Map<Area, Long> areas(boolean training) {
    Map<Area, Long> areas = new EnumMap<>(Area.class);
    areas.put(Area.PARAMETERS, memory.address(Area.PARAMETERS));
    areas.put(Area.KERNELS, memory.address(Area.KERNELS));
    if (training) {
      areas.put(Area.GRADIENT, memory.address(Area.GRADIENT));
      areas.put(Area.KERNEL_GRADIENTS, memory.address(Area.KERNEL_GRADIENTS));
    }
    return areas;
  }

  /** The parameters have changed. */
  void changed() {
    kernelsAreOld = true;
  }

  /** Brings the kernels that cuDNN takes up to date. */
  void toKernels() {
    if (kernelsAreOld) {
      kernels(Area.PARAMETERS, Area.KERNELS, 0);
      kernelsAreOld = false;
    }
  }

  /** Takes the gradients of kernels into the flat gradient, and clears those that are frozen. */
  void fromKernels() {
    kernels(Area.GRADIENT, Area.KERNEL_GRADIENTS, 1);
    for (ParameterRange range : ranges) {
      if (range.kind() == Kind.FROZEN) {
        device.clear(
            memory.address(Area.GRADIENT) + (long) range.offset() * Float.BYTES,
            (long) range.length() * Float.BYTES);
      }
    }
  }

  private void kernels(Area flat, Area copies, int back) {
    int n = layout.kernelElements();
    if (n > 0) {
      each(
          "kernels",
          n,
          memory.address(flat),
          memory.table(),
          layout.kernelCount(),
          n,
          back,
          memory.address(copies));
    }
  }

  private void each(String kernel, int count, Object... arguments) {
    new Launch(device, kernel, Grid.each(count), arguments).run();
  }

  @Override
  public List<String> notFinite() {
    device.enter();
    memory.clearResult();
    each("checkFinite", length(), memory.address(Area.GRADIENT), length(), memory.result());
    if (memory.readResult().getInt(0) == 0) {
      return List.of();
    }
    float[] values = gradient.read();
    List<String> names = new ArrayList<>();
    for (ParameterRange range : ranges) {
      boolean finite = true;
      for (int i = range.offset(); i < range.offset() + range.length(); i++) {
        finite &= Float.isFinite(values[i]);
      }
      if (!finite) {
        names.add(range.name());
      }
    }
    return names;
  }

  private int length() {
    return layout.length();
  }

  @Override
  public RangeOptimizer adam(AdamSettings settings, Moments moments) {
    device.enter();
    DeviceOptimizer optimizer = new DeviceOptimizer(device, this, memory, settings, moments);
    optimizers.add(optimizer);
    return optimizer;
  }

  @Override
  public Optional<DeviceExchange> exchange(DeviceGroup group) {
    device.enter();
    DeviceSlices slices = DeviceSlices.join(device, this, memory, group);
    exchanges.add(slices);
    return Optional.of(slices);
  }

  /** What each element of the flat vectors is, on the device. */
  long kinds() {
    if (kindsAreOld) {
      try (Device.Pinned pinned = device.pinned(Math.max(1, length()))) {
        ByteBuffer kinds = pinned.bytes();
        for (ParameterRange range : ranges) {
          for (int i = range.offset(); i < range.offset() + range.length(); i++) {
            kinds.put(i, number(range.kind()));
          }
        }
        device.upload(pinned, 0, length(), memory.kinds());
        device.await();
      }
      kindsAreOld = false;
    }
    return memory.kinds();
  }

  /** The number that the kernels know a kind by. */
  private static byte number(Kind kind) {
    return switch (kind) {
      case WEIGHT -> 0;
      case GAMMA, BETA -> 1;
      case RUNNING_STATISTIC -> 2;
      case FROZEN -> 3;
    };
  }

  @Override
  public void close() {
    exchanges.forEach(DeviceSlices::close);
    exchanges.clear();
    optimizers.forEach(DeviceOptimizer::close);
    optimizers.clear();
    parameters.close();
    gradient.close();
    memory.close();
  }
}
