package org.networkfission.jobs.settings;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.config.Layers;
import org.networkfission.prep.labels.ClassMapFile;
import org.networkfission.prep.settings.ConfigException;

/**
 * Makes the paths of a configuration whole, before anything starts: executors have other working
 * folders than the user, so a relative path would be another place on each of them. A bare path is
 * relative to the working folder of the default file system, one that begins with {@code file:} to
 * the user's.
 */
public final class WholePaths {
  /** A path only where it is that of a file: otherwise it is a name. */
  private static final String CLASS_MAP = "prepare.class-map";

  /** A path, but where it is the word none. */
  private static final String IMAGENET = "study.imagenet";

  private static final String NONE = "none";

  /** The keys whose values, or whose lists' or objects' values, are paths. */
  private static final List<String> KEYS =
      List.of(
          "sample.output",
          "prepare.input",
          "prepare.output",
          CLASS_MAP,
          "train.dataset",
          "train.datasets",
          "train.output",
          "train.initialise.from",
          "evaluate.checkpoint",
          "evaluate.tflite",
          "evaluate.onnx",
          "evaluate.data",
          "evaluate.output",
          "evaluate.compare",
          "evaluate.baselines",
          "predict.checkpoint",
          "predict.input",
          "predict.output",
          "export.checkpoint",
          "export.output",
          "export.calibrate",
          "export.report",
          "study.output",
          IMAGENET,
          "study.datasets");

  private static final String LOCAL = "file";
  private static final Pattern PARTS = Pattern.compile("(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)");

  /** The section that says which the default file system is. */
  private record OnlyCluster(ClusterSettings cluster) {}

  private final Layers layers;

  /** Hadoop's; null until a path asks for it, since reading it takes a while. */
  private Configuration hadoop;

  /** Whether the section that says which Hadoop's configuration it is cannot be bound. */
  private boolean unknown;

  private WholePaths(Layers layers, Configuration hadoop) {
    this.layers = layers;
    this.hadoop = hadoop;
  }

  /**
   * The same layers with whole paths.
   *
   * @throws ConfigException if a path cannot be one
   */
  public static Layers in(Layers layers) {
    return layers.withTexts(KEYS, new WholePaths(layers, null)::whole);
  }

  /**
   * A path that a command takes beside its settings, made whole as theirs are.
   *
   * @param name what the user calls it, for messages
   * @throws ConfigException if it cannot be a path
   */
  public static String of(String name, String path, Configuration hadoop) {
    return new WholePaths(null, hadoop).whole(name, path);
  }

  private String whole(String key, String path) {
    Matcher parts = PARTS.matcher(path);
    if (key.equals(CLASS_MAP) && !ClassMapFile.isFile(path)) {
      return path;
    }
    if (key.equals(IMAGENET) && path.equals(NONE)) {
      return path;
    }
    if (path.isBlank() || path.contains("://") || path.startsWith("/") || !parts.matches()) {
      return path;
    }
    String scheme = parts.group(1);
    if (LOCAL.equals(scheme)) {
      return parts.group(2).startsWith("/") ? path : local(parts.group(2));
    }
    if (!readHadoop()) {
      return path; // Whoever binds all settings tells what is wrong with the cluster's.
    }
    try {
      FileSystem files = FileSystem.get(hadoop);
      if (scheme == null) {
        return files.makeQualified(new Path(path)).toString();
      }
      if (!isKnown(scheme, hadoop) && LOCAL.equals(files.getUri().getScheme())) {
        return local(path); // The name of a file may have a colon.
      }
      return path;
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          List.of("%s = %s: cannot be made a whole path: %s".formatted(key, path, e.getMessage())));
    }
  }

  private boolean readHadoop() {
    if (hadoop == null && !unknown) {
      try {
        hadoop = Cluster.hadoop(layers.section("cluster", OnlyCluster.class).cluster());
      } catch (ConfigException e) {
        unknown = true;
      }
    }
    return hadoop != null;
  }

  private static boolean isKnown(String scheme, Configuration hadoop) throws IOException {
    try {
      FileSystem.getFileSystemClass(scheme, hadoop);
      return true;
    } catch (UnsupportedFileSystemException e) {
      return false;
    }
  }

  private static String local(String path) {
    java.nio.file.Path whole =
        java.nio.file.Path.of(System.getProperty("user.dir")).resolve(path).normalize();
    return new Path(LOCAL, null, whole.toString()).toString();
  }
}
