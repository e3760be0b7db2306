package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.cluster.StandaloneCluster;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.ExampleCodec;

/** Training by DL4J's SharedTrainingMaster, with two executor processes. */
class GradientSharingIT {
  @TempDir static Path datasets;
  @TempDir Path folder;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private TrainJob job(String... more) {
    return job(TestCluster.of(2), more);
  }

  private TrainJob job(ClusterSettings cluster, String... more) {
    List<String> assignments =
        new ArrayList<>(
            List.of(
                "train.dataset=" + datasets.resolve("tiny"),
                "train.output=" + folder.resolve("run"),
                "train.mode=gradient-sharing",
                "train.batch-size=2",
                "train.steps=40",
                "train.learning-rate.initial=3e-3",
                "train.log-every=10",
                "train.checkpoint.every=20",
                "train.exchange.step-timeout=60s",
                "network.width=32",
                "network.height=32",
                "network.width-multiplier=0.05"));
    assignments.addAll(List.of(more));
    var configuration =
        org.networkfission.jobs.settings.ResolvedConfig.load(List.of(), assignments);
    return new TrainJob(
        configuration.settings().train(),
        configuration.settings().network(),
        configuration.settings().losses(),
        cluster,
        configuration.json(),
        new PrintWriter(told, true));
  }

  /** What one session logged. */
  private List<Double> losses(int session) throws IOException {
    List<Double> losses = new ArrayList<>();
    try (var segments =
        Files.newDirectoryStream(folder.resolve("run/log"), "%04d-*.jsonl".formatted(session))) {
      for (Path segment : StreamSupport.stream(segments.spliterator(), false).sorted().toList()) {
        for (String line : Files.readAllLines(segment)) {
          losses.add(Json.MAPPER.readTree(line).get("loss").asDouble());
        }
      }
    }
    return losses;
  }

  /** The loss of a network on frames of the data set. */
  private static double loss(FissionNetwork network) throws Exception {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      images.add(ExampleCodec.decode(TinyDataset.example(i)));
    }
    Batch batch = new BatchAssembler(network.spec(), Augmentation.NONE, 1).assemble(images, 0);
    return network.computeGradient(batch, 0).total();
  }

  @Test
  void twoExecutorsLearnTogetherAndLeaveAnOrdinaryCheckpoint() throws Exception {
    Checkpoint checkpoint = job().execute().checkpoint();

    assertThat(told.toString())
        .contains("sharing gradients among 2 replicas, new parameters")
        .contains("step 40/40  loss ");
    List<Double> losses = losses(1);
    assertThat(losses).hasSize(4);
    assertThat(losses.get(3)).isLessThan(0.8 * losses.get(0));
    assertThat(checkpoint.state().step()).isEqualTo(40);
    assertThat(checkpoint.state().examples()).isEqualTo(40 * 2 * 2);
    assertThat(checkpoint.state().replicas()).isEqualTo(2);
    // What the driver wrote has learnt: the updates of the executors reached it.
    try (FissionNetwork trained = checkpoint.network(new Configuration());
        FissionNetwork before =
            Checkpoint.open(
                    new org.apache.hadoop.fs.Path(checkpoint.folder().getParent(), "00000000"),
                    new Configuration())
                .network(new Configuration())) {
      assertThat(loss(trained)).isLessThan(0.8 * loss(before));
    }

    // The other mode goes on from it, where that is asked for: it changes the result.
    Checkpoint synchronous =
        job("train.mode=synchronous", "train.resume=with-changes", "train.steps=44")
            .execute()
            .checkpoint();
    assertThat(synchronous.state().step()).isEqualTo(44);
    assertThat(told.toString()).contains("going on from step 40 (");
    assertThat(losses(2).get(0)).isLessThan(0.8 * losses.get(0));
  }

  @Test
  @Tag("slow")
  void divergenceEndsTheRun() {
    assertThatThrownBy(() -> job("losses.depth.weight=1e38").execute())
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("Training diverged at step 0: the loss or the gradient of replica ")
        .hasMessageContaining(" is not finite");
  }

  @Test
  @Tag("slow")
  void anExecutorThatOthersKnowByAnotherAddressIsNamed() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      cluster.worker("inside", "600m");
      // This host answers there, but none of its interfaces has the address: as behind NAT.
      cluster.worker("outside", "600m", "127.0.0.2", 1);

      assertThatThrownBy(() -> job(TestCluster.of(cluster.master(), 2, 2)).execute())
          .hasMessageMatching(
              "Training failed: replica \\d: Cannot share gradients at 127\\.0\\.0\\.2, by which"
                  + " Spark knows this host: .*SPARK_LOCAL_IP.*");
    }
  }

  @Test
  void refusesWhatItDoesNotHave() {
    assertThatThrownBy(
            () ->
                job("train.exchange.require-authentication=true", "network.batch-norm=synchronised")
                    .execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "train.exchange.require-authentication = true: must be false, or train.mode"
                + " synchronous")
        .hasMessageContaining("network.batch-norm = synchronised: must be replica or none");
  }
}
