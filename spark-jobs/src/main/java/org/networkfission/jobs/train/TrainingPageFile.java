package org.networkfission.jobs.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.report.Provenance;
import org.networkfission.jobs.train.log.Generation;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.TrainingPage;
import org.networkfission.prep.commit.WholeFile;

/** Writes a run's page of curves. Whatever goes wrong with it, how the run ended stands. */
final class TrainingPageFile {
  private final Path output;
  private final Configuration hadoop;
  private final Provenance provenance;
  private final PrintWriter out;
  private final long start = System.nanoTime();

  TrainingPageFile(Path output, Configuration hadoop, Provenance provenance, PrintWriter out) {
    this.output = output;
    this.hadoop = hadoop;
    this.provenance = provenance;
    this.out = out;
  }

  /**
   * Writes the page; says so if it cannot be written.
   *
   * @param end how the run ended
   */
  void write(String end) {
    Path page = new Path(output, TrainingPage.FILE_NAME);
    try {
      String html =
          TrainingPage.of(
              output.getName(),
              end,
              RunLog.read(output, hadoop),
              RunLog.validations(output, hadoop),
              finished(RunLog.generations(output, hadoop)));
      WholeFile.write(page, html.getBytes(StandardCharsets.UTF_8), hadoop);
    } catch (IOException | RuntimeException e) { // A line of the log may hold anything.
      out.println("Cannot write %s: %s".formatted(page, e.getMessage()));
    }
  }

  private Provenance finished(List<Generation> generations) {
    Map<String, String> facts = new LinkedHashMap<>(provenance.facts());
    facts.computeIfPresent(
        "last command",
        (name, value) ->
            "%s, %,d s".formatted(value, Duration.ofNanos(System.nanoTime() - start).toSeconds()));
    if (!generations.isEmpty()) {
      facts.put("replicas", Generation.text(generations));
    }
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Provenance(facts, provenance.configuration());
  }
}
