package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page, as text and in Debian's chromium. */
class HtmlReportTest {
  /** Tells what a browser made of the page, where --dump-dom shows it. */
  private static final String PROBE =
      """
      <script>
      window.addEventListener('load', () => {
        const images = [...document.images];
        const frame = document.createElement('p');
        frame.id = 'probe';
        frame.textContent = [
          'images ' + images.length,
          'broken ' + images.filter(i => i.naturalWidth === 0).length,
          'tables ' + document.querySelectorAll('table').length,
          'charts ' + document.querySelectorAll('svg').length,
          'overflow ' + (document.documentElement.scrollWidth > window.innerWidth)].join(', ');
        document.body.append(frame);
      });
      </script></body>
      """;

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
  @ValueSource(ints = {1280, 500})
  void opensInABrowser(int width) throws IOException, InterruptedException {
    Path browser = Path.of("/usr/bin/chromium");
    Assumptions.assumeTrue(
        Files.isExecutable(browser), "skipped: no /usr/bin/chromium to open the page with");
    Path file = folder.resolve("report.html");
    Files.writeString(file, page().replace("</body>", PROBE));
    Path dom = folder.resolve("dom");
    Path console = folder.resolve("console");

    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=%d,900".formatted(width),
                "--dump-dom",
                file.toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(console.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();

    assertThat(ended).as("the browser ended").isTrue();
    assertThat(Files.readString(dom))
        .contains("images 36, broken 0, tables 4, charts 6, overflow false");
    try (Stream<String> lines = Files.lines(console)) {
      List<String> messages = lines.filter(line -> line.contains("CONSOLE")).toList();
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void theMarkdownSaysTheSame() {
    assertThat(MarkdownReport.of(SampleReport.report(), SampleReport.provenance()))
        .contains("| mIoU | 37.5 % | 37.0 % | 30.0 – 45.0 | 40.0 % | 10.0 % | 20.0 % | 50.3 % |")
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
    assertThat(Table.headline(SampleReport.report()).text())
        .isEqualToNormalizingNewlines(
            """
                           network  TFLite  untrained  best constant
            mIoU            37.5 %  37.0 %     10.0 %         20.0 %
            normals < 30°   37.5 %  37.0 %     10.0 %         20.0 %
            depth < 1.25    37.5 %  37.0 %     10.0 %         20.0 %
            """);
  }
}
