package org.networkfission.prep.normals;

import org.networkfission.prep.normals.grid.FlatLabels;
import org.networkfission.prep.normals.accurate.InverseDepth;
import org.networkfission.prep.normals.accurate.SurfaceCells;
import org.networkfission.prep.normals.accurate.PlaneField;
import org.networkfission.prep.normals.accurate.PlanarRegions;
import org.networkfission.prep.normals.accurate.Creases;
import org.networkfission.prep.normals.accurate.WideCreases;
import org.networkfission.prep.normals.accurate.PlaneFilter;

import java.util.concurrent.TimeUnit;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.normals.trial.SensorNoise;
import org.networkfission.prep.normals.trial.TrialScene;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The loops of the normal estimator, each alone, on one thread; a room with noise and holes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NormalLoops {
  private static final double HOLE_SHARE = 0.12;

  /** Columns of the frame; the smoothing is 10 pixels at 320 and 30 at 640. */
  @Param({"320", "640"})
  public int width;

  private TrialScene.View view;
  private DepthMap depth;
  private InverseDepth inverse;
  private Creases creases;
  private WideCreases wideCreases;
  private SurfaceCells cells;
  private PlanarRegions regions;
  private PlaneFilter filter;
  private NormalEstimator accurate;
  private NormalEstimator reference;

  @Setup
  public void render() {
    view = TrialScene.ROOM.render(width);
    SensorNoise noise = new SensorNoise(1);
    depth = noise.withHoles(noise.noisy(view.depth()), HOLE_SHARE);
    NormalSettings settings =
        NormalSettings.accurate(width == 320 ? 10 : 30, TrialScene.FLAT_LABELS);
    accurate = new NormalEstimator(settings);
    reference = new NormalEstimator(settings.withMode(NormalMode.REFERENCE));
    inverse = new InverseDepth(settings.maxDepthChange());
    creases = new Creases();
    wideCreases = new WideCreases();
    cells = new SurfaceCells(8);
    regions =
        new PlanarRegions(
            cells, new FlatLabels(settings.flatLabels()), settings.planarThreshold());
    filter = new PlaneFilter();
    inverse.read(depth, view.labels());
    creases.separate(inverse);
    wideCreases.separate(inverse, creases.noise());
    cells.read(inverse);
  }

  @Benchmark
  public boolean inverseDepth() {
    return inverse.read(depth, view.labels());
  }

  @Benchmark
  public void creases() {
    creases.separate(inverse);
  }

  @Benchmark
  public void wideCreases() {
    wideCreases.separate(inverse, creases.noise());
  }

  @Benchmark
  public void regions() {
    cells.read(inverse);
    regions.find(view.labels().ids(), view.intrinsics().fx());
  }

  @Benchmark
  public PlaneField planeFit() {
    filter.fit(inverse, (float) Math.exp(-0.5));
    return filter.planes();
  }

  @Benchmark
  public NormalMap accurateFrame() {
    return accurate.estimate(depth, view.labels(), view.intrinsics());
  }

  @Benchmark
  public NormalMap referenceFrame() {
    return reference.estimate(depth, view.labels(), view.intrinsics());
  }
}
