package org.networkfission.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.NetworkCost;
import org.networkfission.model.network.NetworkSpec;

/** Every network and training file that comes with the product can be used. */
class NetworkFilesTest {
  private static final Path CONF = Path.of("..", "conf");

  @Test
  void everyNetworkIsBuiltWithEveryTrainingFile() throws IOException {
    List<Path> networks = files("networks");
    assertThat(networks).hasSize(19);
    for (Path training : files("training")) {
      for (Path network : networks) {
        Settings settings = Configuration.load(List.of(training, network), List.of()).settings();
        assertThat(new NetworkCost(settings.network()).parameters())
            .as("parameters of %s with %s", network, training)
            .isBetween(30_000_000L, 40_000_000L);
      }
    }
  }

  @Test
  void everyNetworkIsBuiltAsAGraph() throws IOException {
    for (Path network : files("networks")) {
      Settings settings =
          Configuration.load(List.of(network), List.of("network.width-multiplier=0.125"))
              .settings();
      NetworkSpec spec = settings.network();
      try (FissionNetwork built = FissionNetwork.create(spec, settings.losses(), 1)) {
        assertThat(built.spec().tasks()).as("tasks of %s", network).isNotEmpty();
        assertThat(network.getFileName().toString()).startsWith(spec.scheme().id());
      }
    }
  }

  private static List<Path> files(String folder) throws IOException {
    try (var files = Files.list(CONF.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }
}
