package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.networkfission.jobs.cluster.ExecutorRange;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.study.StudyResult.Cell;
import org.networkfission.jobs.study.StudyResult.Verdict;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.Task;

/** The shipped studies are the supplement's tables, as {@code supplement.psv} copies them. */
class SupplementTest {
  private static final String WEIGHTS = "file:/data/imagenet.h5";
  private static final Map<String, Study> STUDIES = new HashMap<>();
  static final List<String> SHIPPED = Study.SHIPPED;

  private record Line(
      String study,
      String row,
      List<String> tasks,
      String scheme,
      List<Double> weights,
      List<String> auxiliary,
      String from,
      List<Optional<Double>> figures) {
    static Line of(String text) {
      String[] cells = text.split("\\|", -1);
      return new Line(
          cells[0],
          cells[1],
          words(cells[2]),
          cells[3],
          words(cells[4]).stream().map(Double::valueOf).toList(),
          words(cells[5]),
          cells[6],
          words(cells[7]).stream()
              .map(w -> w.equals("-") ? Optional.<Double>empty() : Optional.of(Double.valueOf(w)))
              .toList());
    }

    private static List<String> words(String text) {
      return List.of(text.split(" ", -1));
    }

    @Override
    public String toString() {
      return study + "/" + row;
    }
  }

  static List<Line> lines() throws Exception {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                SupplementTest.class.getResourceAsStream("supplement.psv"),
                StandardCharsets.UTF_8))) {
      return in.lines().skip(1).map(Line::of).toList();
    }
  }

  private static Study study(String name) {
    return STUDIES.computeIfAbsent(
        name,
        n ->
            StudyReader.read(
                n, Layers.of(List.of(), List.of("study.imagenet=" + WEIGHTS, "study.output=x"))));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aRowIsTheTrainingThatTheTableSays(Line line) {
    Study.Entry entry =
        study(line.study()).entries().stream()
            .filter(e -> e.settings().id().equals(line.row()))
            .findFirst()
            .orElseThrow();
    Settings settings = entry.row().settings();

    assertThat(settings.network().tasks().stream().map(Task::id)).isEqualTo(line.tasks());
    assertThat(settings.network().scheme().id()).isEqualTo(line.scheme());
    assertThat(settings.network().heads())
        .isEqualTo(
            settings.network().scheme() == FissionScheme.MID ? Heads.CHAINED : Heads.PARALLEL);
    for (int i = 0; i < line.tasks().size(); i++) {
      Task task = Task.valueOf(line.tasks().get(i).toUpperCase(Locale.ROOT));
      boolean auxiliary = line.auxiliary().contains(task.id());
      assertThat(settings.losses().weights(task))
          .isEqualTo(
              new TaskWeights(line.weights().get(i), auxiliary ? 0.6 : 0, auxiliary ? 0.5 : 0));
    }
    assertThat(entry.row().start().text())
        .isEqualTo(line.from().equals("imagenet") ? WEIGHTS : "single-task/" + line.from());
    assertThat(entry.settings().paper()).contains(line.figures());
    assertBase(settings);
  }

  /** Supplement 1.3 and 2.1. */
  private static void assertBase(Settings settings) {
    assertThat(settings.network().width()).isEqualTo(320);
    assertThat(settings.network().height()).isEqualTo(240);
    assertThat(settings.network().auxiliaryHeads()).isTrue();
    assertThat(settings.train().globalBatchSize()).contains(16);
    assertThat(settings.train().initialise().skip()).containsExactly("heads", "auxs");
    assertThat(settings.train().learningRate().decaySteps()).isEqualTo(30_000);
    assertThat(settings.train().steps()).isEqualTo(150_000);
    assertThat(settings.train().learningRate().initial()).isEqualTo(0.001);
    assertThat(settings.train().learningRate().power()).isEqualTo(0.9);
    assertThat(settings.train().augmentation().flip()).isZero();
    assertThat(settings.train().augmentation().crop()).isZero();
  }

  @Test
  void noTableHasOtherRowsThanItsBaselinesBesides() throws Exception {
    for (String name : SHIPPED.subList(0, 8)) {
      List<String> printed =
          lines().stream().filter(l -> l.study().equals(name)).map(Line::row).toList();
      List<String> shipped =
          study(name).entries().stream()
              .map(e -> e.settings().id())
              .filter(id -> !id.startsWith("single-"))
              .toList();
      assertThat(shipped).as(name).containsExactlyInAnyOrderElementsOf(printed);
    }
  }

  @ParameterizedTest
  @FieldSource("SHIPPED")
  void noTwoRowsAreTheSame(String name) {
    Study study = study(name);

    assertThat(study.entries().stream().map(e -> Identity.of(e.row()))).doesNotHaveDuplicates();
    assertThat(study.entries().stream().map(e -> e.row().settings().evaluate().split()))
        .doesNotContain("train");
  }

  /** A finding that the paper's own figures contradict would be wrongly copied. */
  @ParameterizedTest
  @FieldSource("SHIPPED")
  void theFindingsHoldInThePapersOwnFigures(String name) {
    Study study = study(name);
    List<String> wrong = new ArrayList<>();
    for (FindingSettings.Better finding : study.settings().findings().better()) {
      Column column = Column.of(finding.metric()).orElseThrow();
      Optional<Double> better = paper(study, finding.better(), finding.metric());
      Optional<Double> than = paper(study, finding.than(), finding.metric());
      if (better.isPresent()
          && than.isPresent()
          && FindingCheck.verdict(column, cell(better.get()), cell(than.get())) != Verdict.HOLDS) {
        wrong.add(finding.says());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static Cell cell(double ours) {
    return new Cell(null, ours, null, null);
  }

  private static Optional<Double> paper(Study study, String row, String metric) {
    return study.entries().stream()
        .filter(e -> e.settings().id().equals(row))
        .findFirst()
        .orElseThrow()
        .settings()
        .paper()
        .flatMap(figures -> figures.get(study.settings().columns().indexOf(metric)));
  }

  @Test
  void realDataIsTrainedAsThePaperDid() {
    for (String name : List.of("scannet", "nyudv2")) {
      for (Study.Entry entry : study(name).entries()) {
        Settings settings = entry.row().settings();
        assertThat(settings.network().width()).isEqualTo(768);
        assertThat(settings.network().height()).isEqualTo(384);
        int replicas = name.equals("scannet") ? 8 : 1;
        assertThat(settings.cluster().executors().max()).isEqualTo(replicas);
        assertThat(settings.train().batchSizeOf(ExecutorRange.of(replicas)))
            .isEqualTo(settings.network().tasks().size() == 1 ? 8 : 6);
        assertThat(settings.prepare().dataset().id()).isEqualTo(name);
      }
    }
    assertThat(study("nyudv2").entries().get(0).row().start().text()).isEqualTo("scannet/normals");
  }

  @ParameterizedTest
  @FieldSource("SHIPPED")
  void everyStudyHasASmallAndASmokeVariant(String name) {
    for (String variant : List.of("small", "smoke")) {
      Path file = Path.of("..", "conf", "studies", variant + ".conf");
      Study study =
          StudyReader.read(name, Layers.of(List.of(file), List.of("study.output=file:/data")));
      assertThat(study.settings().sample()).isTrue();
      for (Study.Entry entry : study.entries()) {
        Settings settings = entry.row().settings();
        // "none", which small.conf says of ImageNet's weights, is no file.
        assertThat(entry.row().start().text()).doesNotContain("none");
        assertThat(settings.network().width()).isLessThanOrEqualTo(128);
        assertThat(settings.train().steps()).isLessThan(1000);
        assertThat(settings.train().dataset())
            .hasValueSatisfying(
                dataset ->
                    assertThat(dataset)
                        .matches(
                            "file:/data/data/%s(-40)?"
                                .formatted(settings.prepare().dataset().id())));
        assertThat(settings.prepare().output()).isEqualTo(settings.train().dataset());
        assertThat(settings.sample().format().name().toLowerCase(Locale.ROOT))
            .isEqualTo(settings.prepare().dataset().id());
      }
    }
  }

  @Test
  void allStudiesInTheFolderAreShipped() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("..", "conf", "studies"))) {
      assertThat(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(f -> f.endsWith(".conf"))
                  .map(f -> f.substring(0, f.length() - ".conf".length()))
                  .filter(f -> !f.equals("small") && !f.equals("smoke")))
          .containsExactlyInAnyOrderElementsOf(SHIPPED);
    }
  }
}
