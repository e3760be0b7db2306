package org.networkfission.jobs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Path;
import java.util.List;
import org.networkfission.prep.settings.ConfigException;

/**
 * The configuration of one command: what was read, and what it means.
 *
 * <p>Precedence: {@code key=value} over the files, later files over earlier ones, files over {@code
 * conf/reference.conf}.
 *
 * @param settings the bound settings
 * @param resolved every key with its value, as HOCON text; printed and stored with every output
 */
public record Configuration(Settings settings, String resolved) {
  /**
   * Loads and binds a configuration.
   *
   * @param files HOCON files, the last one winning
   * @param assignments {@code key=value} pairs, the last one winning
   * @throws ConfigException naming every problem
   */
  public static Configuration load(List<Path> files, List<String> assignments) {
    return Layers.of(files, assignments).load();
  }

  /** Every key with its value, as JSON. */
  public JsonNode json() {
    try {
      return new ObjectMapper()
          .readTree(
              ConfigFactory.parseString(resolved).root().render(ConfigRenderOptions.concise()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot turn the configuration into JSON", e);
    }
  }
}
