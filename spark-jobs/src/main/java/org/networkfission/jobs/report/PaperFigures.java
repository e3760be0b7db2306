package org.networkfission.jobs.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.jobs.report.Report.Published;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.Task;

/** The figures of the paper's supplement, balanced losses, in {@code paper.csv}. */
public final class PaperFigures {
  private static final String FILE = "paper.csv";
  private static final int FIRST_VALUE = 4;
  private static final double PERCENT = 100;

  private PaperFigures() {}

  /**
   * What can stand beside a network's figures: those of one network per task, and those of two
   * tasks under the same scheme, where the network has both.
   *
   * @return empty where the supplement has nothing for the data set
   */
  public static List<Published> of(String dataset, String scheme, List<String> tasks) {
    List<Published> published = new ArrayList<>();
    List<String> lines = lines();
    String[] names = lines.get(0).split(",", -1);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      boolean single = cells[3].equals("single");
      if (cells[0].equals(dataset) && (single || cells[3].equals(scheme))) {
        Map<String, Double> values = new LinkedHashMap<>();
        boolean all = true;
        for (int i = FIRST_VALUE; i < cells.length; i++) {
          if (!cells[i].isEmpty()) {
            boolean has = tasks.contains(names[i].substring(0, names[i].indexOf('/')));
            all &= has;
            if (has) {
              double value = Double.parseDouble(cells[i]);
              values.put(names[i], isShare(names[i]) ? value / PERCENT : value);
            }
          }
        }
        if (!values.isEmpty() && (single || all)) {
          String network = single ? cells[2] : "%s, %s".formatted(cells[3], cells[2]);
          published.add(new Published("supplement, " + cells[1], network, values));
        }
      }
    }
    return published;
  }

  /** Shares are printed in percent. */
  private static boolean isShare(String metric) {
    String[] parts = metric.split("/", 2);
    return Task.scoring(parts[0]).stream()
        .<Metric<?>>flatMap(scoring -> scoring.metrics().stream())
        .anyMatch(m -> m.id().equals(parts[1]) && m.unit() == Unit.SHARE);
  }

  private static List<String> lines() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                PaperFigures.class.getResourceAsStream(FILE), StandardCharsets.UTF_8))) {
      return in.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
