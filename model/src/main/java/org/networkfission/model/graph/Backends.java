package org.networkfission.model.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.networkfission.model.backend.Backend;
import org.networkfission.model.backend.ComputeSettings;
import org.networkfission.model.network.Compute;
import org.networkfission.model.op.DataType;

/** Chooses what computes a network. */
final class Backends {
  private static final String PACKAGE = Backend.class.getPackageName() + ".";

  private Backends() {}

  /**
   * The back end that was asked for.
   *
   * @throws IllegalArgumentException if it cannot compute here
   */
  static Backend of(ComputeSettings settings) {
    Compute compute = settings.compute();
    DataType type = settings.type();
    if (compute == Compute.AUTO) {
      return named().stream()
          .map(Backends::load)
          .filter(backend -> backend.missing(type).isEmpty())
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("Cannot compute in " + type));
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
