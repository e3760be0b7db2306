package org.networkfission.model.tflite;

import java.nio.FloatBuffer;
import java.util.List;
import org.networkfission.model.export.Conventions;
import org.networkfission.model.export.ModelCard;
import org.networkfission.model.export.Precision;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.RoomImages;
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
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.AdamSettings;

/** Small networks that have learned a little of rooms. */
public final class TrainedNetworks {
  public static final int SIZE = 64;
  private static final int STEPS = 40;
  private static final TaskWeights WEIGHTS = new TaskWeights(1, 0.6, 0.5);
  public static final LossSpec LOSSES =
      new LossSpec(
          WEIGHTS,
          new TaskWeights(10, 0.6, 0.5),
          WEIGHTS,
          new TaskWeights(2, 0.6, 0.5),
          DepthLoss.L1,
          Normalisation.IMAGE);

  private TrainedNetworks() {}

  public static NetworkSpec spec(Encoder encoder, FissionScheme scheme) {
    boolean server = encoder == Encoder.RESNET50;
    return new NetworkSpec(
        SIZE,
        SIZE,
        InputModality.RGB,
        encoder,
        server ? 256 : 64,
        scheme,
        Heads.PARALLEL,
        List.of(Task.LABELS, Task.NORMALS, server ? Task.DEPTH : Task.DISPARITY),
        4,
        server ? 0.125 : 0.5,
        true,
        0.1,
        BatchStatistics.REPLICA,
        0.9,
        InitialDeviation.HE,
        DepthStart.ROOM,
        Compute.AUTO,
        ComputePrecision.FLOAT32);
  }

  public static FissionNetwork train(NetworkSpec spec) {
    BatchAssembler assembler = new BatchAssembler(spec, Augmentation.NONE, 1);
    FissionNetwork network = FissionNetwork.create(spec, LOSSES, 1);
    int n = (int) network.parameters().length();
    Adam adam =
        new Adam(
            new AdamSettings(0.9, 0.999, 1e-8, 0, 0), network.ranges(), Adam.Moments.zeros(0, n));
    for (int step = 0; step < STEPS; step++) {
      Batch batch = assembler.assemble(RoomImages.of(4, SIZE, step), 0);
      network.computeGradient(batch, step);
      FloatBuffer parameters = network.parameters().data().asNioFloat();
      adam.update(parameters, network.gradient().data().asNioFloat(), 1, 0.01, step);
    }
    return network;
  }

  /** Rooms that no network was trained on. */
  public static Batch rooms(NetworkSpec spec, int count) {
    return new BatchAssembler(spec, Augmentation.NONE, 1)
        .assemble(RoomImages.of(count, SIZE, 1_000), 0);
  }

  public static ModelCard card(NetworkSpec spec, Precision precision) {
    return new ModelCard(
        spec,
        precision,
        "rooms",
        List.of("void", "floor", "wall ahead", "side wall"),
        List.of(0, 0x123456, 0xabcdef, 0xffffff),
        Conventions.of(spec),
        new ModelCard.Provenance("Network Fission 0.1.0", "run/checkpoints/00000040", "ab", 40, 9));
  }
}
