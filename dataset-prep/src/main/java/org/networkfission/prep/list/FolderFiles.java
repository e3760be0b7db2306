package org.networkfission.prep.list;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.Storage;

/** All files below a folder, found by patterns. */
final class FolderFiles {
  private final Path folder;
  private final List<String> paths = new ArrayList<>();

  /** A file that matches a pattern. */
  record Found(String path, Map<String, String> values) {}

  private FolderFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Lists a folder.
   *
   * @throws InputException if there is none
   */
  static FolderFiles of(Path folder, Configuration hadoop) throws IOException {
    FolderFiles files = new FolderFiles(folder);
    try {
      files.walk(folder, "", Storage.of(folder, hadoop));
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot list %s: there is no such folder".formatted(folder), e);
    }
    files.paths.sort(null);
    return files;
  }

  private void walk(Path place, String prefix, Storage storage) throws IOException {
    for (FileStatus file : storage.list(place)) {
      String path = prefix + file.getPath().getName();
      if (file.isDirectory()) {
        walk(file.getPath(), path + "/", storage);
      } else {
        paths.add(path);
      }
    }
  }

  /** The files that match, in the order of their paths. */
  List<Found> matching(PathPattern pattern) {
    List<Found> found = new ArrayList<>();
    for (String path : paths) {
      pattern.match(path).ifPresent(values -> found.add(new Found(path, values)));
    }
    return found;
  }

  /** Files that belong to photos, which are looked up by the names that both patterns have. */
  final class Partners {
    private final PathPattern pattern;
    private final List<String> shared;
    private final Optional<Map.Entry<String, Double>> nearest;
    private final Map<List<String>, TreeMap<Double, String>> files = new HashMap<>();

    /**
     * @param color the photos' pattern
     * @param tolerances of names whose values are numbers
     */
    Partners(PathPattern pattern, PathPattern color, Map<String, Double> tolerances) {
      this.pattern = pattern;
      this.nearest =
          tolerances.entrySet().stream()
              .filter(e -> pattern.names().contains(e.getKey()))
              .findFirst();
      for (String name : pattern.names()) {
        if (!color.names().contains(name)) {
          throw new IllegalArgumentException(
              "Cannot use the pattern \"%s\": that of photos has no {%s}; write * for what may be anything"
                  .formatted(pattern, name));
        }
      }
      this.shared =
          pattern.names().stream()
              .filter(n -> nearest.isEmpty() || !n.equals(nearest.get().getKey()))
              .toList();
      for (Found found : matching(pattern)) {
        double number =
            nearest.isEmpty()
                ? 0
                : number(found.values().get(nearest.get().getKey()), found.path());
        String other =
            files
                .computeIfAbsent(key(found.values()), k -> new TreeMap<>())
                .putIfAbsent(number, found.path());
        if (other != null) {
          throw new InputException(
              "Cannot list %s: %s and %s both match \"%s\" for the same photo"
                  .formatted(folder, other, found.path(), pattern));
        }
      }
    }

    private List<String> key(Map<String, String> values) {
      return shared.stream().map(values::get).toList();
    }

    /** The file that belongs to a photo. */
    Optional<String> of(Found photo) {
      TreeMap<Double, String> candidates = files.get(key(photo.values()));
      if (candidates == null) {
        return Optional.empty();
      } else if (nearest.isEmpty()) {
        return Optional.of(candidates.firstEntry().getValue());
      }
      double wanted = number(photo.values().get(nearest.get().getKey()), photo.path());
      Map.Entry<Double, String> below = candidates.floorEntry(wanted);
      Map.Entry<Double, String> above = candidates.ceilingEntry(wanted);
      Map.Entry<Double, String> closer =
          above == null || (below != null && wanted - below.getKey() <= above.getKey() - wanted)
              ? below
              : above;
      return Math.abs(closer.getKey() - wanted) <= nearest.get().getValue()
          ? Optional.of(closer.getValue())
          : Optional.empty();
    }

    private double number(String value, String path) {
      try {
        return Double.parseDouble(value);
      } catch (NumberFormatException e) {
        throw new InputException(
            "Cannot list %s: in %s, \"%s\" is no number, so that nothing is near to it (pattern \"%s\")"
                .formatted(folder, path, value, pattern),
            e);
      }
    }
  }
}
