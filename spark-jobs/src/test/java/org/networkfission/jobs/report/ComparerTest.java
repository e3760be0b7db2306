package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.networkfission.prep.frame.InputException;

/** Differences, intervals and gains, computed by hand. */
class ComparerTest {
  /** 0.00, 0.01, ... 0.40 more than a base: the 2.5 % and 97.5 % quantiles are 0.01 and 0.39. */
  private static List<Double> spread(double from) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i <= 40; i++) {
      values.add(from + i / 100.0);
    }
    return values;
  }

  private static NamedReport report(
      String name, String task, double value, List<Double> replicates) {
    return report(name, task, value, true, replicates, "ab");
  }

  private static NamedReport report(
      String name,
      String task,
      double value,
      boolean higherIsBetter,
      List<Double> replicates,
      String manifest) {
    Report sample = SampleReport.report();
    Report.TaskReport like = sample.tasks().get("normals");
    Report.TaskReport of =
        new Report.TaskReport(
            6,
            100,
            Map.of(
                "m",
                new Report.Figure("M", "share", higherIsBetter, value, 0.5, 0.5, null, Map.of())),
            null,
            null,
            like.errors(),
            like.distances(),
            List.of(),
            List.of(),
            List.of());
    Report report =
        new Report(
            1,
            "0",
            new Report.Data(
                "scenenet",
                "val",
                6,
                "toy",
                sample.data().classNames(),
                sample.data().palette(),
                manifest),
            null,
            new Report.Model(
                60, "single", "parallel", List.of(task), 32, 24, 1, 10, "cd" + name, List.of()),
            null,
            Map.of(task, of),
            List.of(),
            sample.corrupt(),
            List.of());
    return new NamedReport(
        name, "hdfs:/" + name, report, new Replicates(Map.of(task, Map.of("m", replicates))));
  }

  private static NamedReport joined(NamedReport a, NamedReport b) {
    Map<String, Report.TaskReport> tasks = new LinkedHashMap<>(a.report().tasks());
    tasks.putAll(b.report().tasks());
    Map<String, Map<String, List<Double>>> replicates = new LinkedHashMap<>(a.replicates().tasks());
    replicates.putAll(b.replicates().tasks());
    Report r = a.report();
    return new NamedReport(
        a.name(),
        a.path(),
        new Report(
            1,
            "0",
            r.data(),
            r.protocol(),
            new Report.Model(
                60, "mid", "parallel", List.copyOf(tasks.keySet()), 32, 24, 1, 10, "cd", List.of()),
            null,
            tasks,
            List.of(),
            r.corrupt(),
            List.of()),
        new Replicates(replicates));
  }

  @Test
  void differencesArePairedAndNameBothSides() {
    Comparison comparison =
        new Comparer(
                List.of(
                    report("a", "depth", 0.5, spread(0.1)),
                    report("b", "depth", 0.7, spread(0.3)),
                    report("c", "depth", 0.4, List.of(0.0, 0.9))),
                List.of())
            .compare();

    List<Comparison.Difference> differences =
        comparison.tasks().get("depth").get("m").differences();
    assertThat(differences).hasSize(2);
    Comparison.Difference b = differences.get(0);
    assertThat(b.of()).isEqualTo("b");
    assertThat(b.from()).isEqualTo("a");
    assertThat(b.value()).isCloseTo(0.2, within(1e-12));
    // Paired: each replicate differs by 0.2, although each side alone spreads over 0.4.
    assertThat(b.interval().get(0)).isCloseTo(0.2, within(1e-12));
    assertThat(b.interval().get(1)).isCloseTo(0.2, within(1e-12));
    assertThat(b.isClear()).isTrue();
    // Two replicates are common: -0.1 and 0.79; the quantiles lie between them.
    Comparison.Difference c = differences.get(1);
    assertThat(c.interval().get(0)).isCloseTo(-0.1 + 0.025 * 0.89, within(1e-12));
    assertThat(c.isClear()).isFalse();
    assertThat(CompareTable.of(comparison, "depth").rows())
        .containsExactly(
            List.of(
                "M",
                "50.0 %",
                "70.0 % (+20.0 points, +20.0 to +20.0)",
                "40.0 % (-10.0 points, -7.8 to +76.8)"));
  }

  @Test
  void namesOfForeignReportsAreText() {
    String page =
        CompareHtml.of(
            new Comparer(
                    List.of(
                        report("a", "depth", 0.5, spread(0.1)),
                        report("<img src=x onerror=alert(1)>&", "depth", 0.7, spread(0.3))),
                    List.of())
                .compare());

    assertThat(page).contains("&lt;img src=x onerror=alert(1)&gt;&amp;").doesNotContain("<img");
  }

  @Test
  void intervalsOfDifferencesAreQuantiles() {
    List<Double> none = spread(0).stream().map(v -> 0.0).toList();

    Comparison comparison =
        new Comparer(
                List.of(report("a", "depth", 0.5, none), report("b", "depth", 0.7, spread(0))),
                List.of())
            .compare();

    List<Double> interval =
        comparison.tasks().get("depth").get("m").differences().get(0).interval();
    assertThat(interval.get(0)).isCloseTo(0.01, within(1e-12));
    assertThat(interval.get(1)).isCloseTo(0.39, within(1e-12));
  }

  @Test
  void whoLearnedFromOtherDataIsTold() {
    DataFacts rooms = new DataFacts("/rooms", "0123456789", "nyu13", "accurate", "320 x 240");
    DataFacts anew = new DataFacts("/rooms", "9876543210", "nyu40", "reference", "640 x 480");
    NamedReport first = learned(report("a", "depth", 0.5, true, List.of(0.5), "ab"), rooms);
    NamedReport same = learned(report("b", "depth", 0.5, true, List.of(0.5), "ab"), rooms);
    NamedReport other = learned(report("c", "depth", 0.5, true, List.of(0.5), "ab"), anew);
    NamedReport older = report("d", "depth", 0.5, true, List.of(0.5), "ab");

    Comparison comparison = new Comparer(List.of(first, same, other, older), List.of()).compare();

    String told =
        "c learned from other data than a: class map nyu40 and not nyu13, normals reference and not"
            + " accurate, images 640 x 480 and not 320 x 240, data /rooms (manifest 98765432) and"
            + " not /rooms (manifest 01234567)";
    assertThat(comparison.otherData()).containsExactly(told);
    assertThat(CompareMarkdown.of(comparison)).contains(told);
    assertThat(CompareHtml.of(comparison)).contains(told);
  }

  private static NamedReport learned(NamedReport network, DataFacts data) {
    Report r = network.report();
    Report.Model m = r.model();
    Report.Model model =
        new Report.Model(
            m.step(),
            m.scheme(),
            m.heads(),
            m.tasks(),
            m.width(),
            m.height(),
            m.widthMultiplier(),
            m.parameters(),
            m.sha256(),
            List.of(data));
    return new NamedReport(
        network.name(),
        network.path(),
        new Report(
            r.schemaVersion(),
            r.productVersion(),
            r.data(),
            r.protocol(),
            model,
            r.exported(),
            r.tasks(),
            r.absent(),
            r.corrupt(),
            r.paper()),
        network.replicates());
  }

  @Test
  void gainsAreMeansOfRelativeChanges() {
    NamedReport multi =
        joined(
            report("multi", "labels", 0.55, true, List.of(0.6, 0.5), "ab"),
            report("multi", "normals", 12, false, List.of(11.0, 13.0), "ab"));
    Comparison comparison =
        new Comparer(
                List.of(withoutClasses(multi)),
                List.of(
                    report("l", "labels", 0.5, true, List.of(0.5, 0.5), "ab"),
                    report("n", "normals", 10, false, List.of(10.0, 10.0), "ab")))
            .compare();

    Comparison.Gain gain = comparison.gains().get(0);
    assertThat(gain.of()).isEqualTo("multi");
    assertThat(gain.value()).isCloseTo((0.1 - 0.2) / 2, within(1e-12));
    assertThat(gain.changes()).extracting(Comparison.Change::from).containsExactly("l", "n");
    // Replicates: (0.2 - 0.1) / 2 and (0 - 0.3) / 2.
    assertThat(gain.interval().get(0)).isCloseTo(-0.15 + 0.025 * 0.2, within(1e-12));
    assertThat(gain.interval().get(1)).isCloseTo(0.05 - 0.025 * 0.2, within(1e-12));
    assertThat(CompareHtml.of(comparison)).contains("Multi-task gain", "-5.0 %");
  }

  /** Labels without the classes' own figures, which this test does not make. */
  private static NamedReport withoutClasses(NamedReport network) {
    Map<String, Report.TaskReport> tasks = new LinkedHashMap<>(network.report().tasks());
    Report.TaskReport sample = SampleReport.report().tasks().get("labels");
    Report.TaskReport labels = tasks.get("labels");
    tasks.put(
        "labels",
        new Report.TaskReport(
            6,
            100,
            labels.metrics(),
            sample.classes(),
            sample.confusion(),
            null,
            sample.distances(),
            List.of(),
            List.of(),
            List.of()));
    Report r = network.report();
    return new NamedReport(
        network.name(),
        network.path(),
        new Report(
            1,
            "0",
            r.data(),
            r.protocol(),
            r.model(),
            null,
            tasks,
            List.of(),
            r.corrupt(),
            List.of()),
        network.replicates());
  }

  @Test
  void refusesOtherFramesNamingBoth() {
    NamedReport a = report("a", "depth", 0.5, spread(0));
    NamedReport b = report("b", "depth", 0.5, true, spread(0), "other-manifest");

    assertThatThrownBy(() -> new Comparer(List.of(a, b), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot compare hdfs:/a with hdfs:/b: they are of different frames: 6 of scenenet, val"
                + " (class map toy, manifest ab) and 6 of scenenet, val (class map toy, manifest other-ma)");
  }

  @Test
  void refusesBaselinesThatAreNone() {
    NamedReport depth = report("a", "depth", 0.5, spread(0));
    NamedReport again = report("b", "depth", 0.6, spread(0));
    NamedReport two =
        joined(report("two", "depth", 0.5, spread(0)), report("two", "normals", 0.5, spread(0)));
    NamedReport nothing = report("c", "depth", 0, spread(0));

    assertThatThrownBy(() -> new Comparer(List.of(two), List.of(two)))
        .hasMessageContaining("Cannot use hdfs:/two as a baseline: it predicts depth, normals");
    assertThatThrownBy(() -> new Comparer(List.of(two), List.of(depth, again)))
        .hasMessage("Cannot use hdfs:/a and hdfs:/b as baselines: both predict depth");
    assertThatThrownBy(() -> new Comparer(List.of(two), List.of(nothing)).compare())
        .isInstanceOf(InputException.class)
        .hasMessage("Cannot state a gain over hdfs:/c: its M is 0");
  }

  @Test
  void theTasksOfSomeAreShownForThem() {
    Comparison comparison =
        new Comparer(
                List.of(
                    report("a", "depth", 0.5, spread(0)), report("b", "normals", 0.25, spread(0))),
                List.of())
            .compare();

    assertThat(CompareTable.of(comparison, "normals").rows())
        .containsExactly(List.of("M", "–", "25.0 %"));
    assertThat(CompareMarkdown.of(comparison)).contains("| M | 50.0 % | – |");
  }
}
