package org.networkfission.jobs.settings;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.settings.ConfigException;

class PathKeysTest {
  private static PathKeys keys() {
    return new PathKeys(Configuration::new);
  }

  @Test
  void namesEveryMissingAndEmptyKeyAtOnce() {
    assertThatThrownBy(
            () ->
                keys()
                    .reads("a.input", Optional.empty())
                    .reads("a.list", Optional.of(" "))
                    .writes("a.output", Optional.empty())
                    .done())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("3 problems")
        .hasMessageContaining("a.input is missing: give it as a.input=...")
        .hasMessageContaining("a.list is empty")
        .hasMessageContaining("a.output is missing");
  }

  @Test
  void namesAnUnknownSchemeAndAColonInTheNameOfAnOutput() {
    assertThatThrownBy(
            () ->
                keys()
                    .reads("a.input", Optional.of("foo://b/x"))
                    .writes("a.output", Optional.of("file:/p-10:30"))
                    .writes("a.other", Optional.of("p-10:30"))
                    .done())
        .hasMessageContaining("a.input = foo://b/x: no file system is known for foo://")
        .hasMessageContaining("a.output = file:/p-10:30: its name has a colon")
        .hasMessageContaining("a.other = p-10:30: must be a path");
  }

  @Test
  void namesAnHdfsThatDoesNotAnswer() {
    assertThatThrownBy(() -> keys().reads("a.input", Optional.of("hdfs://127.0.0.1:1/x")).done())
        .hasMessageContaining("a.input = hdfs://127.0.0.1:1/x: no HDFS answers at 127.0.0.1:1");
  }

  @Test
  void takesPathsThatCanBeUsed() {
    keys()
        .reads("a.input", Optional.of("file:/photos of 10:30/a"))
        .writes("a.output", Optional.of("relative/é"))
        .done();
  }
}
