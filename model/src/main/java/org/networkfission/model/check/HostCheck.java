package org.networkfission.model.check;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.FlatParameters.RangeOptimizer;
import org.networkfission.model.backend.cuda.driver.DeviceLostError;
import org.networkfission.model.backend.cuda.driver.GpuInfo;
import org.networkfission.model.backend.cuda.nccl.Communicator;
import org.networkfission.model.bench.ModelBench;
import org.networkfission.model.graph.Backends;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.DataType;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/** Checks the host that it runs on. */
public final class HostCheck {
  private static final int BATCH = 4;
  private static final int STEPS = 6;
  private static final double RATE = 1e-3;
  private static final AdamSettings ADAM = new AdamSettings(0.9, 0.999, 1e-8, 0, 0);

  private HostCheck() {}

  /**
   * What was found.
   *
   * @param host its name
   * @param java version and maker
   * @param system name, version and processor architecture
   * @param processors that Java may use
   * @param heapMegabytes that Java may use
   * @param gpus that the driver shows; empty where there is none
   * @param betweenGpus what carries slices between replicas' GPUs; null where there is no GPU
   * @param backEnds what computes
   */
  public record Report(
      String host,
      String java,
      String system,
      int processors,
      long heapMegabytes,
      List<String> gpus,
      String betweenGpus,
      List<BackEndReport> backEnds)
      implements Serializable {
    /** Whether something computes, and everything that does computes right. */
    public boolean right() {
      return backEnds.stream().anyMatch(BackEndReport::right)
          && backEnds.stream().allMatch(one -> one.right() || !one.missing().isEmpty());
    }

    /** The report as text. */
    public List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add("%s: Java %s, %s".formatted(host, java, system));
      lines.add("%d processors, %,d MB of heap".formatted(processors, heapMegabytes));
      gpus.forEach(lines::add);
      if (betweenGpus != null) {
        lines.add("between GPUs: " + betweenGpus);
      }
      backEnds.forEach(one -> lines.addAll(one.lines()));
      return lines;
    }
  }

  /**
   * Checks all back ends.
   *
   * @param spec a small network
   */
  public static Report run(String host, NetworkSpec spec, LossSpec losses) {
    List<BackEndReport> backEnds = new ArrayList<>();
    for (Compute compute : Compute.values()) {
      for (ComputePrecision precision : precisions(compute)) {
        backEnds.add(check(spec.on(compute).in(precision), losses));
      }
    }
    return new Report(
        host,
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        "%s %s on %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() / 1_000_000,
        GpuInfo.all().stream().map(HostCheck::text).toList(),
        GpuInfo.missing().isPresent() ? null : betweenGpus(),
        backEnds);
  }

  /** What a back end may compute in, on the right hardware. */
  private static List<ComputePrecision> precisions(Compute compute) {
    return switch (compute) {
      case AUTO -> List.of();
      case CUDA ->
          List.of(ComputePrecision.FLOAT32, ComputePrecision.TF32, ComputePrecision.BFLOAT16);
      case ONEDNN -> List.of(ComputePrecision.FLOAT32, ComputePrecision.BFLOAT16);
      case ND4J -> List.of(ComputePrecision.FLOAT32);
    };
  }

  private static String betweenGpus() {
    return Communicator.missing()
        .map("the hosts' memory, as %s"::formatted)
        .orElseGet(Communicator::library);
  }

  private static String text(GpuInfo gpu) {
    return "GPU %d: %s, sm_%d%d, %,d MB, driver for CUDA %s"
        .formatted(
            gpu.ordinal(),
            gpu.name(),
            gpu.major(),
            gpu.minor(),
            gpu.bytes() / 1_000_000,
            gpu.cudaVersion());
  }

  private static BackEndReport check(NetworkSpec spec, LossSpec losses) {
    String name = spec.compute().id();
    String precision = spec.precision().id();
    DataType type = DataType.valueOf(spec.precision().name());
    Optional<String> missing = Backends.missing(spec.compute(), type);
    if (missing.isPresent()) {
      return new BackEndReport(name, precision, missing.get(), "", "", Map.of(), List.of(), 0);
    }
    try {
      return compute(spec, losses, type);
    } catch (RuntimeException
        | LinkageError
        | DeviceLostError e) { // The others are checked all the same.
      return new BackEndReport(
          name, precision, "", String.valueOf(e.getMessage()), "", Map.of(), List.of(), 0);
    }
  }

  private static BackEndReport compute(NetworkSpec spec, LossSpec losses, DataType type) {
    Backend backend = Backends.of(new ComputeSettings(spec.compute(), type));
    Backend reference = Backends.of(new ComputeSettings(Compute.ND4J, DataType.FLOAT32));
    Map<String, Double> errors = OperationCheck.errors(reference, backend, type);
    List<Double> totals = new ArrayList<>();
    double seconds = 0;
    try (FissionNetwork network = FissionNetwork.create(spec, losses, 1)) {
      Batch batch = new ModelBench(spec, losses, BATCH).data();
      Engine engine = network.engine();
      RangeOptimizer adam = engine.adam(ADAM, Moments.zeros(0, engine.parameters().length()));
      for (int step = 0; step < STEPS; step++) {
        long start = System.nanoTime();
        totals.add(network.computeGradient(batch, step).total());
        adam.update(1, RATE, step);
        seconds += step == 0 ? 0 : (System.nanoTime() - start) / 1e9;
      }
    }
    return new BackEndReport(
        spec.compute().id(),
        spec.precision().id(),
        "",
        "",
        backend.arithmetic(type).text(),
        errors,
        totals,
        BATCH * (STEPS - 1) / seconds);
  }
}
