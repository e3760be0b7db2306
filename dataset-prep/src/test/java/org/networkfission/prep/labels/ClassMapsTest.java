package org.networkfission.prep.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.settings.InvalidSettings;

class ClassMapsTest {
  @Test
  void nyu13OfSceneNetKeepsItsIds() {
    ClassMap map = ClassMaps.named("nyu13");
    assertThat(map.size()).isEqualTo(14);
    assertThat(map.classNames()).startsWith("void", "bed", "books", "ceiling").endsWith("window");
    assertThat(map.palette()).hasSize(14).startsWith(0x000000, 0x0000ff, 0xe8582f);
    for (int id = 0; id < 14; id++) {
      assertThat(map.classOf(id)).isEqualTo(id);
    }
    assertThat(map.classOf(14)).isEqualTo(-1);
  }

  @Test
  void nyu40AndNyu894LeadToThirteenClasses() {
    ClassMap from40 = ClassMaps.named("nyu13", LabelSpace.NYU40);
    assertThat(from40.classOf(8)).as("door is wall").isEqualTo(12);
    assertThat(from40.classOf(25)).as("television is tv").isEqualTo(11);
    ClassMap from894 = ClassMaps.named("nyu13", LabelSpace.NYU894);
    assertThat(from894.classOf(1)).as("book, which NYU40 calls other prop").isEqualTo(7);
    assertThat(from894.classOf(4)).as("ceiling").isEqualTo(3);
    assertThat(from894.classOf(895)).isEqualTo(-1);
  }

  @Test
  void thePaperMapsElevenClassesThatTheBenchmarkLeavesOut() {
    ClassMap official = ClassMaps.named("scannet20-official");
    ClassMap paper = ClassMaps.named("scannet20-paper");
    assertThat(official.classNames()).hasSize(21).contains("otherfurniture").startsWith("void");
    Table differences = Table.read("scannet20_paper_vs_official_diff.csv");
    assertThat(differences.rows()).isEqualTo(11);
    int different = 0;
    for (int id = 0; id <= 40; id++) {
      different += official.classOf(id) == paper.classOf(id) ? 0 : 1;
    }
    assertThat(different).isEqualTo(11);
    for (int row = 0; row < differences.rows(); row++) {
      int id = differences.number(row, "nyu40_id");
      assertThat(official.classOf(id)).isEqualTo(differences.number(row, "official_id"));
      assertThat(paper.classOf(id)).isEqualTo(differences.number(row, "paper_id"));
      assertThat(paper.classNames().get(paper.classOf(id)))
          .isEqualTo(differences.text(row, "paper_name"));
    }
  }

  @Test
  void mapsEveryPixel() throws FrameException {
    LabelMap labels = new LabelMap(3, 1, new short[] {0, 16, 40});
    assertThat(ClassMaps.named("scannet20-official").apply(labels)).containsExactly(0, 14, 0);
  }

  @Test
  void namesTheLabelItDoesNotKnow() {
    LabelMap labels = new LabelMap(2, 2, new short[] {0, 1, 2, (short) 40_000});
    assertThatThrownBy(() -> ClassMaps.named("nyu13").apply(labels))
        .isInstanceOf(FrameException.class)
        .hasMessage(
            "Cannot map labels to nyu13: label id 40000 at column 1, row 1 is not in its table")
        .extracting(e -> ((FrameException) e).reason())
        .isEqualTo(Reason.UNKNOWN_LABEL);
  }

  @Test
  void namesTheMapsThatThereAre() {
    assertThatThrownBy(() -> ClassMaps.named("nyu14"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "classMap = nyu14: must be one of nyu13, nyu40, scannet20-official, scannet20-paper");
    assertThatThrownBy(() -> ClassMaps.named("nyu40", LabelSpace.NYU13))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("must be nyu13 where the labels of the data set are NYU13 ids");
  }
}
