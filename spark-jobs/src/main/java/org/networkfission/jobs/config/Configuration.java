package org.networkfission.jobs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
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
  private static final Pattern HOCON =
      Pattern.compile("[\\[{\"].*|null|true|false|-?[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?");
  private static final String REFERENCE = "conf/reference.conf";

  /**
   * Loads and binds a configuration.
   *
   * @param files HOCON files, the last one winning
   * @param assignments {@code key=value} pairs, the last one winning
   * @throws ConfigException naming every problem
   */
  public static Configuration load(List<Path> files, List<String> assignments) {
    List<String> problems = new ArrayList<>();
    Config config = ConfigFactory.empty();
    for (String assignment : assignments) {
      config =
          assignment(assignment, problems)
              .map(c -> c)
              .orElse(ConfigFactory.empty())
              .withFallback(config);
    }
    for (int i = files.size() - 1; i >= 0; i--) {
      config = config.withFallback(file(files.get(i), problems));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    try {
      config = config.withFallback(reference()).resolve();
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(List.of(e.getMessage()));
    }
    RecordBinder binder = new RecordBinder();
    Settings settings =
        binder
            .bind(config, Settings.class)
            .orElseThrow(() -> new ConfigException(binder.problems()));
    return new Configuration(settings, render(config));
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

  private static Config reference() {
    return ConfigFactory.parseResources(
        Configuration.class.getClassLoader(),
        REFERENCE,
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static Config file(Path file, List<String> problems) {
    if (!Files.isRegularFile(file)) {
      problems.add("no file %s".formatted(file));
      return ConfigFactory.empty();
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF));
    } catch (com.typesafe.config.ConfigException e) {
      problems.add("cannot read %s".formatted(e.getMessage()));
      return ConfigFactory.empty();
    }
  }

  private static Optional<Config> assignment(String assignment, List<String> problems) {
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      problems.add("\"%s\" is not of the form key=value".formatted(assignment));
      return Optional.empty();
    }
    String key = assignment.substring(0, equals).strip();
    String text = assignment.substring(equals + 1).strip();
    try {
      return Optional.of(value(text).atPath(key));
    } catch (com.typesafe.config.ConfigException e) {
      problems.add("cannot read \"%s\": %s".formatted(assignment, e.getMessage()));
      return Optional.empty();
    }
  }

  /** Lists, objects, quoted text, numbers and words are HOCON; all else is text as it stands. */
  private static ConfigValue value(String text) {
    if (HOCON.matcher(text).matches()) {
      return ConfigFactory.parseString(
              "v = " + text, ConfigParseOptions.defaults().setOriginDescription("command line"))
          .root()
          .get("v");
    }
    return ConfigValueFactory.fromAnyRef(text, "command line");
  }

  private static String render(Config config) {
    return config
        .root()
        .render(
            ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false));
  }
}
