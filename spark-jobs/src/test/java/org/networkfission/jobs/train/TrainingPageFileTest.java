package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.report.Provenance;

class TrainingPageFileTest {
  @TempDir Path run;

  private final StringWriter told = new StringWriter();

  private void write() {
    new TrainingPageFile(
            new org.apache.hadoop.fs.Path(run.toUri()),
            new Configuration(),
            new Provenance(
                Map.of("last command", "from step 0 on"), JsonNodeFactory.instance.objectNode()),
            new PrintWriter(told, true))
        .write("The run ended early: out of coffee");
  }

  @Test
  void saysHowTheRunEndedAndHowLongItTook() throws Exception {
    write();

    assertThat(run.resolve("training.html"))
        .content()
        .contains("The run ended early: out of coffee", "from step 0 on, 0 s", "finished");
    assertThat(told.toString()).isEmpty();
  }

  /** Whatever is thrown here would take the place of what ended the run. */
  @Test
  void aLogThatNoPageCanBeMadeOfHidesNothing() throws Exception {
    Files.createDirectories(run.resolve("log"));
    Files.writeString(run.resolve("log/00000000.jsonl"), "{\"step\":3}\n");

    write();

    assertThat(told.toString()).startsWith("Cannot write ").contains("training.html: ");
    assertThat(run.resolve("training.html")).doesNotExist();
  }
}
