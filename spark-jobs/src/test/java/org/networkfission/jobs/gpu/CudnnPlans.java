package org.networkfission.jobs.gpu;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.networkfission.jobs.cluster.ExecutorRange;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.backend.cuda.MemoryNeed;
import org.networkfission.model.backend.cuda.cudnn.Planner;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.driver.CudaException;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ComputePrecision;

/**
 * A process that plans every convolution of networks with the real cuDNN, which has no GPU but the
 * description of one; it ends with 1 if a convolution has no plan.
 */
final class CudnnPlans {
  private CudnnPlans() {}

  /** GPUs as cuDNN describes them: from the oldest that is supported on. */
  private static Map<String, String> devices() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("T4", device("Tesla T4", 750, 40, 65_536, 15_800_000_000L, 4_194_304));
    all.put(
        "A100", device("NVIDIA A100-SXM4-80GB", 800, 108, 166_912, 85_000_000_000L, 41_943_040));
    all.put(
        "RTX 4090",
        device("NVIDIA GeForce RTX 4090", 890, 128, 101_376, 25_000_000_000L, 75_497_472));
    all.put(
        "H100", device("NVIDIA H100 80GB HBM3", 900, 132, 232_448, 85_000_000_000L, 52_428_800));
    all.put("B200", device("NVIDIA B200", 1000, 148, 232_448, 190_000_000_000L, 132_644_864));
    all.put(
        "RTX 5090",
        device("NVIDIA GeForce RTX 5090", 1200, 170, 101_376, 34_000_000_000L, 100_663_296));
    return all;
  }

  private static String device(
      String name, int version, int processors, int shared, long memory, int cache) {
    return """
        {"cudaDeviceId":0,"deviceVer":%d,"driverVer":13000,"maxGridSize":[2147483647,65535,65535],
        "maxBlockSize":[1024,1024,64],"regsPerBlock":65536,"multiProcessorCount":%d,"smCountOrigin":0,
        "warpSize":32,"maxSharedMemoryPerBlock":49152,"maxSharedMemoryPerBlockOptin":%d,
        "reservedSharedMemoryPerBlock":1024,"maxRegistersPerSM":65536,"maxCtasPerSM":32,
        "maxThreadsPerBlock":1024,"maxThreadsPerSM":2048,"pciDeviceId":0,"isTccDriver":0,
        "supportCoopLaunch":1,"smClockRateKHz":1980000,"memClockRateKHz":2619000,"l2CacheSize":%d,
        "deviceName":"%s","totalGlobalMem":%d}"""
        .replace("\n", "")
        .formatted(version, processors, shared, cache, name, memory);
  }

  /** Takes configuration files, each of a network. */
  public static void main(String[] files) {
    Map<ComputePrecision, Set<Problem>> all = new EnumMap<>(ComputePrecision.class);
    for (String file : files) {
      Settings settings = ResolvedConfig.load(List.of(Path.of(file)), List.of()).settings();
      for (ComputePrecision precision : EnumSet.complementOf(EnumSet.of(ComputePrecision.AUTO))) {
        all.computeIfAbsent(precision, key -> new LinkedHashSet<>())
            .addAll(
                MemoryNeed.problems(
                    FissionNetwork.program(settings.network().in(precision), settings.losses()),
                    settings.train().batchSizeOf(ExecutorRange.of(1))));
      }
    }
    int missing = 0;
    for (Map.Entry<String, String> device : devices().entrySet()) {
      for (Map.Entry<ComputePrecision, Set<Problem>> entry : all.entrySet()) {
        if (device.getKey().equals("T4") && entry.getKey() != ComputePrecision.FLOAT32) {
          continue; // GpuInfo.unfit refuses it.
        }
        Set<Problem> problems = entry.getValue();
        int planned = 0;
        long most = 0;
        try (Planner planner = Planner.of(device.getValue())) {
          for (Problem problem : problems) {
            try {
              most = Math.max(most, planner.workspace(problem));
              planned++;
            } catch (CudaException e) {
              missing++;
              System.out.println(e.getMessage());
            }
          }
        }
        System.out.printf(
            "%s %s: %d of %d convolutions planned, at most %,d MB of workspace%n",
            device.getKey(), entry.getKey().id(), planned, problems.size(), most >> 20);
      }
    }
    System.exit(missing == 0 ? 0 : 1);
  }
}
