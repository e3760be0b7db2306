package org.networkfission.jobs.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.NetworkCost;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.NetworkSpec;

/** Every network and training file that comes with the product can be used. */
class NetworkFilesTest {
  private static final Path CONF = Path.of("..", "conf");

  @Test
  void everyNetworkIsBuiltWithEveryTrainingFile() throws IOException {
    List<Path> networks = files("networks");
    assertThat(networks).hasSize(24);
    for (Path training : files("training")) {
      for (Path network : networks) {
        Settings settings = ResolvedConfig.load(List.of(training, network), List.of()).settings();
        boolean mobile = settings.network().encoder() != Encoder.RESNET50;
        assertThat(new NetworkCost(settings.network()).parameters())
            .as("parameters of %s with %s", network, training)
            .isBetween(mobile ? 1_000_000L : 30_000_000L, mobile ? 5_000_000L : 40_000_000L);
      }
    }
  }

  @Test
  void everyNetworkIsBuiltAsAGraph() throws IOException {
    for (Path network : files("networks")) {
      Settings settings =
          ResolvedConfig.load(List.of(network), List.of("network.width-multiplier=0.125"))
              .settings();
      NetworkSpec spec = settings.network();
      try (FissionNetwork built = FissionNetwork.create(spec, settings.losses(), 1)) {
        assertThat(built.spec().tasks()).as("tasks of %s", network).isNotEmpty();
        String begin =
            spec.encoder() == Encoder.RESNET50
                ? spec.scheme().id()
                : spec.encoder().id().replace("mobilenet", "mobile") + "-" + spec.scheme().id();
        assertThat(network.getFileName().toString()).startsWith(begin + "-");
      }
    }
  }

  private static List<Path> files(String folder) throws IOException {
    try (var files = Files.list(CONF.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }
}
