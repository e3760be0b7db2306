package org.networkfission.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Recognises what is not to be shown nor stored: by the key that a value belongs to, and by its
 * place within a value, as in Java options and addresses.
 */
final class Secrets {
  private static final String SPARK = "cluster.spark";
  private static final String HIDDEN = "(secret)";

  /**
   * Names of Spark's, Hadoop's, and the object stores' secrets: {@code fs.s3a.access.key}, {@code
   * fs.s3a.encryption.key}, {@code fs.azure.account.key.NAME}, {@code fs.azure.sas.NAME}, {@code
   * ssl.keyPassword}.
   */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i)secret|passw|passphrase|token|credential|private|signature|access[.-]?key"
              + "|(^|[.-])(key|sas|pwd)([.-]|$)");

  /** {@code -Djavax.net.ssl.keyStorePassword=...} within Java options, quoted or not. */
  private static final Pattern OPTION =
      Pattern.compile(
          "(?i)(-D[\\w.-]*(?:secret|passw|passphrase|token|credential|key)[\\w.-]*=)"
              + "(\"[^\"]*\"|'[^']*'|[^\\s\"']+)");

  /** {@code s3a://id:secret@bucket}. */
  private static final Pattern USER = Pattern.compile("(?<=://)[^/\\s:@]+:[^/\\s@]+(?=@)");

  /** {@code ?sig=...&X-Amz-Signature=...}. */
  private static final Pattern QUERY =
      Pattern.compile(
          "(?i)([?&;](?:sig|[\\w-]*(?:signature|token|key|secret|password))=)[^&;\\s]+");

  /** Spark's properties that say how a result came about; none of them can hold a secret. */
  private static final List<Pattern> STORED =
      List.of(
          Pattern.compile("executor\\.(cores|memory|memoryOverhead|instances|maxNumFailures)"),
          Pattern.compile("executor\\.resource\\.gpu\\.amount"),
          Pattern.compile("task\\.(cpus|maxFailures|resource\\.gpu\\.amount)"),
          Pattern.compile("(cores\\.max|default\\.parallelism|authenticate)"),
          Pattern.compile("network\\.(timeout|crypto\\.enabled)"),
          Pattern.compile("(io\\.encryption|speculation|dynamicAllocation)(\\.enabled)?"),
          Pattern.compile("sql\\.shuffle\\.partitions"),
          Pattern.compile("ui\\.(enabled|showConsoleProgress)"));

  private Secrets() {}

  /** The configuration without secrets. */
  static Config hidden(Config config) {
    Config hidden = config;
    for (var entry : config.entrySet()) {
      if (entry.getValue().valueType() != ConfigValueType.STRING) {
        continue;
      }
      String text = String.valueOf(entry.getValue().unwrapped());
      boolean named = isSpark(entry.getKey()) && NAME.matcher(property(entry.getKey())).find();
      String shown = named ? HIDDEN : within(text);
      if (!shown.equals(text)) {
        hidden = hidden.withValue(entry.getKey(), ConfigValueFactory.fromAnyRef(shown));
      }
    }
    return hidden;
  }

  /** The configuration as it is stored with outputs: of Spark's properties only a few. */
  static Config stored(Config config) {
    Config stored = hidden(config);
    for (var entry : config.entrySet()) {
      if (isSpark(entry.getKey()) && !isStored(property(entry.getKey()), entry.getValue())) {
        stored = stored.withoutPath(entry.getKey());
      }
    }
    return stored;
  }

  private static boolean isStored(String property, ConfigValue value) {
    return value.valueType() != ConfigValueType.OBJECT
        && STORED.stream().anyMatch(allowed -> allowed.matcher(property).matches());
  }

  private static boolean isSpark(String path) {
    return path.startsWith(SPARK + ".");
  }

  /** Spark's name, whether its parts were keys of their own or it was quoted as a whole. */
  private static String property(String path) {
    List<String> elements = ConfigUtil.splitPath(path);
    return String.join(".", elements.subList(2, elements.size()));
  }

  static String within(String text) {
    String shown = OPTION.matcher(text).replaceAll("$1" + HIDDEN);
    shown = USER.matcher(shown).replaceAll(HIDDEN);
    return QUERY.matcher(shown).replaceAll("$1" + HIDDEN);
  }
}
