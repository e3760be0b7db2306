package org.networkfission.model.graph;

import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.input.Batch;
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
import org.networkfission.model.task.GroundTruths;

/** Specs, losses and batches for tests. */
final class Specs {
  static final LossSpec LOSSES =
      new LossSpec(
          new TaskWeights(1, 0.6, 0.5),
          new TaskWeights(10, 0.6, 0.5),
          new TaskWeights(0.5, 0.6, 0.5),
          new TaskWeights(0.5, 0.6, 0.5),
          DepthLoss.L1,
          Normalisation.IMAGE);

  private Specs() {}

  static NetworkSpec of(int width, int height, FissionScheme scheme, Heads heads, Task... tasks) {
    return of(width, height, scheme, heads, 14, tasks);
  }

  static NetworkSpec of(
      int width, int height, FissionScheme scheme, Heads heads, int classes, Task... tasks) {
    return new NetworkSpec(
        width,
        height,
        InputModality.RGB,
        Encoder.RESNET50,
        256,
        scheme,
        heads,
        List.of(tasks),
        classes,
        1,
        true,
        0.5,
        BatchStatistics.REPLICA,
        0.99,
        InitialDeviation.HE,
        DepthStart.ROOM,
        Compute.AUTO,
        ComputePrecision.FLOAT32);
  }

  /** A network of all tasks small enough for a test to train. */
  static NetworkSpec tiny(FissionScheme scheme, BatchStatistics batchNorm, Compute compute) {
    boolean single = scheme == FissionScheme.SINGLE;
    return new NetworkSpec(
        32,
        32,
        InputModality.RGB,
        Encoder.RESNET50,
        256,
        scheme,
        Heads.PARALLEL,
        single ? List.of(Task.LABELS) : List.of(Task.LABELS, Task.NORMALS, Task.DEPTH),
        4,
        0.125,
        true,
        0,
        batchNorm,
        0.99,
        InitialDeviation.HE,
        DepthStart.ROOM,
        compute,
        ComputePrecision.FLOAT32);
  }

  /** The same network with dropout. */
  static NetworkSpec dropping(NetworkSpec spec, double rate) {
    return new NetworkSpec(
        spec.width(),
        spec.height(),
        spec.input(),
        spec.encoder(),
        spec.decoderWidth(),
        spec.scheme(),
        spec.heads(),
        spec.tasks(),
        spec.classes(),
        spec.widthMultiplier(),
        spec.auxiliaryHeads(),
        rate,
        spec.batchNorm(),
        spec.batchNormDecay(),
        spec.initialisation(),
        spec.depthStart(),
        spec.compute(),
        spec.precision());
  }

  /** A network of all tasks with a narrow mobile encoder. */
  static NetworkSpec mobile(Encoder encoder, FissionScheme scheme, Compute compute) {
    NetworkSpec tiny = tiny(scheme, BatchStatistics.REPLICA, compute);
    return new NetworkSpec(
        tiny.width(),
        tiny.height(),
        tiny.input(),
        encoder,
        32,
        tiny.scheme(),
        tiny.heads(),
        List.of(Task.LABELS, Task.NORMALS, Task.DISPARITY),
        tiny.classes(),
        0.25,
        tiny.auxiliaryHeads(),
        tiny.dropout(),
        tiny.batchNorm(),
        tiny.batchNormDecay(),
        tiny.initialisation(),
        tiny.depthStart(),
        tiny.compute(),
        ComputePrecision.FLOAT32);
  }

  /** A random minibatch in which some pixels have no truth. */
  static Batch batch(NetworkSpec spec, int size, long seed) {
    Random random = new Random(seed);
    int pixels = spec.width() * spec.height();
    float[] images = new float[size * 3 * pixels];
    float[] labels = new float[size * pixels];
    float[] normals = new float[size * 3 * pixels];
    float[] depth = new float[size * pixels];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat() * 255;
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(spec.classes());
      depth[i] = random.nextInt(10) == 0 ? 0 : 1 + 4 * random.nextFloat();
    }
    for (int image = 0; image < size; image++) {
      for (int i = 0; i < pixels; i++) {
        double azimuth = random.nextDouble() * Math.PI * 2;
        int at = image * 3 * pixels + i;
        normals[at] = (float) (0.6 * Math.cos(azimuth));
        normals[at + pixels] = (float) (0.6 * Math.sin(azimuth));
        normals[at + 2 * pixels] = -0.8f;
      }
    }
    return new Batch(
        java.util.stream.IntStream.range(0, size)
            .mapToObj(i -> "random/" + seed + "/" + i)
            .toList(),
        array(images, size, 3, spec.height(), spec.width()),
        GroundTruths.of(
            array(labels, size, spec.height(), spec.width()),
            array(normals, size, 3, spec.height(), spec.width()),
            array(depth, size, 1, spec.height(), spec.width())));
  }

  private static INDArray array(float[] values, long... shape) {
    return Nd4j.createFromArray(values).reshape('c', shape);
  }
}
