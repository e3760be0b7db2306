package org.networkfission.jobs.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.networkfission.model.evaluation.Bootstrap;
import org.networkfission.model.evaluation.MultiTaskGain;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.Product;

/** Compares reports on the same frames. */
public final class Comparer {
  private final List<NamedReport> networks;
  private final List<NamedReport> baselines;

  /**
   * Checks that the reports can be compared.
   *
   * @param networks the first one is what the others are compared with
   * @param baselines of one task each; none for no gains
   * @throws InputException if two reports are of different data, a baseline has several tasks, or
   *     two have the same, naming both
   */
  public Comparer(List<NamedReport> networks, List<NamedReport> baselines) {
    this.networks = List.copyOf(networks);
    this.baselines = List.copyOf(baselines);
    NamedReport first = networks.get(0);
    networks.forEach(other -> requireSameFrames(first, other));
    baselines.forEach(other -> requireSameFrames(first, other));
    Map<String, NamedReport> byTask = new LinkedHashMap<>();
    for (NamedReport baseline : baselines) {
      List<String> tasks = baseline.report().model().tasks();
      if (tasks.size() != 1) {
        throw new InputException(
            "Cannot use %s as a baseline: it predicts %s, a baseline has one task"
                .formatted(baseline.path(), String.join(", ", tasks)));
      }
      NamedReport other = byTask.put(tasks.get(0), baseline);
      if (other != null) {
        throw new InputException(
            "Cannot use %s and %s as baselines: both predict %s"
                .formatted(other.path(), baseline.path(), tasks.get(0)));
      }
    }
  }

  private static void requireSameFrames(NamedReport a, NamedReport b) {
    Report.Data of = a.report().data();
    Report.Data other = b.report().data();
    if (!of.manifestSha256().equals(other.manifestSha256())
        || !of.split().equals(other.split())
        || of.frames() != other.frames()) {
      throw new InputException(
          "Cannot compare %s with %s: they are of different frames: %s and %s"
              .formatted(a.path(), b.path(), describe(of), describe(other)));
    }
    if (!judged(a).equals(judged(b))) {
      throw new InputException(
          "Cannot compare %s with %s: they are judged by different protocols: %s and %s"
              .formatted(a.path(), b.path(), judged(a), judged(b)));
    }
  }

  private static String judged(NamedReport report) {
    Report.Protocol protocol = report.report().protocol();
    String judged = protocol == null ? "" : protocol.judged();
    return judged.isEmpty() ? "at the network's size, all of each frame" : judged;
  }

  private static String describe(Report.Data data) {
    return "%,d of %s, %s (class map %s, manifest %.8s)"
        .formatted(
            data.frames(), data.dataset(), data.split(), data.classMap(), data.manifestSha256());
  }

  /** Compares. */
  public Comparison compare() {
    Map<String, Map<String, Comparison.Values>> tasks = new LinkedHashMap<>();
    for (NamedReport network : networks) {
      network
          .report()
          .tasks()
          .forEach(
              (task, report) -> {
                Map<String, Comparison.Values> values =
                    tasks.computeIfAbsent(task, t -> new LinkedHashMap<>());
                report
                    .metrics()
                    .keySet()
                    .forEach(m -> values.computeIfAbsent(m, k -> values(task, m)));
              });
    }
    return new Comparison(
        Comparison.SCHEMA_VERSION,
        Product.VERSION,
        networks.get(0).report().data(),
        describe(networks),
        describe(baselines),
        tasks,
        classes(),
        gains(),
        otherData());
  }

  private List<String> otherData() {
    NamedReport first = networks.get(0);
    List<String> others = new ArrayList<>();
    for (NamedReport other : Stream.concat(networks.stream(), baselines.stream()).toList()) {
      List<String> differences =
          DataFacts.differences(other.report().model().learned(), first.report().model().learned());
      if (!differences.isEmpty()) {
        others.add(
            "%s learned from other data than %s: %s"
                .formatted(other.name(), first.name(), String.join(", ", differences)));
      }
    }
    return others;
  }

  private static List<Comparison.Network> describe(List<NamedReport> reports) {
    return reports.stream()
        .map(r -> new Comparison.Network(r.name(), r.path(), r.report().model()))
        .toList();
  }

  private Comparison.Values values(String task, String metric) {
    Map<String, Double> pooled = new LinkedHashMap<>();
    Map<String, Double> reference = new LinkedHashMap<>();
    List<Comparison.Difference> differences = new ArrayList<>();
    Report.Figure shown = null;
    for (NamedReport network : networks) {
      Optional<Report.Figure> figure = figure(network, task, metric);
      if (figure.isPresent()) {
        shown = figure.get();
        pooled.put(network.name(), shown.pooled());
        if (shown.reference() != null) {
          reference.put(network.name(), shown.reference());
        }
        difference(network, networks.get(0), task, metric)
            .filter(d -> !d.of().equals(d.from()))
            .ifPresent(differences::add);
      }
    }
    return new Comparison.Values(
        shown.title(), shown.unit(), shown.higherIsBetter(), pooled, reference, differences);
  }

  private static Optional<Report.Figure> figure(NamedReport network, String task, String metric) {
    return Optional.ofNullable(network.report().tasks().get(task))
        .map(t -> t.metrics().get(metric));
  }

  private static Optional<Comparison.Difference> difference(
      NamedReport of, NamedReport from, String task, String metric) {
    Optional<Report.Figure> base = figure(from, task, metric);
    if (base.isEmpty()) {
      return Optional.empty();
    }
    List<Double> a = of.replicates().of(task, metric);
    List<Double> b = from.replicates().of(task, metric);
    double[] differences = new double[Math.min(a.size(), b.size())];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = a.get(i) == null || b.get(i) == null ? Double.NaN : a.get(i) - b.get(i);
    }
    double value = figure(of, task, metric).orElseThrow().pooled() - base.get().pooled();
    return Optional.of(
        new Comparison.Difference(of.name(), from.name(), value, interval(differences)));
  }

  private static List<Double> interval(double[] values) {
    return Bootstrap.interval(values).map(i -> List.of(i.low(), i.high())).orElse(null);
  }

  private List<Comparison.ClassIou> classes() {
    List<Comparison.ClassIou> classes = new ArrayList<>();
    Report.Data data = networks.get(0).report().data();
    for (int c = 0; c < data.classNames().size(); c++) {
      Map<String, Double> iou = new LinkedHashMap<>();
      for (NamedReport network : networks) {
        for (Report.TaskReport task : network.report().tasks().values()) {
          if (task.classes() != null && task.classes().get(c).iou() != null) {
            iou.put(network.name(), task.classes().get(c).iou());
          }
        }
      }
      if (!iou.isEmpty()) {
        classes.add(new Comparison.ClassIou(c, data.classNames().get(c), iou));
      }
    }
    return classes;
  }

  private List<Comparison.Gain> gains() {
    List<Comparison.Gain> gains = new ArrayList<>();
    for (NamedReport network : networks) {
      List<NamedReport> over = new ArrayList<>();
      List<Comparison.Change> changes = new ArrayList<>();
      for (NamedReport baseline : baselines) {
        String task = baseline.report().model().tasks().get(0);
        Report.TaskReport of = network.report().tasks().get(task);
        Report.TaskReport from = baseline.report().tasks().get(task);
        if (of != null && from != null) {
          String metric = headline(of);
          Report.Figure figure = of.metrics().get(metric);
          double base = from.metrics().get(metric).pooled();
          if (base == 0) {
            throw new InputException(
                "Cannot state a gain over %s: its %s is 0"
                    .formatted(baseline.path(), figure.title()));
          }
          changes.add(
              new Comparison.Change(
                  task,
                  metric,
                  baseline.name(),
                  figure.pooled(),
                  base,
                  relative(figure, figure.pooled(), base)));
          over.add(baseline);
        }
      }
      if (!changes.isEmpty()) {
        gains.add(gain(network, over, changes));
      }
    }
    return gains;
  }

  private static Comparison.Gain gain(
      NamedReport network, List<NamedReport> over, List<Comparison.Change> changes) {
    int count = Integer.MAX_VALUE;
    for (int i = 0; i < changes.size(); i++) {
      Comparison.Change c = changes.get(i);
      count = Math.min(count, network.replicates().of(c.task(), c.metric()).size());
      count = Math.min(count, over.get(i).replicates().of(c.task(), c.metric()).size());
    }
    double[] values = new double[count];
    for (int r = 0; r < count; r++) {
      List<MultiTaskGain.Change> replicate = new ArrayList<>();
      for (int i = 0; i < changes.size(); i++) {
        Comparison.Change c = changes.get(i);
        Double value = network.replicates().of(c.task(), c.metric()).get(r);
        Double base = over.get(i).replicates().of(c.task(), c.metric()).get(r);
        boolean higher =
            network.report().tasks().get(c.task()).metrics().get(c.metric()).higherIsBetter();
        replicate.add(
            new MultiTaskGain.Change(
                value == null ? Double.NaN : value, base == null ? Double.NaN : base, higher));
      }
      double gain = MultiTaskGain.of(replicate).orElseThrow();
      values[r] = Double.isFinite(gain) ? gain : Double.NaN;
    }
    double mean = changes.stream().mapToDouble(Comparison.Change::relative).average().orElseThrow();
    return new Comparison.Gain(network.name(), mean, interval(values), changes);
  }

  private static double relative(Report.Figure figure, double value, double baseline) {
    return new MultiTaskGain.Change(value, baseline, figure.higherIsBetter()).relative();
  }

  /** The first metric ranks frames and stands in headlines. */
  private static String headline(Report.TaskReport task) {
    return task.metrics().keySet().iterator().next();
  }
}
