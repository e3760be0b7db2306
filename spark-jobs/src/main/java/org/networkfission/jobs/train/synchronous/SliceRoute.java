package org.networkfission.jobs.train.synchronous;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.jobs.train.collective.ExchangeSettings;
import org.networkfission.jobs.train.collective.GpuExchange;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.model.backend.DeviceLink;

/**
 * Which way slices of gradient and parameters take between the replicas of an attempt. All replicas
 * find the same from what each of them said.
 *
 * @param direct whether they go from GPU to GPU
 * @param told what is to be said about it; empty where there is no choice
 * @param refused why what the settings ask for cannot be; empty where it can
 */
record SliceRoute(boolean direct, Optional<String> told, Optional<String> refused) {
  /**
   * A replica.
   *
   * @param host that it is on
   */
  record Place(String host, DeviceLink link) {}

  /**
   * Chooses.
   *
   * @param places by rank
   * @param authenticated whether the cluster asks for authentication
   */
  static SliceRoute of(ExchangeSettings settings, List<Place> places, boolean authenticated) {
    boolean processors = places.stream().allMatch(place -> place.link().device() == null);
    boolean named = settings.gpu() == GpuExchange.NCCL;
    if (places.size() == 1 || (processors && !named)) {
      return new SliceRoute(false, Optional.empty(), Optional.empty());
    }
    Optional<String> obstacle =
        settings.gpu() == GpuExchange.HOST
            ? Optional.of("as train.exchange.gpu = host says")
            : obstacle(settings, places, authenticated);
    if (obstacle.isEmpty()) {
      String by = "slices of gradient and parameters go from GPU to GPU by ";
      return new SliceRoute(
          true, Optional.of(by + places.get(0).link().library()), Optional.empty());
    }
    String why = obstacle.get();
    return named
        ? new SliceRoute(
            false,
            Optional.empty(),
            Optional.of(
                "train.exchange.gpu = nccl: %s; auto and host go through the hosts' memory"
                    .formatted(why)))
        : new SliceRoute(
            false,
            Optional.of("slices of gradient and parameters go through the hosts' memory: " + why),
            Optional.empty());
  }

  /** What keeps NCCL from carrying slices. */
  private static Optional<String> obstacle(
      ExchangeSettings settings, List<Place> places, boolean authenticated) {
    for (int rank = 0; rank < places.size(); rank++) {
      DeviceLink link = places.get(rank).link();
      if (link.device() == null) {
        return Optional.of("%s computes on the processor".formatted(name(places, rank)));
      }
      if (link.missing() != null) {
        return Optional.of("on %s %s".formatted(name(places, rank), link.missing()));
      }
    }
    if (settings.wire() == Wire.FLOAT16) {
      return Optional.of("train.exchange.wire is float16, and NCCL carries float32");
    }
    List<String> libraries =
        places.stream().map(place -> place.link().library()).distinct().toList();
    if (libraries.size() > 1) {
      return Optional.of(
          "replicas have %s, and need the same version".formatted(String.join(" and ", libraries)));
    }
    List<String> hosts = places.stream().map(Place::host).distinct().toList();
    if (authenticated && hosts.size() > 1) {
      return Optional.of(
          "spark.authenticate is on and replicas are on %d hosts (%s), between which NCCL neither authenticates nor encrypts"
              .formatted(hosts.size(), String.join(", ", hosts)));
    }
    // By name it is left to NCCL, which can be told to have it.
    return settings.gpu() == GpuExchange.AUTO ? shared(places) : Optional.empty();
  }

  /** Replicas that have the same GPU. */
  private static Optional<String> shared(List<Place> places) {
    Map<String, Integer> owners = new HashMap<>();
    for (int rank = 0; rank < places.size(); rank++) {
      Place place = places.get(rank);
      Integer other = owners.put(place.host() + " " + place.link().device(), rank);
      if (other != null) {
        return Optional.of(
            "replicas %d and %d share %s of %s, and NCCL needs one for each"
                .formatted(other, rank, place.link().device(), place.host()));
      }
    }
    return Optional.empty();
  }

  private static String name(List<Place> places, int rank) {
    return "replica %d (%s)".formatted(rank, places.get(rank).host());
  }
}
