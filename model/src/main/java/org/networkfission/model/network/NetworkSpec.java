package org.networkfission.model.network;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import org.networkfission.prep.settings.Check;

/**
 * A network of the family, as a value: all that its structure depends on.
 *
 * @param width input columns, divisible by 16
 * @param height input rows, divisible by 16
 * @param input what the network sees
 * @param encoder the family of the encoder; where a file of an older version says nothing,
 *     ResNet-50
 * @param decoderWidth channels of the decoder's layers, a multiple of 32, 256 = the server's; where
 *     a file of an older version says nothing, 256
 * @param scheme where the decoder splits
 * @param heads how the heads of mid fission are connected; parallel in every other scheme
 * @param tasks what it predicts, each once; the order matters to chained heads
 * @param classes number of classes, void (0) included
 * @param widthMultiplier scales the width of every hidden layer, the decoder's too, 1 = the paper's
 * @param auxiliaryHeads whether training adds two auxiliary heads per task
 * @param dropout share of features dropped in the encoder's last unit while training, 0 to below 1
 * @param batchNorm over what batch normalisation takes its statistics
 * @param batchNormDecay share of the old running statistics that a step keeps, 0 to 1
 * @param initialisation how new kernels begin; not a part of the trained network; where a file of
 *     an older version says nothing, as of He et al.
 * @param depthStart where new networks' depth begins; not a part of the trained network; where a
 *     file of an older version says nothing, at a room's distance
 * @param compute what the layers compute on; not a part of the trained network
 * @param precision what they compute in; not a part of the trained network; where a file of an
 *     older version says nothing, float32
 */
public record NetworkSpec(
    int width,
    int height,
    InputModality input,
    Encoder encoder,
    int decoderWidth,
    FissionScheme scheme,
    Heads heads,
    List<Task> tasks,
    int classes,
    double widthMultiplier,
    boolean auxiliaryHeads,
    double dropout,
    BatchStatistics batchNorm,
    double batchNormDecay,
    InitialDeviation initialisation,
    DepthStart depthStart,
    Compute compute,
    ComputePrecision precision)
    implements Serializable {
  /** The encoder halves the resolution four times. */
  public static final int SIZE_MULTIPLE = 16;

  private static final int SERVER_DECODER_WIDTH = 256;

  /** The eASPP's inner branches have a quarter of the decoder's channels, a multiple of 8. */
  private static final int WIDTH_MULTIPLE = 32;

  public NetworkSpec {
    encoder = encoder == null ? Encoder.RESNET50 : encoder;
    decoderWidth = decoderWidth == 0 ? SERVER_DECODER_WIDTH : decoderWidth;
    initialisation = initialisation == null ? InitialDeviation.HE : initialisation;
    depthStart = depthStart == null ? DepthStart.ROOM : depthStart;
    precision = precision == null ? ComputePrecision.FLOAT32 : precision;
    tasks = List.copyOf(tasks);
    boolean distinct = tasks.isEmpty() || EnumSet.copyOf(tasks).size() == tasks.size();
    boolean single = scheme == FissionScheme.SINGLE;
    new Check()
        .that("width", width, isSize(width), "positive and divisible by " + SIZE_MULTIPLE)
        .that("height", height, isSize(height), "positive and divisible by " + SIZE_MULTIPLE)
        .that(
            "decoderWidth",
            decoderWidth,
            decoderWidth > 0 && decoderWidth <= 1024 && decoderWidth % WIDTH_MULTIPLE == 0,
            "a multiple of %d, at most 1024".formatted(WIDTH_MULTIPLE))
        .that("tasks", tasks, !tasks.isEmpty() && distinct, "at least one task, each once")
        .that(
            "scheme",
            scheme.id(),
            tasks.isEmpty() || single == (tasks.size() == 1),
            single ? "another scheme than single for several tasks" : "single for a single task")
        .that(
            "heads",
            heads.name().toLowerCase(java.util.Locale.ROOT),
            heads == Heads.PARALLEL || (scheme == FissionScheme.MID && tasks.size() > 1),
            "parallel, except in mid fission of several tasks")
        .that("classes", classes, classes >= 2 && classes <= 256, "2 to 256, void included")
        .that(
            "widthMultiplier",
            widthMultiplier,
            widthMultiplier > 0 && widthMultiplier <= 4,
            "above 0 and at most 4")
        .that("dropout", dropout, dropout >= 0 && dropout < 1, "at least 0 and below 1")
        .that(
            "batchNormDecay", batchNormDecay, batchNormDecay >= 0 && batchNormDecay <= 1, "0 to 1")
        .done();
  }

  private static boolean isSize(int size) {
    return size > 0 && size % SIZE_MULTIPLE == 0;
  }

  /** Whether one of the tasks predicts classes of the data set's class map. */
  public boolean predictsClasses() {
    return tasks.stream().anyMatch(task -> task.definition().ofClasses());
  }

  /**
   * Whether the other spec has the same parameters and predicts the same; what they begin with and
   * what computes them may differ.
   */
  public boolean sameNetworkAs(NetworkSpec other) {
    return equals(other.with(initialisation, depthStart, compute, precision));
  }

  /** The same network, computed on something else. */
  public NetworkSpec on(Compute otherCompute) {
    return with(initialisation, depthStart, otherCompute, precision);
  }

  /** The same network, computed in something else. */
  public NetworkSpec in(ComputePrecision otherPrecision) {
    return with(initialisation, depthStart, compute, otherPrecision);
  }

  /** The same network for images of another size: it has the same parameters. */
  public NetworkSpec sized(int otherWidth, int otherHeight) {
    return with(otherWidth, otherHeight, initialisation, depthStart, compute, precision);
  }

  private NetworkSpec with(
      InitialDeviation otherInitialisation,
      DepthStart otherStart,
      Compute otherCompute,
      ComputePrecision otherPrecision) {
    return with(width, height, otherInitialisation, otherStart, otherCompute, otherPrecision);
  }

  private NetworkSpec with(
      int otherWidth,
      int otherHeight,
      InitialDeviation otherInitialisation,
      DepthStart otherStart,
      Compute otherCompute,
      ComputePrecision otherPrecision) {
    return new NetworkSpec(
        otherWidth,
        otherHeight,
        input,
        encoder,
        decoderWidth,
        scheme,
        heads,
        tasks,
        classes,
        widthMultiplier,
        auxiliaryHeads,
        dropout,
        batchNorm,
        batchNormDecay,
        otherInitialisation,
        otherStart,
        otherCompute,
        otherPrecision);
  }
}
