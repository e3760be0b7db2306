package org.networkfission.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.networkfission.jobs.prepare.PrepareSettings;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalPresets;

/** The files in conf/ say what the presets say. */
class ShippedConfigurationTest {
  @ParameterizedTest
  @CsvSource({"scannet", "nyudv2"})
  void namesTheDataSetItsNormalsAndItsClasses(String name) {
    Path file = Path.of("..", "conf", name + ".conf");

    Settings settings = Configuration.load(List.of(file), List.of()).settings();

    PrepareSettings prepare = settings.prepare();
    assertThat(prepare.dataset().id()).isEqualTo(name);
    assertThat(prepare.normals()).isEqualTo(NormalPresets.named(name));
    assertThat(settings.network().classes())
        .isEqualTo(ClassMaps.named(prepare.classMap(), prepare.dataset().labels()).size());
    assertThat(prepare.imageSize())
        .hasValueSatisfying(
            size -> {
              assertThat(size.width()).isEqualTo(settings.network().width());
              assertThat(size.height()).isEqualTo(settings.network().height());
            });
  }

  static List<String> presets() {
    return NormalPresets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetOfNormalsIsAFileToo(String name) {
    Path file = Path.of("..", "conf", "normals", name + ".conf");

    assertThat(Configuration.load(List.of(file), List.of()).settings().prepare().normals())
        .isEqualTo(NormalPresets.named(name));
  }
}
