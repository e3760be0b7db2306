package org.networkfission.jobs.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameUnit;

/**
 * Where a dataset grows: {@code <output>/_temporary}. Files appear in it whole or not at all, so
 * that whatever has its final name is finished and a later run goes on from there.
 *
 * @param output the dataset's folder
 */
record WorkFolder(String output) implements Serializable {
  private static final String NAME = "_temporary";

  Path root() {
    return new Path(output, NAME);
  }

  /** The fingerprint of the plan that this folder belongs to. */
  Path plan() {
    return new Path(root(), "plan.txt");
  }

  /** Where the rows and summaries of units are. */
  Path units() {
    return new Path(root(), "units");
  }

  /** The rows of a unit. */
  Path rows(String split, String unit) {
    return new Path(units(), fileName(split, unit) + ".parquet");
  }

  /** What became of a unit; written after its rows. */
  Path summary(String split, String unit) {
    return new Path(units(), fileName(split, unit) + ".json");
  }

  /** A finished shard. */
  Path shard(ShardName shard) {
    return new Path(root(), "shards/" + shard.path());
  }

  /** What stands in a finished shard; written after it. */
  Path shardSummary(ShardName shard) {
    return new Path(root(), "shard-summaries/" + shard.path() + ".json");
  }

  Path shards() {
    return new Path(root(), "shards");
  }

  /** The frames in quarantine. */
  Path quarantine() {
    return new Path(root(), "quarantine");
  }

  private static String fileName(String split, String unit) {
    return URLEncoder.encode(split + "-" + unit, StandardCharsets.UTF_8);
  }

  /** What earlier runs made of units. */
  List<UnitSummary> finished(List<FrameUnit> units, Configuration hadoop) throws IOException {
    Set<String> present = new HashSet<>();
    FileSystem fs = units().getFileSystem(hadoop);
    if (fs.exists(units())) {
      for (FileStatus file : fs.listStatus(units())) {
        present.add(file.getPath().getName());
      }
    }
    List<UnitSummary> summaries = new ArrayList<>();
    for (FrameUnit unit : units) {
      Path summary = summary(unit.split(), unit.name());
      if (present.contains(summary.getName())) {
        summaries.add(UnitSummary.ofJson(readText(summary, hadoop)));
      }
    }
    return summaries;
  }

  /** What writes a file at a path that is not its final one. */
  interface Writer {
    void write(Path file) throws IOException;
  }

  /**
   * Writes a file under another name, apart from finished files, and renames it, so that the final
   * name always means a whole file. What a killed job left half written stays behind until the work
   * folder is deleted.
   */
  void whole(Path file, Configuration hadoop, Writer writer) throws IOException {
    FileSystem fs = file.getFileSystem(hadoop);
    Path growing = new Path(root(), "growing/" + UUID.randomUUID());
    try {
      writer.write(growing);
      fs.mkdirs(file.getParent());
      fs.delete(file, false);
      if (!fs.rename(growing, file)) {
        throw new IOException("Cannot rename %s to %s".formatted(growing, file));
      }
    } finally {
      fs.delete(growing, false);
    }
  }

  /** Writes a small text file whole. */
  void writeText(Path file, String text, Configuration hadoop) throws IOException {
    whole(
        file,
        hadoop,
        growing -> {
          try (OutputStream out = growing.getFileSystem(hadoop).create(growing, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /** Reads a small text file; null where there is none. */
  static String readText(Path file, Configuration hadoop) throws IOException {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return null;
    }
  }
}
