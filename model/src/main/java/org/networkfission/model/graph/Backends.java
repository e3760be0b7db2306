package org.networkfission.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.model.backend.Arithmetic;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.backend.DeviceLink;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.op.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what computes a network. */
public final class Backends {
  private static final String PACKAGE = Backend.class.getPackageName() + ".";

  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  private Backends() {}

  /**
   * What a network is computed with and in.
   *
   * @throws IllegalArgumentException if what was asked for is not there
   */
  static ComputeSettings settings(NetworkSpec spec) {
    ComputeSettings half = new ComputeSettings(spec.compute(), DataType.BFLOAT16);
    return switch (spec.precision()) {
      case FLOAT32, TF32, BFLOAT16 -> new ComputeSettings(spec.compute(), type(spec.precision()));
      case AUTO -> {
        Optional<String> missing = missing(half);
        missing.ifPresent(reason -> LOG.warn("Features are float32: {}", reason));
        yield missing.isEmpty() ? half : new ComputeSettings(spec.compute(), DataType.FLOAT32);
      }
    };
  }

  /** What features are in a precision; in auto the widest that they may be. */
  static DataType type(ComputePrecision precision) {
    return switch (precision) {
      case AUTO, FLOAT32 -> DataType.FLOAT32;
      case TF32 -> DataType.TF32;
      case BFLOAT16 -> DataType.BFLOAT16;
    };
  }

  /**
   * The precision of a trained network where it can be computed here, else the one nearest to it.
   */
  static ComputePrecision nearest(NetworkSpec spec) {
    return switch (spec.precision()) {
      case AUTO, FLOAT32 -> spec.precision();
      case BFLOAT16 -> ComputePrecision.AUTO;
      case TF32 ->
          missing(settings(spec)).isEmpty() ? ComputePrecision.TF32 : ComputePrecision.FLOAT32;
    };
  }

  /**
   * What the last bits of a network's results depend on in this process.
   *
   * @throws IllegalArgumentException if it cannot be computed here
   */
  public static Arithmetic arithmetic(NetworkSpec spec) {
    ComputeSettings settings = settings(spec);
    return of(settings).arithmetic(settings.type());
  }

  /**
   * What this process could exchange slices with other replicas' devices by.
   *
   * @throws IllegalArgumentException if the network cannot be computed here
   */
  public static DeviceLink link(NetworkSpec spec) {
    return of(settings(spec)).link();
  }

  /** Why settings cannot be met here, as a sentence; empty where they can. */
  private static Optional<String> missing(ComputeSettings settings) {
    try {
      of(settings);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * The back end that was asked for.
   *
   * @throws IllegalArgumentException if it cannot compute here
   */
  public static Backend of(ComputeSettings settings) {
    Compute compute = settings.compute();
    DataType type = settings.type();
    if (compute == Compute.AUTO) {
      List<String> reasons = new ArrayList<>();
      for (Compute one : named()) {
        Backend backend = load(one);
        if (!backend.automatic()) {
          continue;
        }
        Optional<String> missing = backend.missing(type);
        if (missing.isEmpty()) {
          reasons.forEach(reason -> LOG.warn("Computing with {}; not with {}", one.id(), reason));
          return backend;
        }
        reasons.add(one.id() + ": " + missing.get());
      }
      throw new IllegalArgumentException(
          "Cannot compute in %s: %s".formatted(type.id(), String.join("; ", reasons)));
    }
    Backend backend = load(compute);
    Optional<String> missing = backend.missing(type);
    if (missing.isPresent()) {
      String others =
          named().stream()
              .filter(c -> c != compute)
              .map(Compute::id)
              .collect(Collectors.joining(" or "));
      throw new IllegalArgumentException(
          "Cannot compute with %s: %s (compute = %s; auto or %s compute without it)"
              .formatted(compute.id(), missing.get(), compute.id(), others));
    }
    return backend;
  }

  /** Why a back end cannot compute here; empty where it can. */
  public static Optional<String> missing(Compute compute, DataType type) {
    return load(compute).missing(type);
  }

  private static List<Compute> named() {
    return Arrays.stream(Compute.values()).filter(c -> c.implementation().isPresent()).toList();
  }

  private static Backend load(Compute compute) {
    String name = PACKAGE + compute.implementation().orElseThrow();
    try {
      return Class.forName(name).asSubclass(Backend.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("No back end " + name, e);
    }
  }
}
