package org.networkfission.jobs.train.synchronous;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.train.collective.ExchangeSettings;
import org.networkfission.jobs.train.collective.GpuExchange;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.jobs.train.synchronous.SliceRoute.Place;
import org.networkfission.model.backend.DeviceLink;

/** Which way slices take, and what is said about it. */
class SliceRouteTest {
  private static final String HOST =
      "slices of gradient and parameters go through the hosts' memory: ";
  private static final String REFUSED = "train.exchange.gpu = nccl: ";
  private static final String ELSE = "; auto and host go through the hosts' memory";

  private static Place gpu(String host, String name) {
    return gpu(host, name, "NCCL 2.30.7");
  }

  private static Place gpu(String host, String name, String library) {
    return new Place(host, DeviceLink.of(name, Optional.empty(), library));
  }

  private static SliceRoute route(GpuExchange gpu, boolean authenticated, Place... places) {
    return route(gpu, Wire.FLOAT32, authenticated, places);
  }

  private static SliceRoute route(
      GpuExchange gpu, Wire wire, boolean authenticated, Place... places) {
    return SliceRoute.of(
        new ExchangeSettings(wire, gpu, 0, Duration.ofMinutes(5), false),
        List.of(places),
        authenticated);
  }

  /** By auto it goes through the hosts' memory and says why; by name it is refused for that. */
  private static void requireObstacle(String why, boolean authenticated, Place... places) {
    SliceRoute auto = route(GpuExchange.AUTO, authenticated, places);
    assertThat(auto).isEqualTo(new SliceRoute(false, Optional.of(HOST + why), Optional.empty()));
    SliceRoute named = route(GpuExchange.NCCL, authenticated, places);
    assertThat(named)
        .isEqualTo(new SliceRoute(false, Optional.empty(), Optional.of(REFUSED + why + ELSE)));
  }

  @Test
  void ncclIsTakenWhereItCanBe() {
    for (GpuExchange way : List.of(GpuExchange.AUTO, GpuExchange.NCCL)) {
      SliceRoute route = route(way, false, gpu("a", "GPU-0"), gpu("a", "GPU-1"), gpu("b", "GPU-0"));
      assertThat(route.direct()).isTrue();
      assertThat(route.told())
          .contains("slices of gradient and parameters go from GPU to GPU by NCCL 2.30.7");
      assertThat(route(way, true, gpu("a", "GPU-0"), gpu("a", "GPU-1")).direct())
          .as("within a host, where the cluster asks for authentication")
          .isTrue();
    }
  }

  @Test
  void theHostsMemoryIsTakenWhereItIsAskedFor() {
    assertThat(route(GpuExchange.HOST, false, gpu("a", "GPU-0"), gpu("a", "GPU-1")))
        .isEqualTo(
            new SliceRoute(
                false, Optional.of(HOST + "as train.exchange.gpu = host says"), Optional.empty()));
  }

  @Test
  void nothingIsSaidWhereThereIsNoChoice() {
    SliceRoute nothing = new SliceRoute(false, Optional.empty(), Optional.empty());
    assertThat(route(GpuExchange.NCCL, false, gpu("a", "GPU-0"))).isEqualTo(nothing);
    Place processor = new Place("a", DeviceLink.none());
    assertThat(route(GpuExchange.AUTO, false, processor, processor)).isEqualTo(nothing);
    assertThat(route(GpuExchange.HOST, false, processor, processor)).isEqualTo(nothing);
  }

  @Test
  void aReplicaWithoutGpu() {
    requireObstacle(
        "replica 1 (b) computes on the processor",
        false,
        gpu("a", "GPU-0"),
        new Place("b", DeviceLink.none()));
    assertThat(
            route(
                    GpuExchange.NCCL,
                    false,
                    new Place("a", DeviceLink.none()),
                    new Place("b", DeviceLink.none()))
                .refused())
        .contains(REFUSED + "replica 0 (a) computes on the processor" + ELSE);
  }

  @Test
  void aHostWithoutNccl() {
    requireObstacle(
        "on replica 1 (b) there is no NCCL: libnccl.so.2 was looked for",
        false,
        gpu("a", "GPU-0"),
        new Place(
            "b",
            DeviceLink.of(
                "GPU-0", Optional.of("there is no NCCL: libnccl.so.2 was looked for"), null)));
  }

  @Test
  void versionsThatDiffer() {
    requireObstacle(
        "replicas have NCCL 2.30.7 and NCCL 2.28.3, and need the same version",
        false,
        gpu("a", "GPU-0"),
        gpu("b", "GPU-0", "NCCL 2.28.3"));
  }

  @Test
  void authenticationBetweenHosts() {
    requireObstacle(
        "spark.authenticate is on and replicas are on 2 hosts (a, b), between which NCCL neither authenticates nor encrypts",
        true,
        gpu("a", "GPU-0"),
        gpu("b", "GPU-0"));
  }

  @Test
  void halvesOfFloats() {
    assertThat(
            route(GpuExchange.AUTO, Wire.FLOAT16, false, gpu("a", "GPU-0"), gpu("a", "GPU-1"))
                .told())
        .contains(HOST + "train.exchange.wire is float16, and NCCL carries float32");
  }

  /** NCCL says by itself whether it has that. */
  @Test
  void aSharedGpuIsTakenByNameOnly() {
    Place[] shared = {gpu("a", "GPU-0"), gpu("a", "GPU-0")};
    assertThat(route(GpuExchange.AUTO, false, shared).told())
        .contains(HOST + "replicas 0 and 1 share GPU-0 of a, and NCCL needs one for each");
    assertThat(route(GpuExchange.NCCL, false, shared).direct()).isTrue();
  }
}
