package org.networkfission.jobs.settings;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.Kerberos;
import org.networkfission.prep.settings.ConfigException;

/**
 * The paths that a command reads and writes, checked together before anything starts, so that a
 * user sees all problems at once.
 */
public final class PathKeys {
  private static final String HDFS = "hdfs";

  private final List<String> problems = new ArrayList<>();
  private final Supplier<Configuration> fileSystems;
  private Configuration hadoop;

  /**
   * @param fileSystems those that the command will have; asked for where there is a path
   */
  public PathKeys(Supplier<Configuration> fileSystems) {
    this.fileSystems = fileSystems;
  }

  private Configuration hadoop() {
    if (hadoop == null) {
      hadoop = new Configuration(fileSystems.get());
      // A host that does not answer is to be told within seconds.
      hadoop.setIfUnset("ipc.client.connect.max.retries", "1");
      hadoop.setIfUnset("ipc.client.connect.max.retries.on.timeouts", "0");
      hadoop.setIfUnset("ipc.client.connect.timeout", "10000");
    }
    return hadoop;
  }

  /** A path that the command cannot do without, and reads. */
  public PathKeys reads(String key, Optional<String> value) {
    need(key, value).ifPresent(text -> path(key, text));
    return this;
  }

  /** A path that the command cannot do without, and writes. */
  public PathKeys writes(String key, Optional<String> value) {
    Optional<Path> path = need(key, value).flatMap(text -> path(key, text));
    if (path.isPresent() && path.get().getName().contains(":")) {
      problems.add(
          "%s = %s: its name has a colon, which Hadoop's file systems do not take; choose another"
              .formatted(key, value.orElseThrow()));
    }
    return this;
  }

  /**
   * Ends the check.
   *
   * @throws ConfigException naming every problem
   */
  public void done() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private Optional<String> need(String key, Optional<String> value) {
    if (value.isEmpty()) {
      problems.add(ConfigException.missing(key));
    } else if (value.get().isBlank()) {
      problems.add("%s is empty: give it as %s=PATH".formatted(key, key));
      return Optional.empty();
    }
    return value;
  }

  private Optional<Path> path(String key, String text) {
    Path path;
    try {
      path = new Path(text);
    } catch (IllegalArgumentException e) {
      String colon = text.contains(":") ? "; a name with a colon needs its folder before it" : "";
      problems.add("%s = %s: must be a path%s".formatted(key, text, colon));
      return Optional.empty();
    }
    Configuration known = hadoop();
    try (FileSystem files = FileSystem.newInstance(path.toUri(), known)) {
      if (HDFS.equals(files.getScheme())) {
        files.exists(path);
      }
      return Optional.of(path);
    } catch (IOException | RuntimeException e) {
      problems.add("%s = %s: %s".formatted(key, text, reason(path, e)));
      return Optional.empty();
    }
  }

  private static String reason(Path path, Exception e) {
    String scheme = path.toUri().getScheme();
    if (deepest(e).contains("Client cannot authenticate via:")) {
      return Kerberos.NO_TICKET;
    } else if (HDFS.equals(scheme)) {
      return "no HDFS answers at %s (%s)".formatted(path.toUri().getAuthority(), deepest(e));
    }
    boolean known = !deepest(e).contains("No FileSystem for scheme");
    if (deepest(e).contains("S3AFileSystem not found")) {
      return "this build cannot use s3a://; build with mvn -Ps3, which adds hadoop-aws";
    }
    return known
        ? "the file system of %s:// cannot be used (%s); docs/clusters.md says what it needs"
            .formatted(scheme, deepest(e))
        : "no file system is known for %s://; file:, hdfs:// and s3a:// are".formatted(scheme);
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? "no reason given" : cause.getMessage();
  }
}
