package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Debian's chromium, headless. */
public final class Browser {
  private static final Path PROGRAM = Path.of("/usr/bin/chromium");

  /**
   * Shows the page in a frame of some width, which may be narrower than a browser's window, and
   * tells what became of it where --dump-dom shows it.
   */
  private static final String FRAME =
      """
      <!DOCTYPE html><html><body style="margin:0">
      <iframe id="page" style="border:0;width:%dpx;height:900px"></iframe>
      <script>
      const frame = document.getElementById('page');
      frame.onload = () => {
        const page = frame.contentDocument;
        const images = [...page.images];
        const told = document.createElement('p');
        told.textContent = [
          'images ' + images.length,
          'broken ' + images.filter(i => i.naturalWidth === 0).length,
          'tables ' + page.querySelectorAll('table').length,
          'charts ' + page.querySelectorAll('svg').length,
          'overflow ' + Math.max(0, page.documentElement.scrollWidth - %d)].join(', ');
        document.body.append(told);
      };
      frame.srcdoc = new TextDecoder().decode(Uint8Array.from(atob('%s'), c => c.charCodeAt(0)));
      </script></body></html>
      """;

  private Browser() {}

  /**
   * Opens a page; skips the test where there is no browser.
   *
   * @param width of the window, in pixels
   * @param folder for its files
   * @return images, broken images, tables, charts, and pixels that stand out on the right
   */
  public static String open(String page, int width, Path folder)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM), "skipped: no " + PROGRAM + " to open the page with");
    String base64 =
        java.util.Base64.getEncoder()
            .encodeToString(page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Path file = folder.resolve("frame.html");
    Files.writeString(file, FRAME.formatted(width, width, base64));
    Path dom = folder.resolve("dom");
    Path console = folder.resolve("console");
    Process process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--enable-logging=stderr",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=1400,1000",
                "--virtual-time-budget=10000",
                "--dump-dom",
                file.toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(console.toFile())
            .start();
    boolean ended = process.waitFor(180, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("the browser ended").isTrue();
    try (Stream<String> lines = Files.lines(console)) {
      List<String> messages = lines.filter(line -> line.contains("CONSOLE")).toList();
      assertThat(messages).as("console").isEmpty();
    }
    String all = Files.readString(dom);
    int from = all.lastIndexOf("<p>images");
    assertThat(from).as("the page was loaded").isPositive();
    return all.substring(from + 3, all.indexOf("</p>", from));
  }
}
