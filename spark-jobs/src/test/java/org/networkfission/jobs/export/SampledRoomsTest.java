package org.networkfission.jobs.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.evaluation.Agreement;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Augmentation;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.loss.DepthLoss;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.network.Compute;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.model.network.DepthStart;
import org.networkfission.model.network.Encoder;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.InitialDeviation;
import org.networkfission.model.network.InputModality;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.LossSpec.TaskWeights;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.AdamSettings;
import org.networkfission.model.tflite.TfliteExport;
import org.networkfission.model.tflite.TfliteModel;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.shard.ExampleCodec;

/**
 * Mobile networks that learned a little of sampled rooms, exported, loaded into the real runtime,
 * and asked about rooms that they have not seen.
 */
class SampledRoomsTest {
  private static final int SIZE = 64;
  private static final int STEPS = 60;
  private static final int BATCH = 4;
  private static final ClassMap CLASSES = ClassMaps.named("nyu13");

  @TempDir static Path folder;
  private static List<LabeledImage> seen;
  private static List<LabeledImage> unseen;

  @BeforeAll
  static void sampleRooms() throws Exception {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder.resolve("rooms").toUri());
    Configuration hadoop = new Configuration();
    new SceneNetSample(new SampleSettings(5, 16, 3, 1, 4, SIZE, SIZE * 3 / 4, 90))
        .write(root, hadoop, 1, (rendered, ofFrames) -> {});
    seen = read(root, "train", hadoop);
    unseen = read(root, "val", hadoop);
  }

  private static List<LabeledImage> read(
      org.apache.hadoop.fs.Path root, String split, Configuration hadoop) throws Exception {
    NormalEstimator normals = new NormalEstimator(NormalPresets.named("scenenet"));
    SceneNetSource source = new SceneNetSource(root.toString(), List.of(split), 1);
    List<LabeledImage> images = new ArrayList<>();
    for (FrameUnit unit : source.units(hadoop)) {
      try (FrameReader reader = source.open(unit, hadoop)) {
        while (reader.next()) {
          Frame frame = reader.read();
          images.add(
              ExampleCodec.decode(
                  ExampleCodec.encode(
                      frame,
                      CLASSES,
                      normals.estimate(frame.depth(), frame.labels(), frame.intrinsics()))));
        }
      }
    }
    return images;
  }

  @ParameterizedTest
  @CsvSource({
    "MOBILENET_V2, EARLY_MID",
    "MOBILENET_V2, MID",
    "MOBILENET_V3_SMALL, EARLY_MID",
    "MOBILENET_V3_SMALL, MID",
    "MOBILENET_V3_LARGE, EARLY_MID",
    "MOBILENET_V3_LARGE, MID"
  })
  void thePhonePredictsWhatTheNetworkPredicts(Encoder encoder, FissionScheme scheme)
      throws Exception {
    NetworkSpec spec = spec(encoder, scheme);
    Batch rooms = new BatchAssembler(spec, Augmentation.NONE, 1).assemble(unseen, 0);
    try (FissionNetwork network = train(spec)) {
      Map<Task, INDArray> expected = network.predict(rooms.images());

      Map<Task, INDArray> exact = predict(network, Precision.FLOAT32, rooms.images());
      for (Task task : spec.tasks()) {
        assertThat(distance(exact.get(task), expected.get(task)))
            .as("float32 %s", task)
            .isLessThanOrEqualTo(1e-4);
      }

      Map<Task, INDArray> half = predict(network, Precision.FLOAT16, rooms.images());
      for (Task task : spec.tasks()) {
        assertThat(distance(half.get(task), expected.get(task)))
            .as("float16 %s", task)
            .isLessThanOrEqualTo(2e-2);
      }
      Agreement agreement = new Agreement();
      for (int i = 0; i < unseen.size(); i++) {
        agreement.add(Prediction.of(expected).get(i), Prediction.of(half).get(i));
      }
      assertThat(agreement.labels().orElseThrow()).isGreaterThanOrEqualTo(0.99);
      assertThat(agreement.distances()).containsOnlyKeys("normals", "disparity");
    }
  }

  private static NetworkSpec spec(Encoder encoder, FissionScheme scheme) {
    return new NetworkSpec(
        SIZE,
        SIZE * 3 / 4,
        InputModality.RGB,
        encoder,
        64,
        scheme,
        scheme == FissionScheme.MID ? Heads.CHAINED : Heads.PARALLEL,
        List.of(Task.LABELS, Task.NORMALS, Task.DISPARITY),
        CLASSES.size(),
        0.5,
        true,
        0.1,
        BatchStatistics.REPLICA,
        0.9,
        InitialDeviation.HE,
        DepthStart.ROOM,
        Compute.AUTO,
        ComputePrecision.FLOAT32);
  }

  private static FissionNetwork train(NetworkSpec spec) {
    TaskWeights one = new TaskWeights(1, 0.6, 0.5);
    LossSpec losses =
        new LossSpec(
            one,
            new TaskWeights(10, 0.6, 0.5),
            one,
            new TaskWeights(8, 0.6, 0.5),
            DepthLoss.L1,
            Normalisation.IMAGE);
    BatchAssembler assembler = new BatchAssembler(spec, Augmentation.NONE, 1);
    FissionNetwork network = FissionNetwork.create(spec, losses, 1);
    int n = (int) network.parameters().length();
    Adam adam =
        new Adam(
            new AdamSettings(0.9, 0.999, 1e-8, 0, 0), network.ranges(), Adam.Moments.zeros(0, n));
    List<LabeledImage> order = new ArrayList<>(seen);
    for (int step = 0; step < STEPS; step++) {
      int from = step * BATCH % order.size();
      if (from == 0) {
        Collections.shuffle(order, new Random(step));
      }
      double rate = 0.005 * (1 - (double) step / STEPS);
      network.computeGradient(assembler.assemble(order.subList(from, from + BATCH), 0), step);
      FloatBuffer parameters = network.parameters().data().asNioFloat();
      adam.update(parameters, network.gradient().data().asNioFloat(), 1, rate, step);
    }
    return network;
  }

  private static Map<Task, INDArray> predict(
      FissionNetwork network, Precision precision, INDArray images) throws Exception {
    ModelCard card =
        new ModelCard(
            network.spec(),
            precision,
            CLASSES.name(),
            CLASSES.classNames(),
            CLASSES.palette(),
            Conventions.of(network.spec()),
            new ModelCard.Provenance("test", "", "", STEPS, network.parameters().length()));
    try (TfliteModel model = TfliteModel.open(TfliteExport.write(network, card), 1)) {
      return model.predict(images);
    }
  }

  /** Relative L2. */
  private static double distance(INDArray output, INDArray expected) {
    INDArray truth = expected.castTo(DataType.DOUBLE);
    return output.castTo(DataType.DOUBLE).distance2(truth) / truth.norm2Number().doubleValue();
  }
}
