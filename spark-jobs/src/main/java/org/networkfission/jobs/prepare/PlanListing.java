package org.networkfission.jobs.prepare;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.networkfission.prep.frame.FrameUnit;

/** Lists what a job would do: the splits, and every unit, the largest first. */
final class PlanListing {
  private record Total(long units, long frames, long bytes) {
    Total plus(FrameUnit unit) {
      return new Total(units + 1, frames + unit.frames(), bytes + unit.bytes());
    }
  }

  private PlanListing() {}

  static void print(List<FrameUnit> units, long finishedUnits, PrintWriter out) {
    Map<String, Total> splits = new TreeMap<>();
    for (FrameUnit unit : units) {
      splits.merge(unit.split(), new Total(0, 0, 0).plus(unit), (total, one) -> total.plus(unit));
    }
    out.printf("%-8s %9s %12s %12s%n", "split", "units", "frames", "input");
    splits.forEach(
        (split, total) ->
            out.printf(
                "%-8s %,9d %,12d %12s%n",
                split, total.units(), total.frames(), bytes(total.bytes())));
    out.printf("%n%-8s %9s %12s %12s  %s%n", "split", "", "frames", "input", "unit");
    units.stream()
        .sorted(Comparator.comparingLong(FrameUnit::bytes).reversed())
        .forEach(
            u ->
                out.printf(
                    "%-8s %9s %,12d %12s  %s%n",
                    u.split(), "", u.frames(), bytes(u.bytes()), u.name()));
    out.println();
    if (finishedUnits > 0) {
      out.printf("prepare: %,d of %,d units are finished already%n", finishedUnits, units.size());
    }
  }

  /** A number of bytes for people, e.g. {@code 2.8 GB}. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    String units = "kMGTP";
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 999.95 && unit < units.length() - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %sB", value, units.charAt(unit));
  }
}
