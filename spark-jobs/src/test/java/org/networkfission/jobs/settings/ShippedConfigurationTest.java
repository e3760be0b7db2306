package org.networkfission.jobs.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.networkfission.jobs.prepare.PrepareSettings;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalPresets;

/** The files in conf/ say what the presets say. */
class ShippedConfigurationTest {
  @ParameterizedTest
  @CsvSource({"scannet", "nyudv2"})
  void namesTheDataSetItsNormalsAndItsClasses(String name) {
    Path file = Path.of("..", "conf", name + ".conf");

    Settings settings = ResolvedConfig.load(List.of(file), List.of()).settings();

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

  @ParameterizedTest
  @CsvSource({"nyudv2, nyudv2-40", "scannet, scannet-40"})
  void fortyClassesAreTheSameDataAndTrainingWithOtherClasses(String name, String forty) {
    Settings usual = ResolvedConfig.load(List.of(file(name)), List.of()).settings();
    Settings settings = ResolvedConfig.load(List.of(file(forty)), List.of()).settings();

    PrepareSettings prepare = settings.prepare();
    assertThat(prepare.classMap()).isEqualTo("nyu40");
    assertThat(settings.network().classes())
        .isEqualTo(ClassMaps.named("nyu40", prepare.labelIds()).size())
        .isEqualTo(41);
    assertThat(prepare.dataset()).isEqualTo(usual.prepare().dataset());
    assertThat(prepare.normals()).isEqualTo(usual.prepare().normals());
    assertThat(prepare.size()).isEqualTo(usual.prepare().size());

    // Any network, with the training of 40 classes: 41 outputs, all else as with the usual classes.
    Path network = Path.of("../conf/networks/mid-labels-normals.conf");
    Settings training =
        ResolvedConfig.load(List.of(network, file("training/" + forty)), List.of()).settings();
    Settings usualTraining =
        ResolvedConfig.load(List.of(network, file("training/" + name)), List.of()).settings();
    assertThat(training.network().classes()).isEqualTo(41);
    assertThat(training.train()).isEqualTo(usualTraining.train());
    assertThat(training.losses()).isEqualTo(usualTraining.losses());
  }

  @Test
  void anyOtherDataHasAConfigurationToo() {
    PrepareSettings prepare =
        ResolvedConfig.load(List.of(file("list")), List.of()).settings().prepare();

    assertThat(prepare.dataset()).isEqualTo(PrepareSettings.Dataset.LIST);
    assertThat(prepare.normals()).isEqualTo(NormalPresets.named("list"));
    assertThat(prepare.list()).isEqualTo(ListSettings.named("list"));
    assertThat(prepare.labelIds()).isEqualTo(LabelSpace.NYU13);
  }

  private static Path file(String name) {
    return Path.of("..", "conf", name + ".conf");
  }

  static List<String> presets() {
    return NormalPresets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetOfNormalsIsAFileToo(String name) {
    Path file = Path.of("..", "conf", "normals", name + ".conf");

    assertThat(ResolvedConfig.load(List.of(file), List.of()).settings().prepare().normals())
        .isEqualTo(NormalPresets.named(name));
  }

  @ParameterizedTest
  @CsvSource({
    "networks/mid-labels-normals.conf, training/scannet.conf, 6",
    "networks/single-normals.conf, training/scannet-single.conf, 8"
  })
  void thePapersOwnMachine(String network, String training, int batchSize) {
    Settings settings =
        ResolvedConfig.load(
                List.of(
                    Path.of("../conf", network),
                    Path.of("../conf", training),
                    Path.of("../conf/clusters/paper.conf")),
                List.of())
            .settings();

    assertThat(settings.cluster().executors().max()).isEqualTo(8);
    assertThat(settings.cluster().gpusPerExecutor()).isEqualTo(1);
    assertThat(settings.train().batchSizeOf(settings.cluster().executors())).isEqualTo(batchSize);
    assertThat(settings.network().width()).isEqualTo(768);
    assertThat(settings.network().height()).isEqualTo(384);
  }

  @ParameterizedTest
  @CsvSource({"standalone", "yarn", "kubernetes"})
  void clustersBind(String name) {
    Settings settings =
        ResolvedConfig.load(List.of(Path.of("../conf/clusters", name + ".conf")), List.of())
            .settings();

    assertThat(settings.cluster().executors().max()).isEqualTo(8);
    assertThat(settings.cluster().coresPerExecutor()).isEqualTo(4);
  }
}
