package org.networkfission.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.networkfission.prep.settings.ConfigException;

/**
 * What was given over {@code conf/reference.conf}, not resolved yet: a substitution in one layer
 * may name a key of any other.
 */
public final class Layers {
  private static final Pattern HOCON =
      Pattern.compile("[\\[{\"].*|null|true|false|-?[0-9]+(\\.[0-9]+)?([eE]-?[0-9]+)?");
  private static final String REFERENCE = "conf/reference.conf";

  private static final String SPARK = "cluster.spark.";

  private static final String PATH = "path";

  /** Files that come with the product, read once: a study of fifty rows asks for them at each. */
  private static final Map<String, Config> RESOURCES = new ConcurrentHashMap<>();

  private final Config given;

  /** All keys with their values; null until somebody asks. */
  private volatile Config resolved;

  private Layers(Config given) {
    this.given = given;
  }

  /**
   * Reads what a command was given.
   *
   * @param files HOCON files, the last one winning
   * @param assignments {@code key=value} pairs, the last one winning, over the files
   * @throws ConfigException naming every problem
   */
  public static Layers of(List<Path> files, List<String> assignments) {
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
    return new Layers(config);
  }

  /** One layer. */
  public static Layers of(Config config) {
    return new Layers(config);
  }

  /**
   * A file that comes with the product.
   *
   * @param name e.g. {@code conf/studies/small.conf}
   */
  public static Layers shipped(String name) {
    return new Layers(resource(name));
  }

  /** These layers over others. */
  public Layers over(Layers lower) {
    return new Layers(given.withFallback(lower.given));
  }

  /** These layers with a key above all of them. */
  public Layers with(String key, Object value) {
    return new Layers(given.withValue(key, ConfigValueFactory.fromAnyRef(value)));
  }

  /**
   * These layers with texts that are changed: the values of keys, and where a key's value is a list
   * or an object, those in it.
   *
   * @param keys without a value are left out
   * @param change from a key and a text to the new text
   * @throws ConfigException if a layer's substitutions cannot be resolved
   */
  public Layers withTexts(List<String> keys, BinaryOperator<String> change) {
    Config before = resolved();
    Config changed = given;
    for (String key : keys) {
      if (before.hasPath(key)) {
        ConfigValue old = before.getValue(key);
        Object value = old.unwrapped();
        Object next = changed(value, text -> change.apply(key, text));
        if (!next.equals(value)) {
          changed =
              changed.withValue(key, ConfigValueFactory.fromAnyRef(next).withOrigin(old.origin()));
        }
      }
    }
    return new Layers(changed);
  }

  private static Object changed(Object value, UnaryOperator<String> change) {
    if (value instanceof String text) {
      return change.apply(text);
    } else if (value instanceof List<?> list) {
      return list.stream()
          .map(e -> e instanceof Map<?, ?> object ? withPath(object, change) : changed(e, change))
          .toList();
    } else if (value instanceof Map<?, ?> object) {
      Map<Object, Object> changed = new LinkedHashMap<>();
      object.forEach(
          (key, element) -> changed.put(key, element == null ? null : changed(element, change)));
      return changed;
    }
    return value;
  }

  /** Of an object in a list, its path alone changes. */
  private static Object withPath(Map<?, ?> object, UnaryOperator<String> change) {
    Map<Object, Object> changed = new LinkedHashMap<>(object);
    changed.computeIfPresent(PATH, (key, element) -> changed(element, change));
    return changed;
  }

  /**
   * Binds all sections but some that others bind.
   *
   * @param type a record with a component for each section
   * @throws ConfigException naming every problem
   */
  public <T extends Record> T without(Set<String> sections, Class<T> type) {
    Config config = resolved();
    for (String section : sections) {
      config = config.withoutPath(section);
    }
    return bind(config, type);
  }

  /** The same with secrets, for a driver that runs elsewhere. */
  public String textWithSecrets() {
    return render(resolved());
  }

  /** As it is stored with outputs, as JSON: without secrets, and with few of Spark's properties. */
  public String stored() {
    return Secrets.stored(resolved()).root().render(ConfigRenderOptions.concise());
  }

  /** Every key with its value, as HOCON text; secrets are hidden. */
  public String text() {
    return render(Secrets.hidden(resolved()));
  }

  /**
   * Binds one section alone.
   *
   * @param type a record with a component for the section
   * @throws ConfigException naming every problem
   */
  public <T extends Record> T section(String name, Class<T> type) {
    return bind(resolved().withOnlyPath(name), type);
  }

  private static <T extends Record> T bind(Config config, Class<T> type) {
    RecordBinder binder = new RecordBinder();
    return binder.bind(config, type).orElseThrow(() -> new ConfigException(binder.problems()));
  }

  private Config resolved() {
    if (resolved != null) {
      return resolved;
    }
    try {
      resolved = given.withFallback(resource(REFERENCE)).resolve();
      return resolved;
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(List.of(e.getMessage()));
    }
  }

  private static Config resource(String name) {
    return RESOURCES.computeIfAbsent(name, Layers::read);
  }

  private static Config read(String name) {
    return ConfigFactory.parseResources(
        Layers.class.getClassLoader(),
        name,
        ConfigParseOptions.defaults()
            .setClassLoader(Layers.class.getClassLoader())
            .setAllowMissing(false));
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
      // In HOCON, authenticate.secret would take the place of authenticate; Spark has both.
      boolean property = key.startsWith(SPARK) && !key.contains("\"");
      String path = property ? SPARK + ConfigUtil.quoteString(key.substring(SPARK.length())) : key;
      return Optional.of(value(text).atPath(path));
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
