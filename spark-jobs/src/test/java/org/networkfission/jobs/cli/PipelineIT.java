package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestCluster;

/**
 * All four jobs as a user gives them, on two executor processes, and what bad input ends with: one
 * message and the exit code that the README promises.
 */
class PipelineIT {
  @TempDir static Path folder;

  private record Ended(int code, String out, String err) {
    Ended isOneMessage(int expected) {
      assertThat(code).as(err).isEqualTo(expected);
      assertThat(err).startsWith("fission: ").doesNotContain("\tat ");
      return this;
    }
  }

  private static Ended fission(String command, String... assignments) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(
        List.of(
            "cluster.executors=2",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            TestCluster.executorFlags(),
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.steps=4"));
    arguments.addAll(Arrays.asList(assignments));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Fission.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    return new Ended(code, out.toString(), err.toString());
  }

  private static String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @BeforeAll
  static void runAllJobs() {
    Ended sampled =
        fission(
            "sample",
            "sample.output=" + at("raw"),
            "sample.rooms.width=64",
            "sample.rooms.height=48",
            "sample.rooms.train-trajectories=2",
            "sample.rooms.val-trajectories=1",
            "sample.rooms.views=3");
    assertThat(sampled.code()).as(sampled.err()).isZero();
    Ended prepared =
        fission(
            "prepare",
            "prepare.input=" + at("raw"),
            "prepare.output=" + at("rooms"),
            "prepare.row-group-size=64KiB");
    assertThat(prepared.code()).as(prepared.err()).isZero();
    Ended trained = fission("train", "train.dataset=" + at("rooms"), "train.output=" + at("run"));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("training 2 replicas").contains("trained 4 steps");
    Ended evaluated =
        fission(
            "evaluate",
            "evaluate.checkpoint=" + at("run"),
            "evaluate.data=" + at("rooms"),
            "evaluate.output=" + at("report"));
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(evaluated.out()).contains("mIoU").contains("best constant");
  }

  @Test
  void theJobsLeaveWhatTheyPromise() {
    assertThat(folder.resolve("rooms/_SUCCESS")).exists();
    assertThat(folder.resolve("rooms/manifest.json")).content().contains("\"sha256\"");
    assertThat(folder.resolve("run/checkpoints/latest")).hasContent("00000004");
    assertThat(folder.resolve("report/metrics.json")).content().contains("scenenet");
    assertThat(folder.resolve("report/report.html")).isNotEmptyFile();
  }

  private static Ended inspect(String... arguments) {
    List<String> all = new ArrayList<>(List.of("inspect", "dataset"));
    all.addAll(Arrays.asList(arguments));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Fission.run(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Ended(code, out.toString(), err.toString());
  }

  @Test
  void inspectShowsTheDatasetAndItsRows() throws IOException {
    Path sheet = folder.resolve("rows.png");
    Ended summary = inspect(at("rooms"), "--rows", "4", "--out", sheet.toString());

    assertThat(summary.code()).as(summary.err()).isZero();
    assertThat(summary.out())
        .containsPattern("train +6 +1 ")
        .containsPattern("val +3 +1 ")
        .contains("quarantined: none")
        .containsPattern("12 +wall +[0-9.]+%  #+");
    List<String> keys =
        summary.out().lines().filter(line -> line.startsWith("scenenet/train/")).toList();
    assertThat(keys).doesNotHaveDuplicates().hasSize(4);
    BufferedImage image = ImageIO.read(sheet.toFile());
    assertThat(image.getWidth()).isEqualTo(4 * 64 + 3 * 4);
    assertThat(image.getHeight()).isEqualTo(4 * 48 + 3 * 4);

    Ended row = inspect(at("rooms"), "--key", "scenenet/val/0/0/25");
    assertThat(row.out()).contains("pixels      64 x 48").contains("val/0/0/photo/25.jpg");
    assertThat(inspect(at("rooms"), "--key", "no").isOneMessage(Fission.INPUT).err())
        .contains("has no row of this key");
    inspect(at("nowhere")).isOneMessage(Fission.INPUT);
    inspect(at("rooms"), "--split", "test", "--out", sheet.toString()).isOneMessage(Fission.INPUT);
  }

  @Test
  void aPlanListsUnitsAndWritesNothing() {
    Ended plan =
        fission(
            "prepare", "--plan", "prepare.input=" + at("raw"), "prepare.output=" + at("planned"));

    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out())
        .containsPattern("train +2 +6 ")
        .containsPattern("val +1 +3 ")
        .contains("train/0/1")
        .containsPattern("prepare: 9 frames in 3 units take about [0-9.]+ kB, .* are free");
    assertThat(folder.resolve("planned")).doesNotExist();
  }

  @Test
  void prepareOverwritesNothing() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("train"), "somebody's");

    Ended ended =
        fission("prepare", "prepare.input=" + at("raw"), "prepare.output=" + at("taken"))
            .isOneMessage(Fission.USAGE);

    assertThat(ended.err()).contains("it holds files of another kind, such as train");
    assertThat(taken.resolve("train")).hasContent("somebody's");
  }

  @Test
  void aMissingArchive() {
    fission("prepare", "prepare.input=" + at("nowhere"), "prepare.output=" + at("x"))
        .isOneMessage(Fission.INPUT);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void aHalfWrittenArchive() throws IOException {
    Path half = folder.resolve("half");
    Files.createDirectories(half);
    for (String name : List.of("scenenet_rgbd_train_0.pb", "scenenet_rgbd_val.pb")) {
      byte[] whole = Files.readAllBytes(folder.resolve("raw").resolve(name));
      Files.write(half.resolve(name), Arrays.copyOf(whole, whole.length / 2));
    }

    Ended ended =
        fission("prepare", "prepare.input=" + at("half"), "prepare.output=" + at("x"))
            .isOneMessage(Fission.INPUT);

    assertThat(ended.err()).contains("the file is cut off");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void aWrongKey() {
    assertThat(fission("train", "train.stpes=7").isOneMessage(Fission.USAGE).err())
        .contains("unknown key train.stpes")
        .contains("the nearest known key is train.steps");
  }

  @Test
  void aFolderOfShardsWithoutSuccess() throws IOException {
    Path unfinished = Files.createDirectories(folder.resolve("unfinished"));
    Files.copy(folder.resolve("rooms/manifest.json"), unfinished.resolve("manifest.json"));

    assertThat(
            fission("train", "train.dataset=" + at("unfinished"), "train.output=" + at("y"))
                .isOneMessage(Fission.INPUT)
                .err())
        .contains("it has no _SUCCESS");
    assertThat(folder.resolve("y/checkpoints/latest")).doesNotExist();
  }

  @Test
  void aCheckpointOfAnotherNetwork() {
    assertThat(
            fission(
                    "train",
                    "train.dataset=" + at("rooms"),
                    "train.output=" + at("run"),
                    "network.scheme=early")
                .isOneMessage(Fission.USAGE)
                .err())
        .contains("it holds checkpoints of another network");
  }

  @Test
  void aPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = Math.min(taken.getLocalPort(), 65_000);
      org.junit.jupiter.api.Assumptions.assumeTrue(
          port == taken.getLocalPort(), "the free port is above 65000");
      Ended ended =
          fission(
                  "train",
                  "train.dataset=" + at("rooms"),
                  "train.output=" + at("z"),
                  "train.exchange.port=" + port)
              .isOneMessage(Fission.USAGE);

      assertThat(ended.err()).contains("Cannot listen at ").contains(":" + port);
    }
  }

  @Test
  void tooFewExecutors() {
    long start = System.nanoTime();
    // A cluster of one executor, where two are wanted.
    Ended ended =
        fission(
                "train",
                "train.dataset=" + at("rooms"),
                "train.output=" + at("w"),
                "cluster.master=local-cluster[1,1,512]",
                "train.start-timeout=5s")
            .isOneMessage(Fission.USAGE);

    assertThat(ended.err()).contains("executors");
    assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(60);
  }
}
