package org.networkfission.jobs.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.networkfission.jobs.config.Layers;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;

/**
 * The configuration of one command: what was read, and what it means.
 *
 * <p>Precedence: {@code key=value} over the files, later files over earlier ones, files over {@code
 * conf/reference.conf}.
 *
 * @param settings the bound settings
 * @param text every key with its value, as HOCON text, secrets hidden; for people
 * @param json every key with its value, but few of Spark's properties; stored with every output
 */
public record ResolvedConfig(Settings settings, String text, JsonNode json) {
  /** Sections that one command binds by itself; see {@link Layers#section}. */
  private static final Set<String> SEPARATE = Set.of("study");

  /**
   * Loads and binds a configuration.
   *
   * @param files HOCON files, the last one winning
   * @param assignments {@code key=value} pairs, the last one winning
   * @throws ConfigException naming every problem
   */
  public static ResolvedConfig load(List<Path> files, List<String> assignments) {
    return of(Layers.of(files, assignments));
  }

  /**
   * Binds what was given.
   *
   * @throws ConfigException naming every problem
   */
  public static ResolvedConfig of(Layers layers) {
    Layers whole = WholePaths.in(layers);
    Settings settings = whole.without(SEPARATE, Settings.class);
    try {
      return new ResolvedConfig(settings, whole.text(), Json.MAPPER.readTree(whole.stored()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot turn the configuration into JSON", e);
    }
  }
}
