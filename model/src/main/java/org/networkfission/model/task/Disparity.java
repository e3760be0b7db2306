package org.networkfission.model.task;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.networkfission.model.loss.LossOptions;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.ScaleShiftInvariant;
import org.networkfission.model.loss.Target;
import org.networkfission.model.parallel.Workers;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.TruthKind;

/**
 * Inverse depth up to a scale and a shift per image, near 1/metres: what mobile networks predict,
 * since depth in metres does not carry over from camera to camera.
 */
public final class Disparity extends TaskDefinition<DisparityMap> {
  /** Predicted disparity as depth, after {@link Alignment}. */
  public static final Scoring<DisparityMap, DepthStatistics> SCORING =
      new DepthScoring<>(
          "disparity",
          "Disparity, as depth up to scale and shift",
          Alignment.EXPLANATION,
          Alignment::fit);

  private static final float MILLIMETRES_PER_METRE = 1000;
  private static final int MAX_SAMPLE = 0xffff;

  public Disparity() {
    super(DisparityMap.class, List.of(SCORING));
  }

  @Override
  public int channels(int classes) {
    return 1;
  }

  @Override
  public String meaning() {
    return "inverse depth up to a scale and a shift per image; larger is nearer";
  }

  @Override
  public OptionalDouble firstValue() {
    return OptionalDouble.of(1 / Depth.FIRST_METRES);
  }

  @Override
  public TruthKind truth() {
    return TruthKind.DEPTH;
  }

  @Override
  public Target target(List<GroundTruth> truths) {
    int pixels = truths.get(0).pixels();
    Target target = Target.empty(truths.size(), 1, pixels);
    Workers.forEach(
        truths.size(),
        image -> {
          target.known()[image] = truths.get(image).knows(truth());
          float[] metres = truths.get(image).metres();
          for (int i = 0; i < pixels; i++) {
            int at = image * pixels + i;
            target.values()[at] = metres[i] > 0 ? 1 / metres[i] : 0;
            target.valid()[at] = target.values()[at] > 0;
          }
        });
    return target;
  }

  @Override
  public PixelLoss loss(LossOptions options) {
    return new ScaleShiftInvariant(options.depthLoss());
  }

  @Override
  public DisparityMap prediction(float[] planes, int width, int height) {
    return new DisparityMap(width, height, planes);
  }

  @Override
  public DisparityMap stack(List<DisparityMap> bands) {
    return new DisparityMap(
        bands.get(0).width(),
        bands.stream().mapToInt(DisparityMap::height).sum(),
        joined(bands.stream().map(DisparityMap::values).toList()));
  }

  @Override
  public Optional<Constant<DisparityMap>> constant(int classes) {
    return Optional.of(new Common());
  }

  @Override
  public Closeness closeness(DisparityMap prediction, DisparityMap other) {
    return Closeness.ofValues(prediction.values(), other.values());
  }

  /**
   * 16-bit grey, inverse depth up to scale and shift: the image's farthest pixel is 0, its nearest
   * 65,535.
   */
  @Override
  public byte[] png(DisparityMap prediction, List<Integer> palette) {
    double[] shares = shares(prediction.values());
    short[] samples = new short[shares.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.round(MAX_SAMPLE * shares[i]);
    }
    return Png16.writeGrey(prediction.width(), prediction.height(), samples);
  }

  @Override
  public byte[] column(DisparityMap prediction, ColumnForms forms) {
    return floats(prediction.values(), 1);
  }

  @Override
  public String columnMeaning(ColumnForms forms) {
    return "little-endian float32 [height, width]: inverse depth up to a scale and a shift";
  }

  @Override
  public Optional<String> limits() {
    return Optional.of(
        "Disparity is known up to a scale and a shift per photo; it is no distance by itself.");
  }

  /** From dark blue, the image's nearest, to yellow. */
  @Override
  public ColorImage picture(DisparityMap prediction, List<Integer> palette) {
    double[] shares = shares(prediction.values());
    return Colors.image(
        prediction.width(), prediction.height(), i -> Colors.viridis(1 - shares[i]));
  }

  /** Values as shares of their range: the least 0, the largest 1. */
  private static double[] shares(float[] values) {
    float least = Float.MAX_VALUE;
    float largest = -Float.MAX_VALUE;
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    double[] shares = new double[values.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = largest > least ? ((double) values[i] - least) / (largest - least) : 0;
    }
    return shares;
  }

  @Override
  public Colouring colouring(GroundTruth truth, DisparityMap prediction, List<Integer> palette) {
    if (truth.knows(TruthKind.DEPTH)) {
      return Depth.colouring(truth.depth(), Alignment.fit(truth.depth(), prediction));
    }
    double[] shares = shares(prediction.values());
    return new Colouring(
        i -> Colors.NONE, i -> Colors.viridis(1 - shares[i]), i -> Colors.NONE, false);
  }

  @Override
  public String legend() {
    return new Depth().legend();
  }

  private static final class Common extends CommonDepth<DisparityMap> {
    private static final long serialVersionUID = 1;

    @Override
    DisparityMap image(int width, int height, int millimetres) {
      float[] all = new float[width * height];
      Arrays.fill(all, MILLIMETRES_PER_METRE / millimetres);
      return new DisparityMap(width, height, all);
    }
  }
}
