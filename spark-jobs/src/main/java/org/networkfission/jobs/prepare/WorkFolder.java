package org.networkfission.jobs.prepare;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.FrameUnit;

/**
 * What a dataset that is not finished has: {@code <output>/_temporary}, with the rows of units and
 * the records of finished units and shards. Each attempt at a unit or a shard writes files of its
 * own; one that was cut off has no record, and does not count.
 *
 * @param output the dataset's folder
 * @param run tells the shards of this run from those of runs before it; empty for the first
 */
record WorkFolder(String output, String run) implements Serializable {
  /** Its name within the dataset. */
  static final String NAME = "_temporary";

  private static final String UNITS = "units";
  private static final String SHARDS = "shards";
  private static final String JSON = ".json";
  private static final String ROWS = ".parquet";
  private static final int UUID_LENGTH = 36;

  /** The folder as the first run of a preparation sees it. */
  static WorkFolder first(String output) {
    return new WorkFolder(output, "");
  }

  /** The folder as a run sees it that goes on with what others left. */
  static WorkFolder later(String output) {
    return new WorkFolder(output, "-" + UUID.randomUUID().toString().substring(0, 8));
  }

  Path root() {
    return new Path(output, NAME);
  }

  /** The fingerprint of the plan that this folder belongs to; nothing where there is none yet. */
  Optional<String> plan(Configuration hadoop) throws IOException {
    return WholeFile.read(planFile(), hadoop)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Notes the plan that this folder belongs to. */
  void begin(String plan, Configuration hadoop) throws IOException {
    WholeFile.write(planFile(), plan.getBytes(StandardCharsets.UTF_8), hadoop);
  }

  private Path planFile() {
    return new Path(root(), "plan.txt");
  }

  /** A name for the rows of a new attempt at a unit. */
  static String newRows(FrameUnit unit) {
    return "%s.%s%s".formatted(fileName(unit.split(), unit.name()), UUID.randomUUID(), ROWS);
  }

  /** The file of these rows. */
  Path rows(String name) {
    return new Path(new Path(root(), UNITS), name);
  }

  private static String fileName(String split, String unit) {
    return URLEncoder.encode(split + "-" + unit, StandardCharsets.UTF_8);
  }

  /** Writes the record of a finished unit. */
  void record(UnitSummary unit, Configuration hadoop) throws IOException {
    String name = unit.file().substring(0, unit.file().length() - ROWS.length()) + JSON;
    create(new Path(new Path(root(), UNITS), name), unit.toJson(), hadoop);
  }

  /** Writes the record of a finished shard. */
  void record(ShardSummary shard, Configuration hadoop) throws IOException {
    create(new Path(new Path(root(), SHARDS), UUID.randomUUID() + JSON), shard.toJson(), hadoop);
  }

  private static void create(Path file, String json, Configuration hadoop) throws IOException {
    WholeFile.create(file, json.getBytes(StandardCharsets.UTF_8), hadoop);
  }

  /** What earlier runs made of units: those with a record whose rows are there. */
  List<UnitSummary> finished(List<FrameUnit> units, Configuration hadoop) throws IOException {
    Listing files = Listing.of(new Path(root(), UNITS), hadoop);
    Map<String, List<String>> records = new TreeMap<>();
    for (String name : files.bytes().keySet()) {
      if (name.endsWith(JSON) && name.length() > UUID_LENGTH + JSON.length()) {
        records.computeIfAbsent(unitOf(name), unit -> new ArrayList<>()).add(name);
      }
    }
    List<UnitSummary> finished = new ArrayList<>();
    for (FrameUnit unit : units) {
      for (String name : records.getOrDefault(fileName(unit.split(), unit.name()), List.of())) {
        Optional<UnitSummary> summary = unit(new Path(files.folder(), name), hadoop);
        if (summary.isPresent()
            && files.bytes().getOrDefault(summary.get().file(), -1L) == summary.get().bytes()) {
          finished.add(summary.get());
          break;
        }
      }
    }
    return finished;
  }

  private static String unitOf(String record) {
    return record.substring(0, record.length() - JSON.length() - UUID_LENGTH - 1);
  }

  private static Optional<UnitSummary> unit(Path record, Configuration hadoop) throws IOException {
    Optional<byte[]> json = WholeFile.read(record, hadoop);
    try {
      return json.isPresent()
          ? Optional.of(UnitSummary.ofJson(new String(json.get(), StandardCharsets.UTF_8)))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Forgets units, so that the next run reads them again. */
  void forget(List<UnitSummary> units, Configuration hadoop) throws IOException {
    List<String> names = units.stream().map(u -> fileName(u.split(), u.unit())).toList();
    Listing files = Listing.of(new Path(root(), UNITS), hadoop);
    FileSystem fs = root().getFileSystem(hadoop);
    for (String name : files.bytes().keySet()) {
      if (name.endsWith(JSON) && names.contains(unitOf(name))) {
        fs.delete(new Path(files.folder(), name), false);
      }
    }
  }

  /** The shards that earlier runs finished: those with a record whose file is there. */
  List<ShardSummary> finishedShards(Configuration hadoop) throws IOException {
    Listing dataset = Listing.of(new Path(output), hadoop);
    Map<ShardName, ShardSummary> finished = new java.util.HashMap<>();
    for (String name : dataset.bytes().keySet()) {
      if (name.startsWith(NAME + "/" + SHARDS + "/") && name.endsWith(JSON)) {
        Optional<byte[]> json = WholeFile.read(new Path(output, name), hadoop);
        try {
          ShardSummary shard =
              ShardSummary.ofJson(new String(json.orElseThrow(), StandardCharsets.UTF_8));
          if (dataset.bytes().getOrDefault(shard.file().path(), -1L) == shard.file().bytes()) {
            finished.put(shard.shard(), shard);
          }
        } catch (JacksonException e) {
          // It was cut off.
        }
      }
    }
    return List.copyOf(finished.values());
  }
}
