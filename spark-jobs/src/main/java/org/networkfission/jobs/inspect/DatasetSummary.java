package org.networkfission.jobs.inspect;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.SplitStatistics;

/** What a manifest says, for people: splits, classes, quarantine. */
public final class DatasetSummary {
  private static final int BAR = 40;

  private DatasetSummary() {}

  /** Prints it. */
  public static void print(Manifest manifest, PrintWriter out) {
    out.printf(
        "%s, classes %s, %s normals, written by version %s%n%n",
        manifest.dataset(),
        manifest.classMap(),
        manifest.normals().getOrDefault("mode", "unknown").toLowerCase(Locale.ROOT),
        manifest.productVersion());
    out.printf(
        "%-6s %10s %7s %10s %13s %15s %13s%n",
        "split", "frames", "shards", "megabytes", "no depth", "with a normal", "depth in m");
    manifest.splits().forEach((split, s) -> split(split, s, manifest.files(split), out));
    manifest.splits().forEach((split, s) -> lacking(split, s, out));
    out.printf("%nquarantined: %s%n%n", manifest.quarantined().isEmpty() ? "none" : "");
    manifest
        .quarantined()
        .forEach((reason, frames) -> out.printf("  %-20s %,9d%n", reason, frames));
    manifest.splits().forEach((split, s) -> classes(split, s, manifest.classNames(), out));
  }

  private static void split(
      String split, SplitStatistics s, List<ShardFile> files, PrintWriter out) {
    out.printf(
        "%-6s %,10d %,7d %,10.1f %12.2f%% %14.2f%% %13s%n",
        split,
        s.frames(),
        files.size(),
        files.stream().mapToLong(ShardFile::bytes).sum() / 1e6,
        100 * s.holeShare(),
        100 * s.normalCoverage(),
        "%.2f to %.2f".formatted(s.minDepth() / 1000.0, s.maxDepth() / 1000.0));
  }

  private static void lacking(String split, SplitStatistics s, PrintWriter out) {
    for (TruthKind truth : TruthKind.all()) {
      long without = s.framesWithout().of(truth);
      if (without > 0) {
        out.printf("%-6s %,10d frames have no %s%n", split, without, truth.id());
      }
    }
  }

  /** The share of pixels of each class, of the frames with labels. */
  private static void classes(
      String split, SplitStatistics s, List<String> names, PrintWriter out) {
    if (s.framesWith(TruthKind.LABELS) == 0) {
      return;
    }
    out.printf("classes of %s, share of pixels:%n", split);
    long most = s.classHistogram().stream().mapToLong(Long::longValue).max().orElse(1);
    for (Map.Entry<Integer, Long> count : numbered(s.classHistogram())) {
      long pixels = count.getValue();
      out.printf(
          "%3d  %-16s %7.3f%%  %s%n",
          count.getKey(),
          names.get(count.getKey()),
          100.0 * pixels / Math.max(1, s.pixelsWith(TruthKind.LABELS)),
          "#".repeat((int) Math.ceil((double) BAR * pixels / Math.max(1, most))));
    }
    out.println();
  }

  private static List<Map.Entry<Integer, Long>> numbered(List<Long> counts) {
    return java.util.stream.IntStream.range(0, counts.size())
        .mapToObj(c -> Map.entry(c, counts.get(c)))
        .toList();
  }
}
