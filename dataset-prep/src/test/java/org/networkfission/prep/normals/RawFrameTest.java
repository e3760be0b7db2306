package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.normals.RawFrame.DepthKind;

class RawFrameTest {
  private static final Intrinsics CAMERA = new Intrinsics(58.5, 58.5, 32, 24);

  /** As predict writes labels: the index is the id. */
  @Test
  void labelsMayHaveAPalette() throws Exception {
    RawFrame palette = read("depth.png", "labels.png");
    RawFrame grey = read("depth.png", "grey.png");

    assertThat(palette.labels().ids()).isEqualTo(grey.labels().ids());
    assertThat(palette.labels().ids()).contains((short) 1, (short) 2);
  }

  @Test
  void depthMustNot() {
    assertThatThrownBy(() -> read("labels.png", "labels.png"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has 8 bits a pixel, must have 16");
  }

  private static RawFrame read(String depth, String labels) throws Exception {
    Path folder =
        Path.of(RawFrameTest.class.getResource("/photos/20-normals-palette-labels").toURI());
    return RawFrame.read(folder.resolve(depth), folder.resolve(labels), 1000, DepthKind.Z, CAMERA);
  }
}
