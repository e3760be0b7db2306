package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.settings.InvalidSettings;

class NormalSettingsTest {
  @Test
  void reportsEveryProblem() {
    assertThatThrownBy(
            () -> new NormalSettings(NormalMode.ACCURATE, 2, 0, 0, 2, List.of(70_000), -1))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("smoothing = 2: must be 3 to 200 pixels")
        .hasMessageContaining("inpaintRadius = 0: must be 1 to 100 pixels")
        .hasMessageContaining("maxDepthChange = 0.0: must be above 0 and at most 1")
        .hasMessageContaining("planarThreshold = 2.0: must be above 0 and at most pi/2 radians")
        .hasMessageContaining("flatLabels = [70000]: must be label ids of 0 to 65535")
        .hasMessageContaining("maxHoleDistance = -1: must be 0 to 100 pixels");
  }

  @Test
  void presetsHoldTheAuthorsValuesAndThePapers() {
    assertThat(NormalPresets.names())
        .containsExactly(
            "scenenet",
            "scannet",
            "nyudv2",
            "list",
            "scenenet-authors",
            "scenenet-paper",
            "scannet-authors",
            "scannet-paper",
            "nyudv2-authors",
            "nyudv2-paper");
    assertThat(NormalPresets.named("scenenet-authors"))
        .isEqualTo(new NormalSettings(NormalMode.REFERENCE, 10, 5, 0.02, 0.04, List.of(), 3));
    assertThat(NormalPresets.named("nyudv2-paper").planarThreshold()).isEqualTo(0.4);
    assertThat(NormalPresets.named("scannet").smoothing()).isEqualTo(30);
    assertThat(NormalPresets.named("scannet").mode()).isEqualTo(NormalMode.ACCURATE);
  }

  @Test
  void namesTheKnownPresets() {
    assertThatThrownBy(() -> NormalPresets.named("scanet"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot find normal settings scanet: known are scenenet, scannet");
  }
}
