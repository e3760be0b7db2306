package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.shard.Manifest;

/** Trainings that do something for rare classes. */
class RareClassesTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int FRAMES = 20;

  /** Of ten frames one shows the second content, whose class is another. */
  private static final int COMMON = 3;

  private static final int RARE = 1;

  @TempDir static Path data;
  @TempDir Path folder;
  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void write() throws Exception {
    TinyDataset.write(
        data.resolve("rooms"), FRAMES / 2, List.of("train"), i -> i % 10 == 4 ? RARE : COMMON);
    TinyDataset.write(
        data.resolve("shapes"),
        4,
        List.of("train"),
        i -> COMMON,
        EnumSet.of(TruthKind.DEPTH, TruthKind.NORMALS),
        ClassMaps.named("nyu13"));
  }

  private TrainJob job(String output, String... more) {
    TinyRun tiny =
        new TinyRun(
            "train.batch-size=2",
            "train.steps=12",
            "train.log-every=4",
            "train.checkpoint.every=12",
            "network.dropout=0",
            "cluster.executors=2");
    List<String> settings = new ArrayList<>(List.of(more));
    if (settings.stream().noneMatch(s -> s.startsWith("train.datasets"))) {
      settings.add("train.dataset=" + data + "/rooms");
    }
    return tiny.job(
        folder.resolve(output), new PrintWriter(told, true), settings.toArray(String[]::new));
  }

  /** The classes of the common and the rare frames, by name, with how many pixels each has. */
  private static Map<String, Long> pixels() throws Exception {
    Manifest manifest =
        Manifest.open(new org.apache.hadoop.fs.Path(data.resolve("rooms").toUri()), HADOOP);
    Map<String, Long> pixels = new HashMap<>();
    List<Long> histogram = manifest.splits().get("train").classHistogram();
    for (int c = 1; c < histogram.size(); c++) {
      if (histogram.get(c) > 0) {
        pixels.put(manifest.classNames().get(c), histogram.get(c));
      }
    }
    assertThat(pixels).hasSize(2);
    return pixels;
  }

  private static List<Double> learnedWeights(Checkpoint checkpoint) throws Exception {
    var file = new org.apache.hadoop.fs.Path(checkpoint.folder(), "model.zip");
    try (InputStream in = file.getFileSystem(HADOOP).open(file);
        FissionNetwork network = FissionNetwork.load(in)) {
      return network.losses().labels().classWeights();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"inverse", "median", "effective"})
  void classesAreWeighedByTheManifest(String balance) throws Exception {
    Checkpoint checkpoint =
        job("run-" + balance, "losses.labels.balance=" + balance, "train.steps=2")
            .execute()
            .checkpoint();

    List<Double> weights = learnedWeights(checkpoint);
    List<Double> found = weights.stream().filter(w -> w > 0).sorted().toList();
    assertThat(found).hasSize(2);
    Map<String, Long> pixels = pixels();
    long few = pixels.values().stream().mapToLong(n -> n).min().orElseThrow();
    long many = pixels.values().stream().mapToLong(n -> n).max().orElseThrow();
    double ratio = found.get(1) / found.get(0);
    switch (balance) {
      case "inverse" -> assertThat(ratio).isCloseTo((double) many / few, within(1e-9));
      // Each fills half of a frame that shows it, more or less.
      case "median" -> assertThat(ratio).isCloseTo(1, within(0.1));
      default -> assertThat(ratio).isCloseTo((double) many / few, within(0.1));
    }
    assertThat(told.toString()).contains("a pixel counts by its class: ");
  }

  @Test
  void framesOfRareClassesAreReadMoreOftenAndResumingIsToTheBit() throws Exception {
    String[] sampled = {
      "train.sampling=repeat-factor", "train.repeat-threshold=0.9", "losses.labels.hardest=0.5"
    };
    Checkpoint whole = job("whole", sampled).execute().checkpoint();
    String[] part = {sampled[0], sampled[1], sampled[2], "train.steps=7"};
    job("parts", part).execute();
    Checkpoint parts = job("parts", sampled).execute().checkpoint();
    Checkpoint uniform = job("uniform", "losses.labels.hardest=0.5").execute().checkpoint();

    assertThat(parts.state().checksum()).isEqualTo(whole.state().checksum());
    assertThat(uniform.state().checksum()).isNotEqualTo(whole.state().checksum());
    // Two of twenty frames show it: sqrt(0.9 / 0.1) = 3.
    assertThat(told.toString())
        .contains("frames repeat for their rarest class: ")
        .contains(" 3.00");
  }

  @Test
  void frequenciesAreThoseOfTheExamples() throws Exception {
    String datasets =
        "train.datasets=[{path=%s/rooms,weight=1},{path=%s/shapes,weight=3}]".formatted(data, data);
    job(
            "mixed",
            datasets,
            "train.sampling=repeat-factor",
            "train.repeat-threshold=0.9",
            "train.steps=2")
        .execute();
    // Frames without labels neither count nor repeat.
    assertThat(told.toString()).contains(" 3.00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network.tasks=[normals,depth];losses.labels.balance=inverse|losses.labels.balance = inverse: must be none for a network without labels (network.tasks = [normals, depth])",
        "network.tasks=[normals,depth];losses.labels.hardest=0.5|losses.labels.hardest = 0.5: must be 1 for a network",
        "network.tasks=[normals,depth];train.sampling=repeat-factor|train.sampling = repeat-factor: must be uniform for a network",
        "losses.labels.balance=median;losses.labels.class-weights=[1,2]|losses.labels.balance = median: must be none where losses.labels.class-weights says",
        "losses.labels.class-weights=[1,2]|losses.labels.class-weights = [1.0, 2.0]: must be 14 numbers",
        "losses.labels.hardest=0|losses.labels.hardest = 0: must be above 0, at most 1",
        "losses.labels.beta=1|losses.labels.beta = 1: must be 0 or more, below 1",
        "losses.labels.balance=rare|losses.labels.balance = \"rare\": must be one of none, inverse, median, effective",
        "train.sampling=often|train.sampling = \"often\": must be one of uniform, repeat-factor",
        "train.repeat-threshold=0|train.repeat-threshold = 0: must be above 0, at most 1",
      })
  void settingsThatCannotWorkAreRefused(String settings, String message) {
    assertThatThrownBy(() -> job("refused", settings.split(";")).execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void withoutAClassThereIsNothingToBalance() throws Exception {
    Set<TruthKind> all = EnumSet.allOf(TruthKind.class);
    Path blank = folder.resolve("void");
    TinyDataset.write(blank, 4, List.of("train"), i -> 3, all, ClassMaps.named("nyu13"));
    Path manifest = blank.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest,
        text.replaceAll(
            "(?s)(\"classHistogram\" : \\[)[^]]*]", "$1 8192" + ", 0".repeat(13) + " ]"));
    Files.deleteIfExists(blank.resolve(".manifest.json.crc"));

    assertThatThrownBy(
            () ->
                job(
                        "refused",
                        "train.datasets=[{path=%s,weight=1}]".formatted(blank),
                        "losses.labels.balance=inverse")
                    .execute())
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot balance classes (losses.labels.balance = inverse): every pixel of the training split is void");
  }
}
