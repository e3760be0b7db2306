package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.config.Layers;
import org.networkfission.prep.settings.ConfigException;

/** What is wrong with a study is told before anything runs, all at once. */
class StudyReaderTest {
  private static final Layers NOTHING = Layers.of(List.of(), List.of());

  @TempDir Path folder;

  private String file(String text) throws Exception {
    Path file = folder.resolve("mine.conf");
    Files.writeString(file, text);
    return file.toString();
  }

  @Test
  void anUnknownStudy() {
    assertThatThrownBy(() -> StudyReader.read("los-balance", NOTHING))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown study los-balance; the nearest is loss-balance");
  }

  @Test
  void everyProblemOfAFile() throws Exception {
    String file =
        file(
            """
            network { scheme = mid, tasks = [labels, normals] }
            study {
              columns = [labels/mean-iuo]
              rows = [
                { id = a, initialise = b, set { losses.normals.weight = 1 } }
                { id = b, initialise = a, set { losses.normals.weight = 2 } }
                { id = c, initialise = aa, set { losses.normals.weight = 3 } }
                { id = d, set { network.scheme = single } }
                { id = e, set { losses.normals.weight = 5 } }
                { id = f, set { losses.normals.weight = 5 } }
                { id = g, initialise = single-tusk/normals, set { cluster.executors = 3 } }
                { id = h, initialise = imagenet, paper = [1, 2] }
              ]
            }
            """);

    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> StudyReader.read(file, NOTHING));

    assertThat(e.problems())
        .anySatisfy(
            p -> assertThat(p).isEqualTo("rows begin from each other: mine/a -> mine/b -> mine/a"))
        .anySatisfy(
            p -> assertThat(p).isEqualTo("row mine/c: no row aa in study mine; the nearest is a"))
        .anySatisfy(p -> assertThat(p).startsWith("row mine/d: network.scheme = single: must be"))
        .anySatisfy(p -> assertThat(p).isEqualTo("rows e and f are one and the same training"))
        .anySatisfy(
            p ->
                assertThat(p)
                    .isEqualTo("row mine/g: unknown study single-tusk; the nearest is single-task"))
        .anySatisfy(p -> assertThat(p).startsWith("row mine/g: cluster is the study's"))
        .anySatisfy(p -> assertThat(p).startsWith("study.imagenet is missing"))
        .anySatisfy(
            p ->
                assertThat(p).contains("no metric labels/mean-iuo; the nearest is labels/mean-iou"))
        .anySatisfy(p -> assertThat(p).isEqualTo("row h: paper has 2 figures for 1 columns"));
  }

  @Test
  void anUnknownRowAndNoOutput() {
    PrintWriter out = new PrintWriter(new StringWriter());
    Layers layers = Layers.of(List.of(), List.of("study.imagenet=none"));

    assertThatThrownBy(
            () -> new StudyJob("loss-balance", List.of("normal-10", "label-1"), 0, layers, out))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no row normal-10 in study loss-balance; the nearest is normals-10")
        .hasMessageContaining("the nearest is labels-1")
        .hasMessageContaining("--seeds = 0: must be at least 1");
    assertThatThrownBy(() -> new StudyJob("loss-balance", List.of(), 1, layers, out))
        .hasMessageContaining("study.output is missing")
        .hasMessageContaining("study.datasets.scenenet is missing");
  }
}
