package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page, as text and in Debian's chromium. */
class HtmlReportTest {
  @TempDir Path folder;

  private static String page() {
    return HtmlReport.of(SampleReport.report(), SampleReport.provenance(), SampleReport.panels());
  }

  @Test
  void saysWhatThereIs() {
    assertThat(page())
        .contains("wall &amp; co", "floor &lt;b&gt;")
        .doesNotContain("floor <b>")
        .contains("Not in this split, and left out of the means: bed.")
        .contains("1 rows could not be read and are left out: scenenet/val/9.")
        .contains("paper: one network per task")
        .contains("37.5 %");
  }

  @Test
  void needsNothingFromElsewhere() {
    assertThat(page()).doesNotContain("src=\"http", "href=\"http", "@import", "url(", "<script");
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 390})
  void opensInABrowser(int width) throws IOException, InterruptedException {
    assertThat(Browser.open(page(), width, folder))
        .isEqualTo("images 36, broken 0, tables 4, charts 6, overflow 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 390})
  void aComparisonOpensInABrowser(int width) throws IOException, InterruptedException {
    NamedReport report =
        new NamedReport(
            "a-name-that-is-long",
            "hdfs://a/very/long/path/".repeat(6),
            SampleReport.report(),
            SampleReport.replicates(0.3));
    NamedReport other =
        new NamedReport("other", "b", SampleReport.report(), SampleReport.replicates(0.2));
    Comparison comparison = new Comparer(List.of(report, other, other), List.of()).compare();

    assertThat(Browser.open(CompareHtml.of(comparison), width, folder))
        .isEqualTo("images 0, broken 0, tables 5, charts 3, overflow 0");
  }

  @Test
  void theMarkdownSaysTheSame() {
    assertThat(MarkdownReport.of(SampleReport.report(), SampleReport.provenance()))
        .contains(
            "| mIoU | 37.5 % | 37.0 % | 30.0 – 45.0 | 40.0 % | 35.0 % | 10.0 % | 20.0 % | 50.3 % |")
        .contains("left out of the means: bed");
  }

  @Test
  void anExportedModelIsDescribed() {
    String summary =
        "TFLite: mobile.tflite: 2.35 MB; 99.40 % of the pixels get the network's label; normals off"
            + " by 5.00e-03 (relative L2).";
    assertThat(MarkdownReport.of(SampleReport.report(), SampleReport.provenance()))
        .contains(summary);
    assertThat(page()).contains(summary);
  }

  @Test
  void theConsoleTableIsAligned() {
    assertThat(TextTable.headline(SampleReport.report()).text())
        .isEqualToNormalizingNewlines(
            """
                           network  TFLite  untrained  best constant
            mIoU            37.5 %  37.0 %     10.0 %         20.0 %
            normals < 30°   37.5 %  37.0 %     10.0 %         20.0 %
            depth < 1.25    37.5 %  37.0 %     10.0 %         20.0 %
            """);
  }
}
