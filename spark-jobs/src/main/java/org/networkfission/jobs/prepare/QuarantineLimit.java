package org.networkfission.jobs.prepare;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.jobs.prepare.UnitSummary.Rejected;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Reason;

/**
 * How much of a job's input may be left out. Three kinds count apart: what is damaged; frames of
 * ScanNet whose tracking was lost, as happens in every recording; and frames that are listed twice,
 * of which nothing is lost.
 *
 * @param input for messages
 */
record QuarantineLimit(PrepareSettings settings, String input) {
  private static final int SHOWN_REJECTIONS = 3;

  /**
   * Checks what units made.
   *
   * @throws InputException if a split has no frame, or more was left out than the settings allow
   */
  void check(List<UnitSummary> summaries) {
    for (String split : settings.splits()) {
      if (summaries.stream().noneMatch(s -> s.split().equals(split) && s.rows() > 0)) {
        throw new InputException(
            "Cannot prepare %s: no frame of the split %s can be used. %s"
                .formatted(input, split, told(summaries, r -> true)));
      }
    }
    long frames = summaries.stream().mapToLong(UnitSummary::frames).sum();
    frames -= frames(summaries, QuarantineLimit::isDuplicate);
    require(
        summaries,
        frames,
        r -> !isDuplicate(r) && !isLostTracking(r),
        "cannot be used",
        "prepare.max-quarantined-fraction",
        settings.maxQuarantinedFraction());
    require(
        summaries,
        frames,
        this::isLostTracking,
        "have lost their tracking",
        "prepare.scannet.max-lost-tracking-fraction",
        settings.scannet().maxLostTrackingFraction());
  }

  private void require(
      List<UnitSummary> summaries,
      long frames,
      Predicate<Rejected> counted,
      String what,
      String key,
      double limit) {
    long bad = frames(summaries, counted);
    if (bad > limit * frames) {
      throw new InputException(
          "Cannot prepare %s: %,d of %,d frames %s, more than %s = %s allows. %s What was good is kept: mend the input or raise the limit, and run the same command again."
              .formatted(input, bad, frames, what, key, limit, told(summaries, counted)));
    }
  }

  private boolean isLostTracking(Rejected rejected) {
    return settings.dataset() == Dataset.SCANNET
        && rejected.reason().equals(Reason.BAD_POSE.code());
  }

  private static boolean isDuplicate(Rejected rejected) {
    return rejected.reason().equals(Reason.DUPLICATE.code());
  }

  private static long frames(List<UnitSummary> summaries, Predicate<Rejected> counted) {
    return summaries.stream()
        .flatMap(s -> s.rejected().stream())
        .filter(counted)
        .mapToLong(Rejected::frames)
        .sum();
  }

  private static String told(List<UnitSummary> summaries, Predicate<Rejected> counted) {
    String counts =
        byReason(summaries).entrySet().stream()
            .map(e -> "%s %,d".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    String examples =
        summaries.stream()
            .flatMap(s -> s.rejected().stream())
            .filter(counted)
            .map(r -> "\n  " + r.message())
            .distinct()
            .limit(SHOWN_REJECTIONS)
            .collect(Collectors.joining());
    return "By reason: %s. For example:%s%n".formatted(counts, examples);
  }

  /** How many frames are in quarantine, by the reason's code. */
  static Map<String, Long> byReason(List<UnitSummary> summaries) {
    return summaries.stream()
        .flatMap(s -> s.rejected().stream())
        .collect(
            Collectors.groupingBy(
                Rejected::reason, TreeMap::new, Collectors.summingLong(Rejected::frames)));
  }
}
