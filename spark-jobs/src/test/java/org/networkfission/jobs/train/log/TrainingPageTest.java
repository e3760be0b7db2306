package org.networkfission.jobs.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.report.Provenance;

/** The page, as text and in Debian's chromium. */
class TrainingPageTest {
  private static final int LINES = 1_000;
  private static final String PROBE =
      """
      <script>
      window.addEventListener('load', () => {
        const probe = document.createElement('p');
        probe.textContent = [
          'charts ' + document.querySelectorAll('svg').length,
          'overflow ' + (document.documentElement.scrollWidth > window.innerWidth)].join(', ');
        document.body.append(probe);
      });
      </script></body>
      """;

  @TempDir Path folder;

  private static ProgressLine line(long step) {
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("labels", 1 + 2 * Math.exp(-step / 2_000.0));
    losses.put("depth", 0.2 + Math.exp(-step / 3_000.0));
    Map<String, Double> shares = new LinkedHashMap<>();
    shares.put("input", 0.05);
    shares.put("compute", 0.85);
    shares.put("exchange", 0.1);
    return new ProgressLine(
        step,
        10L * LINES,
        step / 1_000,
        4 * losses.get("labels"),
        losses,
        Map.of(),
        Map.of(),
        Map.of("labels", 2 - step / 10_000.0, "depth", step / 10_000.0),
        1e-3 * (1 - step / 11_000.0),
        1 + Math.sin(step / 100.0),
        8,
        0.5,
        shares,
        60,
        0);
  }

  private static String page() {
    List<ProgressLine> progress = new ArrayList<>();
    for (int i = 1; i <= LINES; i++) {
      progress.add(line(10L * i));
    }
    List<Validation> validations = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      Map<String, Map<String, Double>> tasks = new LinkedHashMap<>();
      tasks.put("labels", Map.of("mean-iou", 0.1 * i));
      tasks.put("depth", Map.of("below-1.25", 0.15 * i));
      validations.add(new Validation(2_000L * i, 64, 0.125 * i, true, tasks, Map.of()));
    }
    return TrainingPage.of(
        "rooms <1>",
        "All 10,000 steps are done.",
        progress,
        validations,
        new Provenance(Map.of("seed", "7"), JsonNodeFactory.instance.objectNode().put("a", 1)));
  }

  @Test
  void saysWhatThereIs() {
    assertThat(page())
        .contains("Training of rooms &lt;1&gt;", "All 10,000 steps are done.", "62.5 %")
        .contains("at step 10,000, 64 frames", "Labels: mean-iou", "Depth: below-1.25")
        .contains("Weights of the tasks", "step 2000: score 0.125", "<td>seed</td><td>7</td>")
        .doesNotContain("rooms <1>", "NaN", "Infinity")
        .doesNotContain("src=\"http", "href=\"http", "@import", "url(", "<script");
  }

  @Test
  void aLongRunsCurvesAreThin() {
    Matcher path = Pattern.compile("<path class=\"curve s0\" d=\"([^\"]*)\"").matcher(page());
    assertThat(path.find()).isTrue();
    assertThat(path.group(1).split("L")).hasSizeBetween(200, 400);
  }

  @Test
  void aRunThatSaidNothingHasAPage() {
    assertThat(
            TrainingPage.of(
                "x",
                "The run ended early: no disk",
                List.of(),
                List.of(),
                new Provenance(Map.of(), JsonNodeFactory.instance.objectNode())))
        .contains("The run ended early: no disk", "before its first progress line");
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 500})
  void opensInABrowser(int width) throws IOException, InterruptedException {
    Path browser = Path.of("/usr/bin/chromium");
    Assumptions.assumeTrue(
        Files.isExecutable(browser), "skipped: no /usr/bin/chromium to open the page with");
    Path file = folder.resolve("training.html");
    Files.writeString(file, page().replace("</body>", PROBE));
    Path dom = folder.resolve("dom");
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=%d,900".formatted(width),
                "--dump-dom",
                file.toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();

    assertThat(ended).as("the browser ended").isTrue();
    assertThat(Files.readString(dom)).contains("charts 11, overflow false");
  }
}
