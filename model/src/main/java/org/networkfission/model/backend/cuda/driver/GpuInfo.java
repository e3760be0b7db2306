package org.networkfission.model.backend.cuda.driver;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.networkfission.model.op.DataType;

/**
 * A GPU of this machine.
 *
 * @param ordinal its number, from 0
 * @param name as NVIDIA calls it
 * @param major of its compute capability
 * @param minor of its compute capability
 * @param multiprocessors how many it has
 * @param bytes of its memory
 * @param driver the newest version of CUDA that the driver knows, 1000 * major + 10 * minor
 */
public record GpuInfo(
    int ordinal, String name, int major, int minor, int multiprocessors, long bytes, int driver) {
  /** The oldest compute capability that the kernels run on: Turing's. */
  private static final int OLDEST = 75;

  /** The first major compute capability that multiplies TF32 and bfloat16. */
  private static final int AMPERE = 8;

  /** What keeps this process from using any GPU; empty where there is one. */
  public static Optional<String> missing() {
    Optional<String> driver = Driver.missing();
    if (driver.isPresent()) {
      return driver;
    }
    return count() == 0 ? Optional.of("the driver finds no GPU") : Optional.empty();
  }

  /** All GPUs that the driver shows this process, none where {@link #missing}. */
  public static List<GpuInfo> all() {
    List<GpuInfo> all = new ArrayList<>();
    if (missing().isEmpty()) {
      for (int i = 0; i < count(); i++) {
        all.add(of(i));
      }
    }
    return all;
  }

  private static int count() {
    IntByReference count = new IntByReference();
    return Driver.cuDeviceGetCount(count) == 0 ? count.getValue() : 0;
  }

  static GpuInfo of(int ordinal) {
    int device = device(ordinal);
    byte[] name = new byte[256];
    Driver.check(Driver.cuDeviceGetName(name, name.length, device), "read a GPU's name");
    LongByReference bytes = new LongByReference();
    Driver.check(Driver.cuDeviceTotalMem_v2(bytes, device), "read a GPU's memory");
    IntByReference version = new IntByReference();
    Driver.check(Driver.cuDriverGetVersion(version), "read the driver's version");
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return new GpuInfo(
        ordinal,
        new String(name, 0, end, StandardCharsets.UTF_8),
        attribute(Constants.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device),
        attribute(Constants.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device),
        attribute(Constants.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device),
        bytes.getValue(),
        version.getValue());
  }

  /** The driver's handle of a GPU. */
  static int device(int ordinal) {
    IntByReference device = new IntByReference();
    Driver.check(
        Driver.cuDeviceGet(device, ordinal),
        "use GPU %d, of which there are %d".formatted(ordinal, count()));
    return device.getValue();
  }

  /** What tells it from all other GPUs, as {@code nvidia-smi -L} prints it. */
  public String uuid() {
    byte[] bytes = new byte[2 * Long.BYTES];
    Driver.check(Driver.cuDeviceGetUuid_v2(bytes, device(ordinal)), "read a GPU's identity");
    ByteBuffer numbers = ByteBuffer.wrap(bytes);
    return "GPU-" + new UUID(numbers.getLong(), numbers.getLong());
  }

  private static int attribute(int attribute, int device) {
    IntByReference value = new IntByReference();
    Driver.check(Driver.cuDeviceGetAttribute(value, attribute, device), "ask a GPU");
    return value.getValue();
  }

  /** Why the kernels cannot run on it; empty where they can. */
  public Optional<String> unfit() {
    if (10 * major + minor < OLDEST) {
      return Optional.of(
          "GPU %d, %s, has compute capability %d.%d; 7.5 (Turing) is the oldest that can be used"
              .formatted(ordinal, name, major, minor));
    }
    return Optional.empty();
  }

  /** Why it cannot multiply numbers of a type; empty where it can. */
  public Optional<String> unfit(DataType type) {
    boolean tensorCores = type == DataType.TF32 || type == DataType.BFLOAT16;
    if (tensorCores && major < AMPERE) {
      return Optional.of(
          "GPU %d, %s, has compute capability %d.%d; %s needs 8.0 (Ampere) or later, and float32 does without"
              .formatted(ordinal, name, major, minor, type.name().toLowerCase(Locale.ROOT)));
    }
    return Optional.empty();
  }

  /** The newest version of CUDA that the driver knows, e.g. 13.0. */
  public String cudaVersion() {
    return "%d.%d".formatted(driver / 1000, driver % 1000 / 10);
  }
}
