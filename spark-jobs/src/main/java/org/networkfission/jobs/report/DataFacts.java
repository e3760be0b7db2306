package org.networkfission.jobs.report;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Column;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardReader;

/**
 * What tells a data set from others, and from itself prepared anew.
 *
 * @param dataset folder
 * @param manifest SHA-256 of its manifest, which lists the SHA-256 of every shard
 * @param classMap the name of its class map
 * @param normals how its normals were computed
 * @param images the size of its images
 */
public record DataFacts(
    String dataset, String manifest, String classMap, String normals, String images)
    implements Serializable {
  /**
   * A data set as it is.
   *
   * @param split whose first row tells the size of all images
   * @throws InputException if the split has no rows, or they cannot be read
   */
  public static DataFacts of(String dataset, Manifest manifest, String split, Configuration hadoop)
      throws IOException {
    return new DataFacts(
        dataset,
        Manifest.sha256(new Path(dataset), hadoop),
        manifest.classMap(),
        manifest.normals().getOrDefault("mode", "unknown").toLowerCase(Locale.ROOT),
        size(dataset, manifest, split, hadoop).toString());
  }

  private static ImageSize size(
      String dataset, Manifest manifest, String split, Configuration hadoop) throws IOException {
    for (ShardFile file : manifest.files(split)) {
      if (file.rows() > 0) {
        try (ShardReader reader = new ShardReader(new Path(dataset, file.path()), hadoop)) {
          Example row = reader.readRowGroup(0, EnumSet.of(Column.WIDTH, Column.HEIGHT)).next();
          return new ImageSize(row.width(), row.height());
        }
      }
    }
    throw new InputException("Cannot use %s: split %s has no frames".formatted(dataset, split));
  }

  /**
   * In what data differ, each by its name, e.g. {@code normals reference and not accurate}: class
   * maps, normals, the size of images, and which data sets they are.
   *
   * @param those none where they are not known
   */
  public static List<String> differences(List<DataFacts> those, List<DataFacts> these) {
    List<String> differences = new ArrayList<>();
    if (those.isEmpty() || these.isEmpty()) {
      return differences;
    }
    difference("class map", DataFacts::classMap, those, these, differences);
    difference("normals", DataFacts::normals, those, these, differences);
    difference("images", DataFacts::images, those, these, differences);
    if (!all(DataFacts::manifest, those).equals(all(DataFacts::manifest, these))) {
      difference("data", DataFacts::named, those, these, differences);
    }
    return differences;
  }

  private String named() {
    return "%s (manifest %.8s)".formatted(dataset, manifest);
  }

  private static Set<String> all(Function<DataFacts, String> what, List<DataFacts> data) {
    return data.stream().map(what).collect(Collectors.toCollection(TreeSet::new));
  }

  private static void difference(
      String name,
      Function<DataFacts, String> what,
      List<DataFacts> those,
      List<DataFacts> these,
      List<String> differences) {
    Set<String> theirs = all(what, those);
    Set<String> here = all(what, these);
    if (!theirs.equals(here)) {
      differences.add(
          "%s %s and not %s"
              .formatted(name, String.join(" and ", theirs), String.join(" and ", here)));
    }
  }
}
