package org.networkfission.jobs.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.cluster.ExecutorRange;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.backend.cuda.MemoryNeed;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ComputePrecision;

class GpuMemoryTest {
  private static final long ELEVEN_GIGABYTES = 11_000_000_000L;

  /** The paper's GPUs had 11 GB each. */
  @ParameterizedTest
  @CsvSource({"mid-labels-normals, scannet, 6", "single-normals, scannet-single, 8"})
  void thePapersSetUpFits(String network, String training, int batch) {
    Settings settings =
        ResolvedConfig.load(
                List.of(
                    Path.of("../conf/networks", network + ".conf"),
                    Path.of("../conf/training", training + ".conf"),
                    Path.of("../conf/clusters/paper.conf")),
                List.of())
            .settings();
    int replicas = settings.cluster().executors().max();
    assertThat(settings.train().batchSizeOf(ExecutorRange.of(replicas))).isEqualTo(batch);
    MemoryNeed need =
        MemoryNeed.of(
            FissionNetwork.program(settings.network(), settings.losses()), batch, replicas);
    assertThat(need.withValidation()).isLessThan(ELEVEN_GIGABYTES);
    MemoryNeed half =
        MemoryNeed.of(
            FissionNetwork.program(
                settings.network().in(ComputePrecision.BFLOAT16), settings.losses()),
            batch,
            replicas);
    assertThat(half.features()).isLessThan(need.features() * 6 / 10);
    assertThat(half.lines().get(0)).endsWith("batches of %d, in bfloat16:".formatted(batch));
    // All outputs of convolutions and batch norms are kept: less would be a mistake.
    assertThat(need.features()).isGreaterThan(4_000_000_000L);
  }
}
